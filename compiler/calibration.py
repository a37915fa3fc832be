"""
Calibration data: what a network is quantized with, and what statistics are taken from.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from .errors import UserError

Layout = Literal["nchw", "nhwc"]

PREPROCESSING_FILE = "preprocessing.json"

_IMAGE_SUFFIXES = (".jpeg", ".jpg", ".png")
_IMAGE_CHANNELS = {1: "L", 3: "RGB"}
"""Pillow's mode for a number of channels."""


@dataclass(frozen=True)
class Calibration:
    """
    Samples `x` as the model takes them, float32 [N, ...], and class indices `y`, int64 [N], where
    they are known.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Preprocessing:
    """
    From pixels (0..255) to what a model takes: pixel * scale + offset, laid out as `layout`.

    Scale and offset are numbers, or one number a channel. Without a layout it follows from the
    model's input shape.
    """

    scale: float | tuple[float, ...] = 1 / 127.5
    offset: float | tuple[float, ...] = -1.0
    layout: Layout | None = None


def load_calibration(
    path: Path,
    input_shape: Sequence[int],
    samples: int | None = None,
    preprocessing: Preprocessing | None = None,
    after: Sequence[int] = (),
) -> Calibration:
    """
    Read an .npz with arrays `x` and optional `y`, or a folder of class folders of PNG and JPEG
    images, for a model that takes `input_shape` (batch in front).

    Images are preprocessed as `preprocessing`, or the folder's preprocessing.json, says. With
    `samples`, that many at the most, spread evenly over the classes (over the file, without `y`);
    which ones depends on nothing but the data. `after` are the numbers of samples drawn before,
    draw by draw: none of those is drawn again. Errors: UserError.
    """
    if samples is not None and samples < 1:
        raise UserError(f"{samples} calibration samples are too few")
    shape = tuple(input_shape[1:])
    if path.is_dir():
        return _load_folder(path, shape, _Draw(samples, tuple(after)), preprocessing)
    return _load_npz(path, shape, _Draw(samples, tuple(after)))


def count_samples(path: Path) -> int:
    """
    How many there are in an .npz or a folder of class folders. Errors: UserError.
    """
    return len(_list_images(path)[0] if path.is_dir() else _read_arrays(path)[0])


def data_sha256(path: Path) -> str:
    """
    What identifies data (hexadecimal): the bytes of an .npz; of a folder of class folders how
    images are preprocessed, their names and sizes. Errors: UserError.
    """
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    images = [f"{f.relative_to(path)} {f.stat().st_size}" for f in _list_images(path)[0]]
    return hashlib.sha256(f"{_read_preprocessing(path)} {images}".encode()).hexdigest()


def spread(labels: NDArray[np.int64] | None, count: int, samples: int | None) -> NDArray[np.int64]:
    """
    Indices of `samples` of `count` items, evenly over the classes that `labels` (int64 [count])
    tell and evenly within each; ascending. All of them where there are no more.
    """
    if samples is None or samples >= count:
        return np.arange(count)
    groups = [np.arange(count)]
    if labels is not None:
        groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    quotas = _quotas([len(group) for group in groups], samples)
    chosen = [
        group[np.arange(quota) * len(group) // max(quota, 1)]
        for group, quota in zip(groups, quotas, strict=True)
    ]
    return np.sort(np.concatenate(chosen))


@dataclass(frozen=True)
class _Draw:
    """
    So many samples, all for None, of those that the draws before have left.
    """

    samples: int | None
    after: tuple[int, ...]

    def indices(
        self, path: Path, labels: NDArray[np.int64] | None, count: int
    ) -> NDArray[np.int64]:
        left = np.arange(count)
        for size in self.after:
            drawn = spread(None if labels is None else labels[left], len(left), size)
            left = np.delete(left, drawn)
        if not len(left):
            raise UserError(f"{path} has {count} samples, {sum(self.after)} of which are in use")
        return left[spread(None if labels is None else labels[left], len(left), self.samples)]


def _quotas(sizes: Sequence[int], total: int) -> list[int]:
    """
    `total` handed out one by one in turn to groups that still have some.
    """
    quotas = [0] * len(sizes)
    while total:
        for index, size in enumerate(sizes):
            if total and quotas[index] < size:
                quotas[index] += 1
                total -= 1
    return quotas


# Arrays.


def _load_npz(path: Path, shape: tuple[int, ...], draw: _Draw) -> Calibration:
    x, y = _read_arrays(path)
    if x.dtype.kind not in "fiub":
        raise UserError(f"{path}: array x must hold numbers, not {x.dtype}")
    if x.shape[1:] != shape or x.ndim == 0:
        raise UserError(f"{path}: array x is {_text(x.shape)}, expected {_text(('N', *shape))}")
    if not len(x):
        raise UserError(f"{path}: array x has no samples")
    labels = None if y is None else _checked_labels(path, y, len(x))
    chosen = draw.indices(path, labels, len(x))
    values = np.ascontiguousarray(x[chosen], np.float32)
    if not np.isfinite(values).all():
        raise UserError(f"{path}: array x holds values that are not finite (NaN or infinite)")
    return Calibration(values, None if labels is None else labels[chosen])


def _read_arrays(path: Path) -> tuple[NDArray[Any], NDArray[Any] | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [Path(name).stem for name in archive.namelist()]
        if "x" not in names:
            raise UserError(f"{path} has no array x (it holds {', '.join(names) or 'nothing'})")
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["x"], arrays["y"] if "y" in names else None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} is not an .npz file of plain arrays: {error}") from error


def _checked_labels(path: Path, y: NDArray[Any], count: int) -> NDArray[np.int64]:
    if y.shape != (count,) or y.dtype.kind not in "iu":
        raise UserError(
            f"{path}: array y is {_text(y.shape)} of {y.dtype}, expected ({count}) class indices"
        )
    return y.astype(np.int64)


def _text(shape: Sequence[object]) -> str:
    return f"({', '.join(map(str, shape))})"


# Images.


def _load_folder(
    folder: Path, shape: tuple[int, ...], draw: _Draw, preprocessing: Preprocessing | None
) -> Calibration:
    files, labels = _list_images(folder)
    chosen = draw.indices(folder, labels, len(files))
    how = preprocessing or _read_preprocessing(folder)
    layout = how.layout or _layout_of(folder, shape)
    size = shape if layout == "nhwc" else (shape[1], shape[2], shape[0])
    if len(shape) != 3 or size[2] not in _IMAGE_CHANNELS:
        raise UserError(f"{folder}: images do not fit an input of {_text(shape)}")
    for name, value in (("scale", how.scale), ("offset", how.offset)):
        if isinstance(value, tuple) and len(value) != size[2]:
            raise UserError(f"{folder}: {len(value)} {name}s for {size[2]} channels")
    pixels = np.stack([_read_image(files[int(index)], size) for index in chosen])
    x = pixels * np.array(how.scale, np.float32) + np.array(how.offset, np.float32)
    ordered = x if layout == "nhwc" else x.transpose(0, 3, 1, 2)
    return Calibration(np.ascontiguousarray(ordered, np.float32), labels[chosen])


def _list_images(folder: Path) -> tuple[list[Path], NDArray[np.int64]]:
    """
    The images of all classes; a class's index is its place in the order of names.
    """
    files: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(sorted(p.name for p in folder.iterdir() if p.is_dir())):
        images = [p for p in (folder / name).iterdir() if p.suffix.lower() in _IMAGE_SUFFIXES]
        files += sorted(images)
        labels += [label] * len(images)
    if not files:
        raise UserError(f"{folder} has no class folders with PNG or JPEG images")
    return files, np.array(labels, np.int64)


def _layout_of(folder: Path, shape: tuple[int, ...]) -> Layout:
    if len(shape) == 3 and shape[0] in _IMAGE_CHANNELS and shape[2] not in _IMAGE_CHANNELS:
        return "nchw"
    if len(shape) == 3 and shape[2] in _IMAGE_CHANNELS and shape[0] not in _IMAGE_CHANNELS:
        return "nhwc"
    raise UserError(
        f'{folder}: say "layout" in {PREPROCESSING_FILE}: an input of {_text(shape)} could be '
        "nchw, nhwc or no image"
    )


def _read_image(file: Path, size: tuple[int, ...]) -> NDArray[np.float32]:
    """
    Pixels 0..255, float32 [H, W, C].
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise UserError("folders of images need Pillow: install approx-opt[images]") from error
    height, width, channels = size
    try:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert(_IMAGE_CHANNELS[channels]), np.float32)
    except OSError as error:
        raise UserError(f"cannot read image {file}: {error}") from error
    if pixels.shape[:2] != (height, width):
        raise UserError(
            f"{file} is {pixels.shape[0]} x {pixels.shape[1]} (height x width), the model takes "
            f"{height} x {width}"
        )
    return pixels.reshape(height, width, channels)


def _read_preprocessing(folder: Path) -> Preprocessing:
    """
    preprocessing.json of a folder: an object with any of scale, offset, layout.
    """
    file = folder / PREPROCESSING_FILE
    if not file.exists():
        return Preprocessing()
    try:
        values: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {file}: {error}") from error
    if not isinstance(values, dict):
        raise UserError(f"{file} must hold an object with scale, offset and layout")
    result = Preprocessing()
    for key, value in cast(dict[str, object], values).items():
        result = replace(result, **{key: _setting(file, key, value)})
    return result


def _setting(file: Path, key: str, value: object) -> Any:
    if key == "layout" and value in ("nchw", "nhwc"):
        return value
    if key in ("scale", "offset") and _is_number(value):
        return value
    numbers = cast(list[object], value) if isinstance(value, list) else []
    if key in ("scale", "offset") and numbers and all(map(_is_number, numbers)):
        return tuple(numbers)
    raise UserError(
        f"{file}: {key} cannot be {json.dumps(value)}; scale and offset are numbers or a number a "
        'channel, layout is "nchw" or "nhwc"'
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
