"""
Clocks of STM32 chips as their reference manuals have them (helper of tests): which flags get ready
when, what the registers come to, and the limits.

Written from the register descriptions, apart from the firmware, which must not be its own witness.
"""

from __future__ import annotations

from stm32_chip import CCSIDR, MHZ, Chip, Flag, Read, bits, f4_uart, l4_uart
from unicorn.arm_const import UC_CPU_ARM_CORTEX_M4, UC_CPU_ARM_CORTEX_M33

_CACHE_16K = 127 << 13 | 3 << 3 | 1
"""CCSIDR of the data cache of an STM32H743: 128 sets of 4 ways."""


def _u575() -> Chip:
    """
    RM0456: RCC, PWR, FLASH.
    """
    rcc, pwr, acr = 0x46020C00, 0x46020800, 0x40022000
    hsi = 16 * MHZ

    def source(read: Read) -> float:
        return {1: 4 * MHZ, 2: hsi}.get(bits(read(rcc + 0x28), 0, 2), 0)

    def vco_input(read: Read) -> float:
        return source(read) / (bits(read(rcc + 0x28), 8, 4) + 1)

    def vco(read: Read) -> float:
        return vco_input(read) * (bits(read(rcc + 0x34), 0, 9) + 1)

    def hertz(read: Read) -> float:
        pll = vco(read) / (bits(read(rcc + 0x34), 24, 7) + 1)
        return pll if bits(read(rcc + 0x1C), 0, 2) == 3 else 4 * MHZ

    def booster(read: Read) -> float:
        return source(read) / max(1, 2 * bits(read(rcc + 0x28), 12, 4))

    return Chip(
        core=UC_CPU_ARM_CORTEX_M33,
        megahertz=160,
        reset_hertz=4 * MHZ,
        flags=[
            Flag("HSI", rcc, 1 << 10, lambda read: bool(read(rcc) & 1 << 8)),
            Flag("PLL", rcc, 1 << 25, lambda read: bool(read(rcc) & 1 << 24) and source(read) > 0),
            Flag("VOS", pwr + 0x0C, 1 << 15, lambda read: bool(read(rcc + 0x94) & 1 << 2)),
            Flag(
                "booster", pwr + 0x0C, 1 << 14,
                lambda read: bool(read(pwr + 0x0C) & 1 << 18) and 4 * MHZ <= booster(read) <= hsi,
            ),
        ],
        switch=rcc + 0x1C, switch_mask=3, switch_pll=3, status_shift=2,
        hertz=hertz,
        limits=lambda read: {
            "HSI runs": bool(read(rcc) & 1 << 8),
            "PLL1R is on": bool(read(rcc + 0x28) & 1 << 18),
            "input of the VCO": 4 * MHZ <= vco_input(read) <= 8 * MHZ,
            "range of the input": bits(read(rcc + 0x28), 2, 2) != 3,
            "VCO": 128 * MHZ <= vco(read) <= 544 * MHZ,
            "wait states": bits(read(acr), 0, 4) == 4,
            "prefetch": bool(read(acr) & 1 << 8),
            "range 1": bits(read(pwr + 0x0C), 16, 2) == 3,
            "booster": bool(read(pwr + 0x0C) & 1 << 18),
            "first at half the speed": bits(read(rcc + 0x20), 0, 4) == 8,
            "instruction cache": bool(read(0x40030400) & 1),
        },
        uart=l4_uart(
            0x40013800, lambda read: {0: hertz(read), 2: hsi}[bits(read(rcc + 0xE0), 0, 2)]
        ),
        wired=[
            (rcc + 0x8C, 1, 1), (rcc + 0xA4, 1 << 14, 1 << 14),
            (0x42020000, 3 << 18, 2 << 18), (0x42020024, 15 << 4, 7 << 4),
        ],
        reset={0x40030400: 4, 0x42020000: 0xABFFFFFF},
    )  # fmt: skip


