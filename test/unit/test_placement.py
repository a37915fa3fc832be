"""
Where code goes: all of the runtime that layers share moves with APPROX_CODE_SECTION.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from check_program import RUNTIME
from elftools.elf.elffile import ELFFile


@pytest.mark.parametrize("cpu", ["cortex-m4", "cortex-m33", "cortex-m0plus"])
def test_runtime_follows(tmp_path: Path, cpu: str):
    """
    Nothing that is called is left in .text.
    """
    (tmp_path / "steps.c").write_text('#include "approx_runtime.h"\n')
    section = '-DAPPROX_CODE_SECTION=__attribute__((section(".fast")))'
    command = ["arm-none-eabi-gcc", f"-mcpu={cpu}", "-mthumb", "-O2", "-fkeep-static-functions"]
    command += [section, f"-I{RUNTIME}", "-c", "steps.c", "-o", "steps.o"]
    subprocess.run(command, check=True, cwd=tmp_path)
    with (tmp_path / "steps.o").open("rb") as file:
        elf = ELFFile(file)
        symbols = elf.get_section_by_name(".symtab").iter_symbols()
        places = {
            symbol.name: elf.get_section(symbol["st_shndx"]).name
            for symbol in symbols
            if symbol["st_info"]["type"] == "STT_FUNC"
        }
    assert {"approx_winograd4_input", "approx_copy_s8_s16", "approx_fill_s8"} <= places.keys()
    assert {name for name, place in places.items() if place != ".fast"} == set()
