"""
The networks of models/, and the images as each takes them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from approx_opt.compiler.calibration import PREPROCESSING_FILE, Preprocessing

HERE = Path(__file__).resolve().parent
MODELS, PLANS, RESULTS = HERE / "models", HERE / "plans", HERE / "results"

CALIBRATION_IMAGES = 512
LIMITS = ("noloss", "1pt", "5pt")
"""Points of top-1 that plans may lose, as in the names of their files."""


@dataclass(frozen=True)
class Network:
    """
    A model of models/, and what it takes.
    """

    name: str
    file: str
    preprocessing: Preprocessing = field(default_factory=Preprocessing)

    @property
    def model(self) -> Path:
        """
        The ONNX file.
        """
        return MODELS / self.file


NETWORKS = {
    network.name: network
    for network in (
        Network("lenet", "lenet_cifar10.onnx"),
        Network("alexnet", "alexnet_cifar10.onnx"),
        Network("resnet8", "resnet8_ic.onnx", Preprocessing(scale=1.0, offset=0.0)),
    )
}


def training_images(network: Network, data: Path, folder: Path) -> Path:
    """
    The class folders of data/train as approx-opt and approx-explore are to read them for a network:
    a folder of links, with a preprocessing.json.
    """
    images = folder / f"{network.name}-train"
    images.mkdir(parents=True, exist_ok=True)
    how = {key: value for key, value in asdict(network.preprocessing).items() if value is not None}
    (images / PREPROCESSING_FILE).write_text(json.dumps(how))
    for source in sorted((data / "train").iterdir()):
        link = images / source.name
        if source.is_dir() and not link.exists():
            link.symlink_to(source.resolve(), target_is_directory=True)
    return images