def _l4r5() -> Chip:
    """
    RM0432: RCC, PWR, FLASH. An LPUART divides 256 times its clock.
    """
    rcc, pwr, acr = 0x40021000, 0x40007000, 0x40022000

    def vco_input(read: Read) -> float:
        source = {1: 4 * MHZ, 2: 16 * MHZ}.get(bits(read(rcc + 0x0C), 0, 2), 0)
        return source / (bits(read(rcc + 0x0C), 4, 4) + 1)

    def vco(read: Read) -> float:
        return vco_input(read) * bits(read(rcc + 0x0C), 8, 7)

    def hertz(read: Read) -> float:
        pll = vco(read) / (2 * bits(read(rcc + 0x0C), 25, 2) + 2)
        return pll if bits(read(rcc + 0x08), 0, 2) == 3 else 4 * MHZ

    return Chip(
        core=UC_CPU_ARM_CORTEX_M4,
        megahertz=120,
        reset_hertz=4 * MHZ,
        flags=[
            Flag("HSI", rcc, 1 << 10, lambda read: bool(read(rcc) & 1 << 8)),
            Flag("PLL", rcc, 1 << 25,
                 lambda read: bool(read(rcc) & 1 << 24) and vco_input(read) > 0),
        ],
        switch=rcc + 0x08, switch_mask=3, switch_pll=3, status_shift=2,
        hertz=hertz,
        limits=lambda read: {
            "HSI runs": bool(read(rcc) & 1 << 8),
            "PLLR is on": bool(read(rcc + 0x0C) & 1 << 24),
            "input of the VCO": 2.66 * MHZ <= vco_input(read) <= 8 * MHZ,
            "VCO": 64 * MHZ <= vco(read) <= 344 * MHZ,
            "wait states": bits(read(acr), 0, 4) == 5,
            "prefetch and caches": bits(read(acr), 8, 3) == 7,
            "boost mode": bool(read(rcc + 0x58) & 1 << 28) and not read(pwr + 0x80) & 1 << 8,
            "first at half the speed": bits(read(rcc + 0x08), 4, 4) == 8,
        },
        uart=l4_uart(
            0x40008000,
            lambda read: 256 * {0: hertz(read), 2: 16 * MHZ}[bits(read(rcc + 0x88), 10, 2)],
        ),
        wired=[
            (rcc + 0x4C, 1 << 6, 1 << 6), (rcc + 0x5C, 1, 1), (pwr + 0x04, 1 << 9, 1 << 9),
            (0x48001800, 3 << 14, 2 << 14), (0x48001820, 15 << 28, 8 << 28),
        ],
        reset={rcc: 0x63, pwr + 0x80: 0x100, acr: 0x600, 0x48001800: 0xFFFFFFFF},
    )  # fmt: skip


def _f4(
    megahertz: int, overdrive: bool, uart: int, apb: int, wired: list[tuple[int, int, int]]
) -> Chip:
    """
    RM0090 and RM0390: RCC, PWR, FLASH. `uart` is the UART's address, `apb` where in CFGR its
    prescaler begins.
    """
    rcc, pwr, acr = 0x40023800, 0x40007000, 0x40023C00

    def vco_input(read: Read) -> float:
        return 16 * MHZ / max(2, bits(read(rcc + 0x04), 0, 6))

    def vco(read: Read) -> float:
        return vco_input(read) * bits(read(rcc + 0x04), 6, 9)

    def hertz(read: Read) -> float:
        pll = vco(read) / (2 * bits(read(rcc + 0x04), 16, 2) + 2)
        return pll if bits(read(rcc + 0x08), 0, 2) == 2 else 16 * MHZ

    def bus(read: Read, shift: int) -> float:
        prescaler = bits(read(rcc + 0x08), shift, 3)
        return 1 / (1 if prescaler < 4 else 2 << (prescaler - 4))

    def is_powered(read: Read) -> bool:
        return bool(read(rcc + 0x40) & 1 << 28)

    flags = [
        Flag("PLL", rcc, 1 << 25, lambda read: bool(read(rcc) & 1 << 24)),
        Flag("ODRDY", pwr + 4, 1 << 16, lambda r: is_powered(r) and bool(r(pwr) & 1 << 16)),
        Flag("ODSWRDY", pwr + 4, 1 << 17, lambda r: is_powered(r) and bool(r(pwr) & 1 << 17)),
    ]
    return Chip(
        core=UC_CPU_ARM_CORTEX_M4,
        megahertz=megahertz,
        reset_hertz=16 * MHZ,
        flags=flags,
        switch=rcc + 0x08, switch_mask=3, switch_pll=2, status_shift=2,
        hertz=hertz,
        limits=lambda read: {
            "input of the VCO": MHZ <= vco_input(read) <= 2 * MHZ,
            "VCO": 100 * MHZ <= vco(read) <= 432 * MHZ,
            "PLLQ": 2 <= bits(read(rcc + 0x04), 24, 4) and vco(read) / 48 <= 15 * MHZ,
            "wait states": bits(read(acr), 0, 4) == 5,
            "prefetch and caches": bits(read(acr), 8, 3) == 7,
            "over-drive": not overdrive or bits(read(pwr), 16, 2) == 3,
            "APB1": megahertz * bus(read, 10) <= (45 if overdrive else 42),
            "APB2": megahertz * bus(read, 13) <= (90 if overdrive else 84),
        },
        uart=f4_uart(uart, lambda read: hertz(read) * bus(read, apb)),
        wired=[*wired, (rcc + 0x30, 1, 1)],
        reset={rcc: 0x83, 0x40020000: 0xA8000000, pwr: 0xC000},
    )  # fmt: skip


