"""
Generated C on a PC and on emulated boards: many networks in one program (helper of tests).

The program is examples/vector_runner with a network `batch`, which runs all the others one after
the other on its slices of the input and the output.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from approx_opt.compiler.emit_header import render_header
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.program import Program
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
BOARD = RUNTIME / "board"
RUNNER = ROOT / "examples" / "vector_runner" / "main.c"

WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror")
RUNNER_DEFINES = (
    '-DMODEL_HEADER="batch.h"',
    "-DMODEL_PREFIX=batch_",
    "-DMODEL_MACROS=BATCH_",
)
JOBS = 2
WORD = 4


@dataclass(frozen=True)
class Core:
    """
    How code is compiled for a core.
    """

    name: str
    compiler: str
    options: Sequence[str]


def arm(cpu: str, *fpu: str) -> Core:
    """
    A Cortex-M core, with the options of add_approx_model().
    """
    kernel = ("-O2", "-ffunction-sections", "-fomit-frame-pointer")
    return Core(cpu, "arm-none-eabi-gcc", (f"-mcpu={cpu}", "-mthumb", *fpu, *kernel))


HOST = Core("host", "gcc", ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover"))
CLANG = Core("clang", "clang", ())
M0PLUS = arm("cortex-m0plus", "-mfloat-abi=soft")
M4 = arm("cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
M7 = arm("cortex-m7", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16")
M33 = arm("cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16")


class Batch:
    """
    The C of several lowered networks in a folder, and the network `batch` of all of them.
    """

    def __init__(self, modules: Sequence[ModuleOp], folder: Path):
        self.folder = folder
        self.programs = [Program.of(module) for module in modules]
        for program in self.programs:
            (folder / f"{program.name}.h").write_text(render_header(program))
            (folder / f"{program.name}.c").write_text(Sources(program, 1).single())
        (folder / "batch.h").write_text(self._header())
        (folder / "batch.c").write_text(self._source())

    @property
    def input_size(self) -> int:
        """
        Bytes of the inputs of all networks, as `joined` has them.
        """
        return sum(-(-program.inputs[0].size_bytes // WORD) * WORD for program in self.programs)

    @property
    def output_size(self) -> int:
        """
        Bytes of the outputs of all networks.
        """
        return sum(program.outputs[0].size for program in self.programs)

    def _header(self) -> str:
        workspace = max(program.workspace_bytes for program in self.programs)
        return f"""#include <stdint.h>
#define BATCH_IN_0_SIZE_BYTES {self.input_size}
#define BATCH_OUT_0_SIZE_BYTES {self.output_size}
#define BATCH_DECLARE_WORKSPACE(name) static uint64_t name[{workspace} / 8 + 1]
int batch_run(const int8_t *input, int8_t *output, void *workspace);
"""

    def _source(self) -> str:
        """
        With -DISOLATED each network has memory of its own, of exactly the size it asks for, so that
        the address sanitizer sees what leaves it.
        """
        names = [program.name for program in self.programs]
        includes = "".join(f'#include "{name}.h"\n' for name in names)
        adapters = "".join(map(_adapter, self.programs))
        calls = "".join(
            f"  if (ONE({name}_adapter, {upper}_IN_0_SIZE_BYTES, {upper}_OUT_0_SIZE_BYTES,"
            f" {upper}_WORKSPACE_BYTES, {_fast_bytes(program)}) != 0) {{\n    return -1;\n  }}\n"
            f"  input += ({upper}_IN_0_SIZE_BYTES + {WORD - 1}) / {WORD} * {WORD};\n"
            f"  output += {upper}_OUT_0_SIZE_BYTES;\n"
            for name, program in zip(names, self.programs, strict=True)
            for upper in [name.upper()]
        )
        fast = max(map(_fast_bytes, self.programs))
        return f"""#include "batch.h"
{includes}
{adapters}
#ifdef ISOLATED
#include <stdlib.h>
#include <string.h>
static int isolated(int (*run)(const int8_t *, int8_t *, void *, void *), const int8_t *input,
                    size_t in, int8_t *output, size_t out, size_t workspace, size_t fast) {{
  int8_t *const x = malloc(in), *const y = malloc(out);
  void *const memory = malloc(workspace), *const fast_memory = malloc(fast);
  memcpy(x, input, in);
  memset(memory, 0x55, workspace);
  memset(fast_memory, 0x55, fast);
  const int status = run(x, y, memory, fast_memory);
  memcpy(output, y, out);
  free(x);
  free(y);
  free(memory);
  free(fast_memory);
  return status;
}}
#define ONE(run, in, out, bytes, fast) isolated(run, input, in, output, out, bytes, fast)
#else
static uint64_t fast_memory[{fast} / 8 + 1];
#define ONE(run, in, out, bytes, fast) run(input, output, workspace, fast_memory)
#endif

