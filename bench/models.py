"""
The networks of the benchmark, quantized by the compiler from calibration data of a fixed seed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from approx_opt.compiler.calibration import Calibration, load_calibration
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.onnx_import import input_shape, load_model
from approx_opt.compiler.onnx_quantize import quantize
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[1] / "test" / "networks"))

from float_networks import autoencoder, mobilenet_v1
from network_builder import smooth_samples

CALIBRATION_SEED, SAMPLE_SEED = 201, 202
CALIBRATION_SAMPLES = 64


@dataclass(frozen=True)
class Network:
    """
    A float network: a file in the folder of models, or one that `build` makes of random weights.

    Without other data, its inputs are random and uniform in `low` .. `high` where it is a file, and
    those that its layers were normalized on where it is built.
    """

    name: str
    file: str | None = None
    low: float = -1.0
    high: float = 1.0
    takes_images: bool = False
    """CIFAR-10 images are its data."""
    build: Callable[[], onnx.ModelProto] | None = None

    @property
    def title(self) -> str:
        """
        For people.
        """
        return self.name if self.build is None else f"{self.name} (random weights)"

    def path(self, folder: Path | None) -> Path | None:
        """
        Its file; None where it needs none, or there is no folder.
        """
        return None if self.file is None or folder is None else folder / self.file

    def absence(self, folder: Path | None) -> str | None:
        """
        Why it cannot be had, if so.
        """
        if self.build is not None:
            return None
        path = self.path(folder)
        if path is None:
            return f"{self.name}: skipped, it needs a folder of models with {self.file}"
        return None if path.is_file() else f"{self.name}: skipped, there is no {path}"

    def load(self, folder: Path | None) -> onnx.ModelProto:
        """
        The float model. Errors: UserError.
        """
        if self.build is not None:
            return self.build()
        path = self.path(folder)
        assert path is not None
        return load_model(path)

    def samples(self, shape: tuple[int, ...], count: int, seed: int) -> NDArray[np.float32]:
        """
        Inputs float32 [count, *shape].
        """
        if self.build is not None:
            return smooth_samples(shape, count, seed)
        rng = np.random.default_rng(seed)
        return rng.uniform(self.low, self.high, (count, *shape)).astype(np.float32)

    def images(self, folder: Path, batched: tuple[int, ...], count: int) -> NDArray[np.float32]:
        """
        Images of class folders, in the range that the network takes. Errors: UserError.
        """
        x = load_calibration(folder, batched, samples=count).x
        return (self.low + (x + 1) * np.float32((self.high - self.low) / 2)).astype(np.float32)


NETWORKS = {
    network.name: network
    for network in (
        Network("lenet", "lenet_cifar10.onnx", takes_images=True),
        Network("alexnet", "alexnet_cifar10.onnx", takes_images=True),
        Network("resnet8", "resnet8_ic.onnx", 0.0, 255.0, takes_images=True),
        Network("dscnn", "dscnn_kws.onnx", -123.0, 26.0),
        Network("mobilenet", build=mobilenet_v1),
        Network("autoencoder", build=autoencoder),
    )
}
"""By name, in the order of the tables."""


@dataclass(frozen=True)
class Data:
    """
    Float32 samples [N, ...] as a model takes them: to calibrate with, and one to run.
    """

    calibration: NDArray[np.float32]
    sample: NDArray[np.float32]


@dataclass(frozen=True)
class Quantized:
    """
    A network in QDQ form, and its data.
    """

    network: Network
    model: onnx.ModelProto
    data: Data


def quantized(network: Network, models: Path | None, cifar10: Path | None) -> Quantized:
    """
    Quantize a network by the compiler's own import. Errors: UserError.
    """
    model = network.load(models)
    data = _data(network, tuple(input_shape(model)), cifar10)
    return Quantized(network, quantize(model, Calibration(data.calibration)), data)


def _data(network: Network, batched: tuple[int, ...], cifar10: Path | None) -> Data:
    shape = batched[1:]
    if cifar10 is None or not network.takes_images:
        return Data(
            network.samples(shape, CALIBRATION_SAMPLES, CALIBRATION_SEED),
            network.samples(shape, 1, SAMPLE_SEED),
        )
    if not (cifar10 / "train").is_dir() or not (cifar10 / "test").is_dir():
        raise UserError(f"{cifar10} has no folders train/ and test/")
    return Data(
        network.images(cifar10 / "train", batched, CALIBRATION_SAMPLES),
        network.images(cifar10 / "test", batched, 1),
    )
