/*
 * The clock of an STM32F4: its registers by their names in RM0090 and RM0390, where they are alike.
 */
#ifndef STM32F4_H
#define STM32F4_H

#include "board.h"
#include "registers.h"

#define F4_FLASH_ACR REGISTER(0x40023C00u)
#define F4_PWR_CR REGISTER(0x40007000u)
#define F4_PWR_CSR REGISTER(0x40007004u)
#define F4_RCC_CR REGISTER(0x40023800u)
#define F4_RCC_PLLCFGR REGISTER(0x40023804u)
#define F4_RCC_CFGR REGISTER(0x40023808u)
#define F4_RCC_AHB1ENR REGISTER(0x40023830u)
#define F4_RCC_APB1ENR REGISTER(0x40023840u)
#define F4_RCC_APB2ENR REGISTER(0x40023844u)
#define F4_GPIOA 0x40020000u

/* HSI: the clock after a reset, and the source of the PLL, which wants 2 MHz (PLLM). */
#define F4_HSI 16000000u
#define F4_PLL_INPUT 2000000u

/*
 * The limits of the PLL: VCO 100 .. 432 MHz; half of it is the core's clock. `n` is PLLN. APB1 runs
 * at a quarter of the core's clock, APB2 at half, at most 45 and 90 MHz (42 and 84 MHz: F405).
 */
#define F4_REQUIRE_PLL(n)                                                           \
  REQUIRE((n) >= 50 && F4_PLL_INPUT * (n) >= 100000000u, vco_low);                   \
  REQUIRE(F4_PLL_INPUT * (n) <= 432000000u, vco_high);                               \
  REQUIRE(F4_PLL_INPUT * (n) / 2u == BOARD_MEGAHERTZ * 1000000u, full_speed)

/*
 * From the reset to the PLL at full speed; `raise_voltage`, if not null, is called while the PLL
 * starts (RM0390, "Entering Over-drive mode").
 */
board_clock_t f4_start(uint32_t pll_n, bool (*raise_voltage)(void));

#endif /* STM32F4_H */
