"""
Models made to exhaust memory or to read what is not theirs.
"""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.main import main
from approx_opt.compiler.onnx_import import check_supported, load_model
from builders import ModelBuilder
from onnx import TensorProto

HUGE = 2**31


@pytest.fixture(autouse=True)
def bounded_memory():
    """
    Nothing here may take memory that is not there anyway.
    """
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def external(folder: Path, location: str, **entries: int) -> Path:
    """
    A model one of whose weights lies in another file.
    """
    builder = ModelBuilder((3, 8, 8))
    model = builder.model(builder.conv("x", 3, 4), rank=4)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    "location", ["../secret", "/etc/passwd", "folder/../../secret", "", "link", "missing"]
)
def test_external_data_elsewhere(location: str, tmp_path: Path):
    """
    Only files in the folder of the model are read.
    """
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(bytes(1 << 10))
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(UserError, match="external data"):
        load_model(external(folder, location))


@pytest.mark.parametrize("entries", [{}, {"length": 10 << 30}, {"offset": 1 << 20}])
def test_external_data_of_ten_gigabytes(entries: dict[str, int], tmp_path: Path):
    """
    A file with holes takes no space on disk, but would in memory.
    """
    with (tmp_path / "data").open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(UserError, match="the external data of the model are 10"):
        load_model(external(tmp_path, "data", **entries))


def test_dimensions_of_two_billion():
    builder = ModelBuilder((1, HUGE, HUGE))
    model = builder.model(builder.conv("x", 1, 1), rank=4)
    with pytest.raises(UserError, match=r'tensor "x" of shape .* has more than'):
        check_supported(model)


@pytest.mark.parametrize("operator", ["ConstantOfShape", "Expand", "Tile"])
def test_constants_blown_up(operator: str):
    """
    A few bytes that stand for gigabytes are not worked out.
    """
    builder = ModelBuilder((4,))
    large = builder.constant(np.array([HUGE], np.int64))
    one = builder.constant(np.ones(1, np.float32))
    inputs = (large,) if operator == "ConstantOfShape" else (one, large)
    y = builder.node("Add", "x", builder.node(operator, *inputs))
    with pytest.raises(UserError):
        check_supported(builder.model(y, rank=2))


def test_weights_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    A shape is no proof of data.
    """
    builder = ModelBuilder((3, 8, 8))
    model = builder.model(builder.conv("x", 3, 4), rank=4)
    model.graph.initializer[0].dims[0] = HUGE
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(SystemExit, match="1"):
        main([str(path)])
    message = capsys.readouterr().err
    assert message.startswith("approx-opt: error: the data of tensor 'constant0' do not fit")
