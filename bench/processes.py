"""
Commands, and what they take of this machine.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from approx_opt.compiler.errors import UserError

_MEASURING = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(f"\\n{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
sys.exit(status != 0)
"""
"""
A program between this one and the command: Linux counts what a process had before it became
another program, so the memory of this one, which is large, would be taken for the command's.
"""


def run(command: Sequence[str | Path]) -> str:
    """
    Standard output of a command. Errors: UserError with all it said where it fails.
    """
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise UserError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def run_measured(command: Sequence[str | Path]) -> tuple[str, int]:
    """
    Standard output of a command, and the memory of the largest of its processes in bytes.

    Errors: as `run`.
    """
    text = run([sys.executable, "-c", _MEASURING, *command])
    output, _, kibibytes = text.rstrip("\n").rpartition("\n")
    return output, int(kibibytes) * 1024