def _h743() -> Chip:
    """
    RM0433: RCC, PWR, FLASH, at VOS1.
    """
    rcc, pwr, acr = 0x58024400, 0x58024800, 0x52002000
    hsi = 64 * MHZ

    def vco_input(read: Read) -> float:
        source = hsi if bits(read(rcc + 0x28), 0, 2) == 0 else 0
        return source / max(1, bits(read(rcc + 0x28), 4, 6))

    def vco(read: Read) -> float:
        return vco_input(read) * (bits(read(rcc + 0x30), 0, 9) + 1)

    def hertz(read: Read) -> float:
        pll = vco(read) / (bits(read(rcc + 0x30), 9, 7) + 1)
        return pll if bits(read(rcc + 0x10), 0, 3) == 3 else hsi

    return Chip(
        core=UC_CPU_ARM_CORTEX_M4,
        megahertz=400,
        reset_hertz=hsi,
        flags=[
            Flag("PLL", rcc, 1 << 25, lambda read: bool(read(rcc) & 1 << 24)),
            Flag("ACTVOSRDY", pwr + 0x04, 1 << 13, lambda read: bits(read(pwr + 0x0C), 0, 3) == 2),
            Flag("VOSRDY", pwr + 0x18, 1 << 13, lambda read: bits(read(pwr + 0x18), 14, 2) == 3),
        ],
        switch=rcc + 0x10, switch_mask=7, switch_pll=3, status_shift=3,
        hertz=hertz,
        limits=lambda read: {
            "PLL1P is on": bool(read(rcc + 0x2C) & 1 << 16),
            "range of the input": bits(read(rcc + 0x2C), 2, 2) == 2
            and 4 * MHZ <= vco_input(read) <= 8 * MHZ,
            "VCO": 192 * MHZ <= vco(read) <= 836 * MHZ and not read(rcc + 0x2C) & 2,
            "VOS1": bits(read(pwr + 0x18), 14, 2) == 3,
            "LDO": bits(read(pwr + 0x0C), 0, 3) == 2,
            "wait states": bits(read(acr), 0, 6) == 0x22,
            "core undivided, AXI at half": read(rcc + 0x18) & 0xF0F == 8,
            "APB at a quarter": (read(rcc + 0x18) >> 4 & 7, read(rcc + 0x1C) >> 4 & 0x77,
                                 read(rcc + 0x20) >> 4 & 7) == (4, 0x44, 4),
            "both caches": bits(read(0xE000ED14), 16, 2) == 3,
        },
        uart=l4_uart(
            0x40004800, lambda read: {0: hertz(read) / 4, 3: hsi}[bits(read(rcc + 0x54), 0, 3)]
        ),
        wired=[
            (rcc + 0xE0, 1 << 3, 1 << 3), (rcc + 0xE8, 1 << 18, 1 << 18),
            (0x58020C00, 3 << 16, 2 << 16), (0x58020C24, 15, 7),
        ],
        reset={rcc: 1, pwr + 0x0C: 6, pwr + 0x18: 0x4000, 0x58020C00: 0xFFFFFFFF,
               CCSIDR: _CACHE_16K},
    )  # fmt: skip


CHIPS = {
    "nucleo-u575zi": _u575(),
    "nucleo-l4r5zi": _l4r5(),
    "nucleo-f446re": _f4(180, True, 0x40004400, 10, [
        (0x40023840, 1 << 17, 1 << 17),
        (0x40020000, 3 << 4, 2 << 4), (0x40020020, 15 << 8, 7 << 8),
    ]),
    "nucleo-h743zi": _h743(),
    "netduinoplus2": _f4(168, False, 0x40011000, 13, [
        (0x40023844, 1 << 4, 1 << 4),
        (0x40020000, 3 << 18, 2 << 18), (0x40020024, 15 << 4, 7 << 4),
    ]),
}  # fmt: skip
