"""
Damaged inputs: approx-opt says what is wrong, once, and writes nothing. By hand, for longer:

    python test/fuzz/fuzz.py onnx --cases 100000 --seed 7

Every case is a seed file with bytes, numbers or whole pieces changed. It has to end in an output,
or in one `approx-opt: error:` with exit status 1 and no output; a traceback, a hang (10 s) or a
file after an error is a finding, and its input is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import onnx
from approx_opt.compiler.main import main as approx_opt
from onnx import TensorProto, helper

ROOT = Path(__file__).resolve().parents[2]
SECONDS_A_CASE = 10
MEMORY = 4 << 30
NUMBERS = (-1, 0, 1, 2, 3, 127, 128, 255, 2**31 - 1, 2**31, 2**63 - 1)
WORDS = (b"dense<", b"array<i64: ", b"-", b"0", b"tensor<", b'"', b"}", b"{", b"xi8", b"%", b"\xff")


def onnx_seeds() -> list[bytes]:
    """
    Two quantized models with a convolution, a pool, a branch and a matrix, in the QDQ and in the
    QOperator form; and one model for each operator.
    """
    sys.path.insert(0, str(ROOT / "test" / "unit"))
    from approx_opt.compiler.calibration import Calibration
    from approx_opt.compiler.onnx_quantize import quantize
    from builders import ModelBuilder
    from operator_cases import CASES, operator_model
    from qoperator_network import quantized_cnn

    builder = ModelBuilder((2, 5, 5))
    x = builder.node("Relu", builder.conv("x", 2, 3, pads=[1, 1, 1, 1]))
    x = builder.node("Add", x, builder.conv(x, 3, 3, group=3, pads=[1, 1, 1, 1]))
    x = builder.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = builder.node("Softmax", builder.gemm(builder.node("Flatten", x), 12, 3))
    whole = [
        quantize(builder.model(x), Calibration(builder.samples(8))),
        quantized_cnn("uint8", per_channel=True)[1],
    ]
    operators = [operator_model(name)[0] for name in CASES]
    # A whole network has more to damage than a single operator.
    return [model.SerializeToString() for model in (*whole * 20, *operators)]


def text_seeds() -> list[bytes]:
    """
    What the lit tests of passes are made of, chunk by chunk.
    """
    files = sorted((ROOT / "test" / "filecheck" / "passes").glob("*.mlir"))
    return [c for path in files for c in path.read_bytes().split(b"// -----")]


def mutated_bytes(data: bytes, rng: random.Random) -> bytes:
    """
    Some bytes changed, taken out, doubled or put in.
    """
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at, length = rng.randrange(len(result) + 1), rng.choice((1, 1, 2, 8, 64))
        kind = rng.randrange(4)
        if kind == 0 and at < len(result):
            result[at] = rng.randrange(256)
        elif kind == 1:
            del result[at : at + length]
        elif kind == 2:
            result[at:at] = result[at : at + length]
        else:
            result[at:at] = rng.choice(WORDS)
    return bytes(result)


def mutated_model(data: bytes, rng: random.Random) -> bytes:
    """
    A model that still parses, with fields changed: names, shapes, types, attributes, nodes.
    """
    model = onnx.load_from_string(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        rng.choice(_FIELDS)(model.graph, rng)
    return model.SerializeToString()


def _attribute(graph: Any, rng: random.Random) -> None:
    nodes = [node for node in graph.node if node.attribute]
    if not nodes:
        return
    attribute = rng.choice(rng.choice(nodes).attribute)
    attribute.i = rng.choice(NUMBERS)
    if attribute.ints:
        attribute.ints[rng.randrange(len(attribute.ints))] = rng.choice(NUMBERS)
    if rng.random() < 0.3:
        attribute.type = rng.randrange(1, 12)


def _shape(graph: Any, rng: random.Random) -> None:
    value = rng.choice([*graph.input, *graph.output])
    dims = value.type.tensor_type.shape.dim
    if dims:
        rng.choice(dims).dim_value = rng.choice(NUMBERS)
    if rng.random() < 0.2:
        value.type.tensor_type.elem_type = rng.randrange(30)


def _constant(graph: Any, rng: random.Random) -> None:
    tensor = rng.choice(graph.initializer)
    kind = rng.randrange(4)
    if kind == 0 and tensor.dims:
        tensor.dims[rng.randrange(len(tensor.dims))] = rng.choice(NUMBERS)
    elif kind == 1:
        tensor.data_type = rng.randrange(30)
    elif kind == 2:
        tensor.raw_data = tensor.raw_data[: rng.randrange(len(tensor.raw_data) + 1)]
    else:
        bad = rng.choice((float("nan"), float("inf"), 0.0, -1.0, 1e30))
        if tensor.data_type == TensorProto.FLOAT and len(tensor.raw_data) >= 4:
            tensor.raw_data = struct.pack("<f", bad) * (len(tensor.raw_data) // 4)


def _node(graph: Any, rng: random.Random) -> None:
    node = rng.choice(graph.node)
    kind = rng.randrange(5)
    if kind == 0:
        node.op_type = rng.choice(
            [*(n.op_type for n in graph.node), "Nothing", "Sigmoid", "Concat"]
        )
    elif kind == 1 and node.input:
        names = [n for other in graph.node for n in other.output] + ["", "nowhere"]
        node.input[rng.randrange(len(node.input))] = rng.choice(names)
    elif kind == 2 and node.input:
        del node.input[-1]
    elif kind == 3:
        graph.node.remove(node)
    else:
        node.output[0] = rng.choice(graph.node).output[0]


def _external(graph: Any, rng: random.Random) -> None:
    tensor = rng.choice(graph.initializer)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", rng.choice(("../../etc/passwd", "/etc/passwd", "none", ""))
    if rng.random() < 0.5:
        entry = tensor.external_data.add()
        entry.key, entry.value = rng.choice(("length", "offset")), str(rng.choice(NUMBERS))


def _input(graph: Any, rng: random.Random) -> None:
    shape = [rng.choice(NUMBERS) for _ in range(rng.randrange(5))]
    graph.input.append(helper.make_tensor_value_info("extra", rng.randrange(1, 12), shape))


_FIELDS = (_attribute, _attribute, _shape, _constant, _constant, _node, _node, _external, _input)


class _Hang(Exception):
    pass


def _alarm(*_: Any) -> None:
    raise _Hang


def run_case(source: Path, pipeline: str, output: Path) -> str:
    """
    "ok", "error", or what went wrong, with its traceback.
    """
    output.unlink(missing_ok=True)
    errors = io.StringIO()
    signal.alarm(SECONDS_A_CASE)
    try:
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            approx_opt([str(source), "-p", pipeline, "-t", "mlir", "-o", str(output)])
        outcome = "ok" if output.exists() else "no output without an error"
    except SystemExit as end:
        text = errors.getvalue()
        said = sum(line.startswith("approx-opt: error: ") for line in text.splitlines())
        one = text.startswith("approx-opt: error: ") and said == 1
        outcome = "error" if end.code == 1 and one else f"exit {end.code}: {text}"
        if output.exists():
            outcome = f"a file after an error: {text}"
    except _Hang:
        outcome = f"hang\n{traceback.format_exc()}"
    except BaseException:
        outcome = traceback.format_exc()
    finally:
        signal.alarm(0)
    return outcome


def fuzz(
    kind: str, cases: int, seconds: float, seed: int, keep: Path
) -> tuple[Counter[str], list[str]]:
    """
    So many cases, or as many as `seconds` allow: how many ended how, and the findings. Their inputs
    go to `keep`.
    """
    end = time.monotonic() + seconds
    rng = random.Random(seed)
    seeds = onnx_seeds() if kind == "onnx" else text_seeds()
    pipelines = ("fuse-qdq,fold-transposes", "approx-to-c", "select-kernels,plan-memory", "")
    counts: Counter[str] = Counter()
    findings: list[str] = []
    signal.signal(signal.SIGALRM, _alarm)
    with tempfile.TemporaryDirectory() as folder:
        source, output = (
            Path(folder, f"case.{'onnx' if kind == 'onnx' else 'mlir'}"),
            Path(folder, "out"),
        )
        while sum(counts.values()) < cases and time.monotonic() < end:
            data = rng.choice(seeds)
            by_field = kind == "onnx" and rng.random() < 0.7
            source.write_bytes((mutated_model if by_field else mutated_bytes)(data, rng))
            outcome = run_case(source, rng.choice(pipelines[: 2 if kind == "onnx" else 4]), output)
            counts[outcome if outcome in ("ok", "error") else "finding"] += 1
            if outcome not in ("ok", "error"):
                findings.append(outcome)
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{len(findings)}{source.suffix}").write_bytes(source.read_bytes())
    return counts, findings


def main() -> None:
    """
    Entry point; exit status 1 where something was found.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("onnx", "text"))
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="and no longer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    counts, findings = fuzz(args.kind, args.cases, args.seconds, args.seed, args.keep / args.kind)
    print(f"{args.kind}: {dict(sorted(counts.items()))}")
    for finding in findings[:5]:
        print(finding)
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
