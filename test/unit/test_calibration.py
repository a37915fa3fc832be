"""
Calibration data from arrays and from folders of images.
"""

from __future__ import annotations

import builtins
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from approx_opt.compiler.calibration import (
    Preprocessing,
    count_samples,
    data_sha256,
    load_calibration,
    spread,
)
from approx_opt.compiler.errors import UserError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

SHAPE = (1, 3, 4, 5)


def save(path: Path, **arrays: Any) -> Path:
    """
    An .npz file.
    """
    file = path / "data.npz"
    np.savez(file, **arrays)
    return file


def image_folder(path: Path, classes: dict[str, int], size: tuple[int, int] = (4, 5)) -> Path:
    """
    Class folders of PNG images (height x width); image i of class c is the grey of 10 c + i.
    """
    for index, (name, count) in enumerate(classes.items()):
        (path / name).mkdir()
        for number in range(count):
            pixels = np.full((*size, 3), 10 * index + number, np.uint8)
            Image.fromarray(pixels).save(path / name / f"{number:03}.png")
    return path


# Arrays.


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int16])
def test_arrays(tmp_path: Path, dtype: type):
    x = np.arange(120).reshape(2, 3, 4, 5).astype(dtype)
    data = load_calibration(save(tmp_path, x=x, y=np.array([1, 0], np.uint8)), SHAPE)
    assert data.x.dtype == np.float32
    np.testing.assert_array_equal(data.x, x)
    assert data.y is not None
    assert data.y.dtype == np.int64
    assert data.y.tolist() == [1, 0]
    assert len(data) == 2


def test_labels_are_optional(tmp_path: Path):
    assert load_calibration(save(tmp_path, x=np.zeros((2, 3, 4, 5))), SHAPE).y is None


GOOD = np.zeros((2, 3, 4, 5), np.float32)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"images": GOOD}, r"has no array x \(it holds images\)"),
        ({}, r"has no array x \(it holds nothing\)"),
        ({"x": GOOD[:, :, :3]}, r"array x is \(2, 3, 3, 5\), expected \(N, 3, 4, 5\)"),
        ({"x": GOOD[0]}, r"array x is \(3, 4, 5\), expected \(N, 3, 4, 5\)"),
        ({"x": np.float32(1)}, r"array x is \(\), expected \(N, 3, 4, 5\)"),
        ({"x": GOOD[:0]}, "array x has no samples"),
        ({"x": GOOD.astype(str)}, "array x must hold numbers, not <U"),
        ({"x": GOOD.astype(complex)}, "array x must hold numbers, not complex128"),
        ({"x": np.full_like(GOOD, np.nan)}, "not finite"),
        ({"x": np.full_like(GOOD, np.inf)}, "not finite"),
        ({"x": GOOD, "y": np.zeros(3, int)}, r"array y is \(3\) of int64, expected \(2\)"),
        ({"x": GOOD, "y": np.zeros(2)}, r"array y is \(2\) of float64, expected \(2\)"),
        ({"x": GOOD.astype(object)}, "is not an .npz file of plain arrays"),
    ],
)
def test_bad_arrays(tmp_path: Path, arrays: dict[str, Any], message: str):
    with pytest.raises(UserError, match=message):
        load_calibration(save(tmp_path, **arrays), SHAPE)


def test_bad_files(tmp_path: Path):
    with pytest.raises(UserError, match=r"cannot read .*none\.npz: No such file"):
        load_calibration(tmp_path / "none.npz", SHAPE)
    for content in (b"", b"no archive", b"PK\x03\x04 broken"):
        (tmp_path / "bad.npz").write_bytes(content)
        with pytest.raises(UserError, match=r"is not an \.npz file"):
            load_calibration(tmp_path / "bad.npz", SHAPE)
    np.save(tmp_path / "x.npy", GOOD)
    with pytest.raises(UserError, match=r"is not an \.npz file"):
        load_calibration(tmp_path / "x.npy", SHAPE)


# Samples.


def test_samples_are_spread_over_classes(tmp_path: Path):
    labels = np.array([0] * 10 + [1] * 2 + [2] * 10)
    x = np.zeros((22, 3, 4, 5)) + np.arange(22)[:, None, None, None]
    data = load_calibration(save(tmp_path, x=x, y=labels), SHAPE, samples=10)
    assert data.y is not None
    assert Counter(data.y.tolist()) == {0: 4, 1: 2, 2: 4}
    assert data.x[:, 0, 0, 0].tolist() == [0, 2, 5, 7, 10, 11, 12, 14, 17, 19]