int batch_run(const int8_t *input, int8_t *output, void *workspace) {{
  (void)workspace;
{calls}  return 0;
}}
"""

    def compile(self, core: Core, *extra: str) -> list[Path]:
        """
        Objects of all networks, without a warning.
        """
        folder = self.folder / core.name
        folder.mkdir(exist_ok=True)
        sources = [self.folder / f"{p.name}.c" for p in self.programs] + [self.folder / "batch.c"]
        objects = [folder / f"{source.stem}.o" for source in sources]

        def one(source: Path, target: Path) -> None:
            run(core, *WARNINGS, *extra, "-I", RUNTIME, "-c", source, "-o", target)

        with ThreadPoolExecutor(JOBS) as pool:
            list(pool.map(one, sources, objects))
        return objects

    def host(self) -> Path:
        """
        The program for this machine, with sanitizers.
        """
        objects = self.compile(HOST, "-DISOLATED")
        program = self.folder / "batch"
        runner = (*RUNNER_DEFINES, "-I", self.folder, "-I", BOARD, RUNNER, BOARD / "host.c")
        run(HOST, *runner, *objects, "-o", program)
        return program

    def host_by_clang(self) -> Path:
        """
        The program for this machine, all networks in one file: starting clang for each would take
        ten times as long as what it does.
        """
        together = self.folder / "together.c"
        names = [*(program.name for program in self.programs), "batch"]
        together.write_text("".join(f'#include "{name}.c"\n' for name in names))
        program = self.folder / "batch_by_clang"
        runner = (*RUNNER_DEFINES, "-I", self.folder, "-I", RUNTIME, "-I", BOARD, RUNNER)
        run(CLANG, *WARNINGS, *runner, BOARD / "host.c", together, "-o", program)
        return program

    def firmware(self, core: Core, board: str, megahertz: int) -> Path:
        """
        The program for a board.
        """
        objects = self.compile(core)
        elf = self.folder / f"{board}.elf"
        board_files = (BOARD / "startup.c", BOARD / "semihosting.c")
        link = ("-nostartfiles", "-Wl,--gc-sections", "-L", BOARD, f"-T{board}.ld")
        runner = (*RUNNER_DEFINES, f"-DBOARD_SYSTICK_MHZ={megahertz}u", "-I", self.folder)
        run(core, *runner, "-I", BOARD, RUNNER, *board_files, *objects, *link, "-o", elf)
        return elf


def joined(inputs: Sequence[np.ndarray]) -> NDArray[np.int8]:
    """
    Inputs [N, ...] of networks as bytes [N, input_size] of their batch: each begins at a whole
    word, as floats have to.
    """
    count = len(inputs[0])
    parts = [np.ascontiguousarray(x).reshape(count, -1).view(np.int8) for x in inputs]
    padded = [np.pad(part, ((0, 0), (0, -part.shape[1] % WORD))) for part in parts]
    return np.concatenate(padded, axis=1)


def _fast_bytes(program: Program) -> int:
    return sum(workspace.size for workspace in program.workspaces[1:])


def _adapter(program: Program) -> str:
    """
    A network as a function of two workspaces, whether it needs the second one or not.
    """
    name, has_fast = program.name, len(program.workspaces) > 1
    return f"""static int {name}_adapter(const int8_t *x, int8_t *y, void *memory, void *fast) {{
  (void)fast;
  return {name}_run((const void *)x, y, memory{", fast" if has_fast else ""});
}}
"""


def run(core: Core, *arguments: str | Path) -> None:
    """
    The compiler of a core; what it says is an error.
    """
    done = subprocess.run(
        [core.compiler, *core.options, *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[:4000]
