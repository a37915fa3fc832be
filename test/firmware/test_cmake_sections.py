"""
Where the linker is to put code, constants and workspaces.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cmake_projects import CMake, build, project, quantized_model
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

CROSS = {
    "CMAKE_C_COMPILER": "arm-none-eabi-gcc",
    "CMAKE_SYSTEM_NAME": "Generic",
    "CMAKE_TRY_COMPILE_TARGET_TYPE": "STATIC_LIBRARY",
}
PLAN = '{"version": 1, "model": "kws", "layers": {"conv": {"kernel": "loop"}}}'
"""With its weights in an array."""

USER = """
#include "{name}.h"
{upper}_DECLARE_WORKSPACE({name}_memory);
void *{name}_workspace(void) {{ return {name}_memory; }}
"""


def objects(folder: Path) -> Iterator[ELFFile]:
    """
    The object files of a library.
    """
    for path in folder.rglob("*.c.*"):
        if path.suffix in (".o", ".obj"):
            with path.open("rb") as file:
                yield ELFFile(file)


def loaded_sections(folder: Path) -> set[str]:
    """
    Of a library: what takes memory on the board.
    """
    return {
        section.name
        for elf in objects(folder)
        for section in elf.iter_sections()
        if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"] > 0
    }


def workspaces(folder: Path) -> dict[str, str]:
    """
    Of a library: in which section each variable NAME_memory is.
    """
    return {
        symbol.name: elf.get_section(symbol["st_shndx"]).name
        for elf in objects(folder)
        for symbol in elf.get_section_by_name(".symtab").iter_symbols()
        if symbol.name.endswith("_memory")
    }


def test_code_and_constants(tmp_path: Path, cmake: CMake):
    """
    All of them: none is left for the memories that others go to.
    """
    places = "CODE_SECTION .itcm CONST_SECTION .dtcm.weights CPU cortex-m33"
    arguments = f"MODEL kws.onnx PLAN plan.json SHARDS 1 REPORT kws.html {places}"
    source = project(tmp_path / "user", f"add_approx_model(kws {arguments})")
    quantized_model(source / "kws.onnx", "weights.bin")
    (source / "plan.json").write_text(PLAN)
    compiler = {"ApproxOpt_EXECUTABLE": "", "Python3_EXECUTABLE": sys.executable}
    cmake(source, tmp_path / "build", **CROSS, **compiler)
    build(tmp_path / "build")
    assert (tmp_path / "build" / "kws.html").exists()
    assert loaded_sections(tmp_path / "build") == {".itcm", ".dtcm.weights"}


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_workspaces(tmp_path: Path, cmake: CMake, generator: str):
    """
    Those of two networks in two memories, though one library uses both; a third goes where
    variables go.
    """
    model = "MODEL kws.onnx SHARDS 1"
    source = project(
        tmp_path / "user",
        f"add_approx_model(kws {model} WORKSPACE_SECTION .dtcm)",
        f"add_approx_model(other {model} WORKSPACE_SECTION .bss.sram2 NAME other_one)",
        f"add_approx_model(third {model})",
        "add_library(app user.c)",
        "target_link_libraries(app PRIVATE kws other third)",
    )
    users = [USER.format(name=name, upper=name.upper()) for name in ("kws", "other_one", "third")]
    (source / "user.c").write_text("".join(users))
    cross = {**CROSS, "CMAKE_C_FLAGS": "-mcpu=cortex-m33"}
    cmake(source, tmp_path / "build", generator=generator, **cross)
    build(tmp_path / "build")
    assert workspaces(tmp_path / "build" / "CMakeFiles" / "app.dir") == {
        "kws_memory": ".dtcm",
        "other_one_memory": ".bss.sram2",
        "third_memory": ".bss",
    }