def test_too_few_samples(tmp_path: Path):
    with pytest.raises(UserError, match="0 calibration samples are too few"):
        load_calibration(save(tmp_path, x=GOOD), SHAPE, samples=0)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(1, 70))
def test_spread(classes: list[int], samples: int):
    labels = np.array(classes, np.int64)
    chosen = spread(labels, len(labels), samples)
    assert len(chosen) == min(samples, len(labels))
    assert sorted(set(chosen.tolist())) == chosen.tolist()
    taken, there = Counter(labels[chosen].tolist()), Counter(classes)
    # No class gets fewer than another by more than one, unless all of it was taken.
    most = max(taken.values())
    assert all(taken[c] >= most - 1 or taken[c] == there[c] for c in there)


@given(
    st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=60, max_size=60)),
    st.lists(st.integers(1, 20), min_size=1, max_size=3),
)
def test_draws_are_disjoint(classes: list[int] | None, sizes: list[int]):
    """
    One after the other, until nothing is left. The first is what is drawn alone; and each is spread
    over the classes of what the others leave.
    """
    with TemporaryDirectory() as folder:
        x = np.arange(60 * 60, dtype=np.float32).reshape(60, 3, 4, 5)
        labels = {} if classes is None else {"y": np.array(classes)}
        file = save(Path(folder), x=x, **labels)
        draws = [
            load_calibration(file, SHAPE, samples=size, after=sizes[:number])
            for number, size in enumerate(sizes)
        ]
        alone = load_calibration(file, SHAPE, samples=sizes[0])
    firsts = [set(draw.x[:, 0, 0, 0].tolist()) for draw in draws]
    assert [len(first) for first in firsts] == sizes
    assert len(set[float]().union(*firsts)) == sum(sizes)
    np.testing.assert_array_equal(draws[0].x, alone.x)


def test_draws_of_images_are_disjoint(tmp_path: Path):
    """
    Both with every class.
    """
    folder = image_folder(tmp_path, {"a": 4, "b": 4})
    first = load_calibration(folder, SHAPE, samples=4)
    second = load_calibration(folder, SHAPE, samples=4, after=(4,))
    assert [Counter(one.y.tolist()) for one in (first, second) if one.y is not None] == [
        {0: 2, 1: 2},
        {0: 2, 1: 2},
    ]
    greys = {float(one) for draw in (first, second) for one in draw.x[:, 0, 0, 0]}
    assert len(greys) == 8
    with pytest.raises(UserError, match="8 samples, 8 of which are in use"):
        load_calibration(folder, SHAPE, samples=1, after=(4, 4))


def test_data_are_known_by_what_they_hold(tmp_path: Path):
    """
    Not by where they are.
    """
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        image_folder(tmp_path / name, {"a": 2, "b": 1})
    here, there = tmp_path / "here", tmp_path / "there"
    assert count_samples(here) == 3
    assert data_sha256(here) == data_sha256(there)
    (there / "b" / "000.png").rename(there / "b" / "007.png")
    assert data_sha256(here) != data_sha256(there)
    file = save(tmp_path, x=np.zeros((2, 3, 4, 5)))
    before = data_sha256(file)
    assert count_samples(file) == 2
    assert data_sha256(save(tmp_path, x=np.ones((2, 3, 4, 5)))) != before


# Images.


def test_images(tmp_path: Path):
    folder = image_folder(tmp_path, {"b": 1, "a": 2})
    Image.new("L", (5, 4), 255).save(folder / "a" / "grey.JPG")
    (folder / "a" / "notes.txt").write_text("no image")
    data = load_calibration(folder, SHAPE)
    assert data.x.shape == (4, 3, 4, 5)
    assert data.y is not None
    assert data.y.tolist() == [0, 0, 0, 1]
    expected = np.array([10, 11, 255, 0], np.float32) / 127.5 - 1
    np.testing.assert_allclose(data.x[:, 0, 0, 0], expected, atol=1e-6)


