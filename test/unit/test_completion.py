"""
Shell completion: the script for bash does in a real bash what it is for.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from approx_opt.compiler import compare, compare_board, explore, main, report_main, sim
from approx_opt.compiler.completion import SHELLS

COMMANDS = {
    "approx-compare": compare.main,
    "approx-compare-board": compare_board.main,
    "approx-explore": explore.main,
    "approx-opt": main.main,
    "approx-report": report_main.main,
    "approx-sim": sim.main,
}
LINES = {
    ("approx-compare", "n"): {"net.onnx", "nets"},
    ("approx-compare-board", "--target", "stm32f4"): {"stm32f4"},
    ("approx-explore", "--target", "stm32u"): {"stm32u5"},
    ("approx-explore", "-o", "n"): {"nets"},
    ("approx-report", "net.m"): {"net.mlir"},
    ("approx-sim", "--target", "stm32h"): {"stm32h7"},
    ("approx-opt", "--em"): {"--emit-dir"},
    ("approx-opt", "n"): {"net.onnx", "net.mlir", "nets"},
    ("approx-opt", "--calibration", "n"): {"net.npz", "nets"},
    ("approx-opt", "--emit-dir", "n"): {"nets"},
    ("approx-opt", "-t", "c-"): {"c-header"},
    ("approx-opt", "--list-passes", "plan"): {"plan-memory"},
    ("approx-opt", "-p", "approx-to"): {"approx-to-c"},
    ("approx-opt", "--pass-pipeline", "fuse-qdq,fold-t"): {"fuse-qdq,fold-transposes"},
    ("approx-opt", "-p", "'fuse-qdq{ro"): {"fuse-qdq{rounding="},
    ("approx-opt", "-p", "fuse-qdq{rounding=t"): {"fuse-qdq{rounding=tflite"},
    ("approx-opt", "-p", "cse,skip-operands{fraction=0.3 gr"): {
        "cse,skip-operands{fraction=0.3 granularity="
    },
    ("approx-opt", "-p", "skip-operands{fraction=0.3},sel"): {
        "skip-operands{fraction=0.3},select-kernels"
    },
}
COMPLETE = """
COMP_WORDS=({words}); COMP_CWORD={last}; COMPREPLY=()
$(complete -p {command} | sed "s/.*-F //; s/ .*//")
printf "%s\\n" "${{COMPREPLY[@]}}"
echo '#'
"""


def script(command: str, shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """
    What `command --print-completion shell` prints.
    """
    with pytest.raises(SystemExit) as stop:
        COMMANDS[command](["--print-completion", shell])
    assert stop.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_bash_completes(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    Options, the files that an argument takes, targets, and passes with their options wherever they
    stand in a pipeline.
    """
    for name in ("net.onnx", "net.mlir", "net.npz", "net.txt"):
        (tmp_path / name).touch()
    (tmp_path / "nets").mkdir()
    lines = {words: found for words, found in LINES.items() if words[0] == command}
    text = script(command, "bash", capsys)
    for words in lines:
        text += COMPLETE.format(words=shlex.join(words), last=len(words) - 1, command=command)
    arguments = ["bash", "--norc", "-c", text]
    run = subprocess.run(arguments, cwd=tmp_path, check=True, capture_output=True, text=True)
    answers = [set(answer.split("\n")) - {""} for answer in run.stdout.split("#\n")[:-1]]
    assert dict(zip(lines, answers, strict=True)) == lines


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell)])
def test_scripts_are_well_formed_and_repeatable(shell: str, capsys: pytest.CaptureFixture[str]):
    """
    Every shell at hand reads the script, and it is the same each time.
    """
    text = script("approx-opt", shell, capsys)
    subprocess.run([shell, "-n", "/dev/stdin"], input=text, check=True, text=True)
    assert text == script("approx-opt", shell, capsys)
