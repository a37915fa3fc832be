"""
The network of the demo: what train.py left in the repository, on the data it was not trained on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from dataset import load_split

MODEL = Path(__file__).resolve().parents[2] / "examples" / "digits" / "digits.onnx"


def test_split_is_stable_and_clean():
    """
    Two calls agree; all 1,797 images are used; no test image is a training image.
    """
    training, test = load_split()
    again, _ = load_split()
    assert np.array_equal(training.x, again.x)
    assert len(training.x) + len(test.x) == 1797
    assert {x.tobytes() for x in training.x}.isdisjoint(x.tobytes() for x in test.x)


def test_samples_are_what_the_network_takes():
    """
    NCHW, 0..1, every digit.
    """
    for samples in load_split():
        assert samples.x.shape == (len(samples.y), 1, 8, 8)
        assert samples.x.dtype == np.float32
        assert (samples.x.min(), samples.x.max()) == (0, 1)
        assert set(samples.y) == set(range(10))


def test_model_is_small_valid_and_accurate():
    """
    One file, opset 17, 99.67 % top-1 (895 of 898) as trained; a few roundings may differ.
    """
    model = onnx.load(MODEL, load_external_data=False)
    onnx.checker.check_model(model, full_check=True)
    assert MODEL.stat().st_size < 150_000
    assert [entry.version for entry in model.opset_import] == [17]

    _, test = load_split()
    session = onnxruntime.InferenceSession(MODEL)
    (logits,) = session.run(None, {"input": test.x})
    correct = int((np.asarray(logits).argmax(1) == test.y).sum())
    assert correct >= 894
