"""
The files of a network: what their users rely on, and that they appear all or not at all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.emit_files import RUNTIME, emit_files
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from approx_opt.compiler.program import Program
from lowered import parse
from xdsl.dialects import arith, builtin
from xdsl.utils.exceptions import DiagnosticException

WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror")


def compile_c(directory: Path, main: str, sources: list[Path], *flags: str) -> Path:
    """
    A host program of `main` and generated files.
    """
    (directory / "main.c").write_text(main)
    program = directory / "program"
    generated = (*WARNINGS, *flags, f"-I{directory}", f"-I{RUNTIME}")
    command = ["gcc", *generated, str(directory / "main.c"), *map(str, sources), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


def c_files(paths: list[Path]) -> list[Path]:
    """
    The C files among generated ones.
    """
    return [path for path in paths if path.suffix == ".c"]


def test_bad_pointers_are_errors(tmp_path: Path):
    """
    Null and misaligned pointers.
    """
    main = """
    #include "net.h"
    NET_DECLARE_WORKSPACE(workspace);
    int main(void) {
      int8_t x[NET_IN_0_SIZE] = {0}, y[NET_OUT_0_SIZE];
      if (net_run(0, y, workspace) != NET_ERROR_NULL) return 1;
      if (net_run(x, 0, workspace) != NET_ERROR_NULL) return 2;
      if (net_run(x, y, 0) != NET_ERROR_NULL) return 3;
      if (net_run(x, y, (int8_t *)workspace + 4) != NET_ERROR_ALIGNMENT) return 4;
      return net_run(x, y, workspace);
    }
    """
    sources = c_files(emit_files(parse("convolution"), tmp_path, "net", 1))
    program = compile_c(tmp_path, main, sources)
    assert subprocess.run([program], check=False).returncode == 0


def test_hooks_are_called_around_layers(tmp_path: Path):
    """
    The functions of the user replace the weak ones.
    """
    main = """
    #include <stdio.h>
    #include "net.h"
    NET_DECLARE_WORKSPACE(workspace);
    void net_on_layer_begin(uint16_t layer) { printf("+%s ", net_layer_names[layer]); }
    void net_on_layer_end(uint16_t layer) { printf("-%d", layer); }
    int main(void) {
      int8_t x[NET_IN_0_SIZE] = {0}, y[NET_OUT_0_SIZE];
      return net_run(x, y, workspace);
    }
    """
    sources = c_files(emit_files(parse("convolution"), tmp_path, "net", 1))
    program = compile_c(tmp_path, main, sources, "-DAPPROX_PROFILE")
    assert subprocess.run([program], capture_output=True, check=True).stdout == b"+conv -0"


def test_the_header_quantizes_like_onnx(tmp_path: Path):
    """
    x / scale in float32, ties to even, saturated; and back.
    """
    main = """
    #include <stdio.h>
    #include "net.h"
    int main(void) {
      float x;
      while (fread(&x, sizeof x, 1, stdin) == 1) putchar(NET_IN_0_QUANTIZE(x) & 0xFF);
      return NET_OUT_0_DEQUANTIZE(5) == 2.0f ? 0 : 1;
    }
    """
    emit_files(parse("max_pool"), tmp_path, "net", 1)
    program = compile_c(tmp_path, main, [])
    ties = np.arange(-140, 140, dtype=np.float32) * np.float32(0.125)
    spread = np.random.default_rng(0).normal(0, 20, 1000).astype(np.float32)
    x = np.concatenate((ties, spread, np.array([np.inf, -np.inf, 1e30, -1e30], np.float32)))
    done = subprocess.run([program], input=x.tobytes(), capture_output=True, check=True)
    expected = np.clip(np.rint(x / np.float32(0.25)) - 3, -128, 127).astype(np.int8)
    assert np.array_equal(np.frombuffer(done.stdout, np.int8), expected)


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")
def test_the_header_is_cpp(tmp_path: Path):
    """
    By itself, with all warnings.
    """
    emit_files(parse("convolution"), tmp_path, "net", 1)
    (tmp_path / "user.cpp").write_text('#include "net.h"\nNET_DECLARE_WORKSPACE(workspace);\n')
    flags = ["-Wall", "-Wextra", "-Wconversion", "-Wno-unused-variable", "-Werror", "-c"]
    command = ["g++", *flags, "-DAPPROX_PROFILE", str(tmp_path / "user.cpp"), "-o", "/dev/null"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_symbols_of_the_network_are_visible(tmp_path: Path):
    """
    To the linker, in all files together.
    """
    sources = c_files(emit_files(parse("convolution"), tmp_path, "net", 2))
    for source in sources:
        flags = ["-std=c99", f"-I{tmp_path}", f"-I{RUNTIME}", "-c"]
        subprocess.run(
            ["gcc", *flags, str(source), "-o", str(source.with_suffix(".o"))], check=True
        )
    objects = [str(source.with_suffix(".o")) for source in sources]
    listing = subprocess.run(
        ["nm", "--extern-only", "--defined-only", "--format=posix", *objects],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    symbols = {line.split()[0] for line in listing.splitlines() if line[:1].isalpha()}
    defined = {symbol for symbol in symbols if not symbol.endswith(".o:")}
    assert {s for s in defined if "/" not in s} == {"net_conv", "net_pad", "net_run"}


def test_emit_files_says_what_it_wrote(tmp_path: Path):
    """
    Sources, header, report, plan and the runtime; twice the same bytes.
    """
    module = parse("convolution")
    first = emit_files(module, tmp_path / "a", "net", 3, "{}\n")
    names = {path.name for path in first}
    own = {"net.h", "net.c", "net_0.c", "net_1.c", "net_2.c", "net_report.json", "net_plan.json"}
    assert names == own | {path.name for path in RUNTIME.glob("approx_*.h")}
    assert names == {path.name for path in (tmp_path / "a").iterdir()}
    assert (tmp_path / "a" / "net_plan.json").read_text() == "{}\n"
    report = json.loads((tmp_path / "a" / "net_report.json").read_text())
    assert [layer["name"] for layer in report["layers"]] == ["conv"]
    second = emit_files(parse("convolution"), tmp_path / "b", "net", 3, "{}\n")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_a_failed_emission_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    Neither when the code cannot be written as C, nor when a file cannot be written.
    """
    (tmp_path / "net.c").write_text("old")
    module = parse("convolution")
    body = Program.of(module).helpers[0].body.block
    body.insert_op_before(unknown := arith.DivSIOp(*2 * [_constant(body)]), body.last_op)
    with pytest.raises(DiagnosticException, match=r"there is no C for arith\.divsi"):
        emit_files(module, tmp_path, "net", 1)
    unknown.detach()
    (tmp_path / "net.h").mkdir()
    with pytest.raises(UserError, match=r"cannot write .*/net\.h: it is a folder"):
        emit_files(parse("convolution"), tmp_path, "net", 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.c", "net.h"]
    assert (tmp_path / "net.c").read_text() == "old"


def test_folders_made_for_nothing_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    As if the run had never been.
    """

    def fail(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UserError, match=r"cannot write .*: Permission denied"):
        emit_files(parse("convolution"), tmp_path / "new" / "folder", "net", 1)
    assert not list(tmp_path.iterdir())


def test_shards_of_an_earlier_run_are_removed(tmp_path: Path):
    """
    Those of this network only, and no file of the user's.
    """
    emit_files(parse("convolution"), tmp_path, "net", 6)
    ours = (tmp_path / "net_3.c").read_text()
    kept = {
        "net_7.c": "int mine;\n",
        "net_x.c": ours,
        "net_04.c": ours,
        "net_10.c": ours.replace('#include "net.h"', '#include "net_10.h"'),
        "other_3.c": ours,
    }
    for name, text in kept.items():
        (tmp_path / name).write_text(text)
    emit_files(parse("convolution"), tmp_path, "net", 2)
    left = {path.name for path in tmp_path.glob("*_*.c")}
    assert left == {"net_0.c", "net_1.c", *kept}


def test_links_and_pipes_stay_what_they_are(tmp_path: Path):
    """
    A link's target is written, and what is no file is written to in place.
    """
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_files({tmp_path / "link": "ä\n", Path("/dev/null"): "gone"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == "ä\n".encode()
    assert Path("/dev/null").is_char_device()
    assert {path.name for path in tmp_path.iterdir()} == {"link", "target"}


def _constant(block: builtin.Block) -> builtin.SSAValue:
    first = next(op for op in block.ops if isinstance(op, arith.ConstantOp))
    return first.result


def test_the_name_of_the_files_is_that_of_the_network(tmp_path: Path):
    """
    The C includes NAME.h.
    """
    with pytest.raises(UserError, match="the network is named 'net', not 'kws'"):
        emit_files(parse("softmax"), tmp_path, "kws", 1)