def test_channels_last(tmp_path: Path):
    folder = image_folder(tmp_path, {"a": 1})
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    Image.fromarray(pixels).save(folder / "a" / "000.png")
    plain = Preprocessing(scale=1.0, offset=0.0)
    last = load_calibration(folder, (1, 4, 5, 3), preprocessing=plain)
    first = load_calibration(folder, SHAPE, preprocessing=plain)
    np.testing.assert_array_equal(last.x[0], pixels)
    np.testing.assert_array_equal(first.x[0], pixels.transpose(2, 0, 1))


def test_grey_images(tmp_path: Path):
    data = load_calibration(image_folder(tmp_path, {"a": 3}), (1, 1, 4, 5))
    assert data.x.shape == (3, 1, 4, 5)
    np.testing.assert_allclose(data.x[2], 2 / 127.5 - 1, atol=1e-6)


def test_declared_preprocessing(tmp_path: Path):
    folder = image_folder(tmp_path, {"a": 3})
    declared = {"scale": [1, 2, 0.5], "offset": -3, "layout": "nchw"}
    (folder / "preprocessing.json").write_text(json.dumps(declared))
    data = load_calibration(folder, SHAPE)
    np.testing.assert_array_equal(data.x[2, :, 0, 0], [-1, 1, -2])
    # What the caller says comes first.
    plain = load_calibration(folder, SHAPE, preprocessing=Preprocessing(1.0, 0.0))
    np.testing.assert_array_equal(plain.x[2, :, 0, 0], [2, 2, 2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot read .*preprocessing.json"),
        ("[1]", "must hold an object with scale, offset and layout"),
        ('{"scale": "1"}', 'scale cannot be "1"'),
        ('{"offset": [1, true]}', r"offset cannot be \[1, true\]"),
        ('{"offset": []}', r"offset cannot be \[\]"),
        ('{"layout": "chw"}', 'layout cannot be "chw"'),
        ('{"mean": 1}', "mean cannot be 1"),
        ('{"scale": [1, 2]}', "2 scales for 3 channels"),
    ],
)
def test_bad_preprocessing(tmp_path: Path, text: str, message: str):
    folder = image_folder(tmp_path, {"a": 1})
    (folder / "preprocessing.json").write_text(text)
    with pytest.raises(UserError, match=message):
        load_calibration(folder, SHAPE)


def test_images_of_another_size(tmp_path: Path):
    folder = image_folder(tmp_path, {"a": 1}, size=(4, 6))
    message = r"000\.png is 4 x 6 \(height x width\), the model takes 4 x 5"
    with pytest.raises(UserError, match=message):
        load_calibration(folder, SHAPE)


@pytest.mark.parametrize("shape", [(1, 10), (1, 4, 5, 6), (1, 3, 3, 3)])
def test_models_that_take_no_images(tmp_path: Path, shape: tuple[int, ...]):
    with pytest.raises(UserError, match=r'say "layout" in preprocessing\.json'):
        load_calibration(image_folder(tmp_path, {"a": 1}), shape)


def test_a_layout_that_does_not_fit(tmp_path: Path):
    how = Preprocessing(layout="nhwc")
    with pytest.raises(UserError, match=r"images do not fit an input of \(3, 4, 5\)"):
        load_calibration(image_folder(tmp_path, {"a": 1}), SHAPE, preprocessing=how)


def test_a_folder_without_images(tmp_path: Path):
    (tmp_path / "a").mkdir()
    with pytest.raises(UserError, match="has no class folders with PNG or JPEG images"):
        load_calibration(tmp_path, SHAPE)


def test_a_broken_image(tmp_path: Path):
    (image_folder(tmp_path, {"a": 1}) / "a" / "000.png").write_bytes(b"no image")
    with pytest.raises(UserError, match=r"cannot read image .*000\.png"):
        load_calibration(tmp_path, SHAPE)


def test_samples_of_images(tmp_path: Path):
    folder = image_folder(tmp_path, {"a": 6, "b": 3, "c": 6})
    data = load_calibration(folder, SHAPE, samples=6)
    assert data.y is not None
    assert data.y.tolist() == [0, 0, 1, 1, 2, 2]


def test_missing_pillow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = image_folder(tmp_path, {"a": 1})
    real_import = builtins.__import__

    def without_pillow(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "PIL":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pillow)
    with pytest.raises(UserError, match=r"install approx-opt\[images\]"):
        load_calibration(folder, SHAPE)
