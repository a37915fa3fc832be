"""
What a model of a chip's clocks consists of (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Read = Callable[[int], int]
"""A register, by address."""

MHZ = 1_000_000
CCSIDR = 0xE000ED80


@dataclass(frozen=True)
class Flag:
    """
    Bits at `address` that are set while `condition` holds of the registers.
    """

    name: str
    address: int
    mask: int
    condition: Callable[[Read], bool]


@dataclass(frozen=True)
class Uart:
    """
    Addresses of registers; the bits of `control` with which it sends, and what it divides: the
    clock, by the divider in `baud`, is 115200 Hz.
    """

    control: int
    baud: int
    status: int
    data: int
    enabled: int
    clock: Callable[[Read], float]


def f4_uart(base: int, clock: Callable[[Read], float]) -> Uart:
    """
    CR1 with TE and UE, BRR, SR, DR.
    """
    return Uart(base + 0x0C, base + 0x08, base, base + 0x04, 1 << 3 | 1 << 13, clock)


def l4_uart(base: int, clock: Callable[[Read], float]) -> Uart:
    """
    CR1 with TE and UE, BRR, ISR, TDR.
    """
    return Uart(base, base + 0x0C, base + 0x1C, base + 0x28, 1 << 3 | 1 << 0, clock)


@dataclass(frozen=True)
class Chip:
    """
    `flags` get ready; `switch` is the register with SW (`switch_mask`; `switch_pll` is the PLL) and
    SWS, `status_shift` above it. `hertz` decodes the clock of the core, `limits` are what has to be
    true at the moment of the switch. `wired` are fields of registers that the UART needs: address,
    mask, value. `reset` are values after a reset.
    """

    core: int
    megahertz: int
    reset_hertz: int
    flags: list[Flag]
    switch: int
    switch_mask: int
    switch_pll: int
    status_shift: int
    hertz: Callable[[Read], float]
    limits: Callable[[Read], Mapping[str, bool]]
    uart: Uart
    wired: list[tuple[int, int, int]]
    reset: Mapping[int, int] = field(default_factory=dict[int, int])


def bits(value: int, shift: int, width: int) -> int:
    """
    A field of a register.
    """
    return value >> shift & (1 << width) - 1
