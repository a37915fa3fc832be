"""
The microcontrollers that can be named as `target`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import named
from .sizes import Size, size_in_bytes

KIB = 1024


@dataclass(frozen=True)
class Mcu:
    """
    A target: its core and the memory a program has to live in.

    `flash` and `ram` are bytes; `ram` is what one contiguous zero-wait memory offers. `source` is
    the datasheet the figures are from. `settings` are what the runtime is told of its caches
    (runtime/approx_arm.h), where they are not those of an STM32U5.
    """

    name: str
    cpu: str
    flash: int
    ram: int
    source: str
    settings: Mapping[str, int] = field(default_factory=dict[str, int])


_ART = {"loop_bytes": KIB, "stage_bytes": 2 * KIB}
"""1 KiB of instruction cache, and none for constants worth the name (compiler/sim_profiles.py)."""
_L1 = {"loop_bytes": 2 * KIB}
"""4 KiB of instruction cache."""
_RESERVED_FLASH = 32 * KIB
"""Left for the rest of the firmware when no budget is given."""

MCUS = {
    mcu.name: mcu
    for mcu in (
        Mcu("stm32u5", "cortex-m33", 2048 * KIB, 768 * KIB, "STM32U575xx, DS13737, SRAM1-3"),
        Mcu("stm32l4", "cortex-m4", 2048 * KIB, 640 * KIB, "STM32L4R5xx, DS12023, SRAM1-3", _ART),
        Mcu("stm32f4", "cortex-m4", 1024 * KIB, 128 * KIB, "STM32F405xx, DS8626, SRAM1-2", _ART),
        Mcu("stm32f7", "cortex-m7", 1024 * KIB, 240 * KIB, "STM32F746xx, DS10916, SRAM1", _L1),
        Mcu("stm32h7", "cortex-m7", 2048 * KIB, 512 * KIB, "STM32H743xI, DS12110, AXI SRAM"),
        Mcu("stm32g0", "cortex-m0plus", 512 * KIB, 144 * KIB, "STM32G0B1xx, DS13560"),
    )
}


def mcu_named(name: str) -> Mcu:
    """
    A target by name.

    Errors: UserError that lists the names there are.
    """
    return named("target", MCUS, name)


def flash_budget(mcu: Mcu, budget: Size | None) -> int:
    """
    Bytes of flash a network may take: as asked, or the device less what firmware needs.
    """
    return mcu.flash - _RESERVED_FLASH if budget is None else size_in_bytes(budget)


def ram_budget(mcu: Mcu, budget: Size | None) -> int:
    """
    Bytes of RAM the workspace may take: as asked, or all of the device's.
    """
    return mcu.ram if budget is None else size_in_bytes(budget)
