"""
Users' CMake projects: written, built, looked into (helper of tests).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CMake = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]

BODY = "output[0] = input[0]; (void)workspace; return 0;"
PROJECT = """
cmake_minimum_required(VERSION 3.20)
project(user C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(ApproxOpt 0.1 CONFIG REQUIRED)
"""


def project(folder: Path, *lines: str) -> Path:
    """
    A user's project with two networks for the stand-in compiler lying in it.
    """
    folder.mkdir(exist_ok=True)
    for model in ("kws.onnx", "other.onnx"):
        (folder / model).write_text(BODY)
    (folder / "CMakeLists.txt").write_text("\n".join((PROJECT, *lines, "")))
    return folder


def build(folder: Path) -> str:
    """
    What the build prints.
    """
    done = subprocess.run(["cmake", "--build", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def work(folder: Path) -> tuple[int, int]:
    """
    Builds, and counts the networks and the C files that are compiled.
    """
    said = build(folder)
    return said.count("Compiling the network"), said.count("Building C object")


def flags(folder: Path, file: str) -> list[str]:
    """
    The options that a C file is compiled with.
    """
    commands = json.loads((folder / "compile_commands.json").read_text())
    (command,) = (entry["command"] for entry in commands if Path(entry["file"]).name == file)
    return command.split()


def message(done: subprocess.CompletedProcess[str]) -> str:
    """
    What CMake complains of, in one line.
    """
    assert done.returncode != 0, done.stdout
    return " ".join(done.stderr.split())


def tensor(name: str, value: object, dtype: str) -> onnx.TensorProto:
    """
    An initializer.
    """
    return numpy_helper.from_array(np.array(value, dtype), name)


def quantized_model(path: Path, data: str) -> None:
    """
    A 1x1 convolution of two channels on 2 x 2, int8; its weights lie beside it in the file `data`.
    """
    ends = [("x", "x8", "QuantizeLinear"), ("x8", "xf", "DequantizeLinear")]
    ends += [("y", "y8", "QuantizeLinear"), ("y8", "yf", "DequantizeLinear")]
    nodes = [helper.make_node(op, [i, "s", "z"], [o], o) for i, o, op in ends]
    nodes.insert(2, helper.make_node("DequantizeLinear", ["w", "s", "z"], ["wf"], "wf"))
    nodes.insert(3, helper.make_node("Conv", ["xf", "wf"], ["y"], "conv"))
    weights = tensor("w", [[[[3]], [[-5]]], [[[7]], [[0]]]], "int8")
    constants = [tensor("s", 0.25, "float32"), tensor("z", 0, "int8"), weights]
    x, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 2, 2, 2)) for name in ("x", "yf")
    )
    graph = helper.make_graph(nodes, "g", [x], [y], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = {"save_as_external_data": True, "location": data, "size_threshold": 0}
    onnx.save_model(model, str(path), **options)
