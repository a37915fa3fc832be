"""
Train the gate, the network that tells a digit from pixels in disorder, and write gate.onnx.

Needed only to change the network: the trained gate.onnx is part of the repository. Run
`python examples/two_models/train_gate.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from pictures import SEED, load_pictures
from sklearn.neural_network import MLPClassifier

HIDDEN = 16
OUTPUT = Path(__file__).with_name("gate.onnx")


def tensor(name: str, values: NDArray[np.floating]) -> onnx.TensorProto:
    """
    A float32 initializer.
    """
    return numpy_helper.from_array(values.astype(np.float32), name)


def export(network: MLPClassifier) -> onnx.ModelProto:
    """
    [N, 1, 8, 8] -> [N, 1], above 0 for a digit; 1,040 multiply-accumulates.
    """
    nodes = [
        helper.make_node("Flatten", ["input"], ["pixels"], "flatten"),
        helper.make_node("Gemm", ["pixels", "w1", "b1"], ["sums"], "fc1"),
        helper.make_node("Relu", ["sums"], ["hidden"], "relu1"),
        helper.make_node("Gemm", ["hidden", "w2", "b2"], ["logit"], "fc2"),
    ]
    constants = [tensor(f"w{i}", w) for i, w in enumerate(network.coefs_, 1)]
    constants += [tensor(f"b{i}", b) for i, b in enumerate(network.intercepts_, 1)]
    x, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", *shape))
        for name, shape in (("input", (1, 8, 8)), ("logit", (1,)))
    )
    graph = helper.make_graph(nodes, "gate", [x], [y], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main() -> None:
    """
    Train, export, and print the accuracy.
    """
    training, test = load_pictures()
    network = MLPClassifier((HIDDEN,), alpha=0.1, max_iter=500, random_state=SEED)
    network.fit(training.x.reshape(len(training.x), -1), training.is_digit)
    onnx.save_model(export(network), str(OUTPUT))
    for name, pictures in (("training", training), ("test", test)):
        right = network.score(pictures.x.reshape(len(pictures.x), -1), pictures.is_digit)
        print(f"{name}: {right:.2%}")
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
