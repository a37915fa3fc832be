/*
 * NUCLEO-L4R5ZI (UM2179): STM32L4R5ZIT6. Registers by their names in RM0432.
 */
#include "board.h"

#include "gpio.h"
#include "registers.h"

#define FLASH_ACR REGISTER(0x40022000u)
#define PWR_CR2 REGISTER(0x40007004u)
#define PWR_CR5 REGISTER(0x40007080u)
#define RCC_CR REGISTER(0x40021000u)
#define RCC_CFGR REGISTER(0x40021008u)
#define RCC_PLLCFGR REGISTER(0x4002100Cu)
#define RCC_AHB2ENR REGISTER(0x4002104Cu)
#define RCC_APB1ENR1 REGISTER(0x40021058u)
#define RCC_APB1ENR2 REGISTER(0x4002105Cu)
#define RCC_CCIPR REGISTER(0x40021088u)
#define GPIOG 0x48001800u
#define LPUART1 0x40008000u

#define RESET_HERTZ 4000000u /* MSI */
#define HSI16 16000000u
enum { PLL_M = 4, PLL_N = 60, PLL_R = 2 };
#define VCO_INPUT (HSI16 / PLL_M)
REQUIRE(VCO_INPUT >= 2660000u && VCO_INPUT <= 8000000u, vco_input_range);
REQUIRE(VCO_INPUT * PLL_N >= 64000000u && VCO_INPUT * PLL_N <= 344000000u, vco_range);
REQUIRE(VCO_INPUT * PLL_N / PLL_R == BOARD_MEGAHERTZ * 1000000u, full_speed);

/* The prescaler of the AHB, of which RCC_CFGR has nothing else but SW here. */
enum { HPRE_1 = 0, HPRE_2 = 8 << 4, SW_MSI = 0, SW_PLL = 3 };

static bool start_pll(void) {
  RCC_PLLCFGR = 0u << 25                      /* PLLR = 2 */
                | 1u << 24                    /* PLLREN */
                | (uint32_t)PLL_N << 8        /* PLLN */
                | ((uint32_t)PLL_M - 1u) << 4 /* PLLM */
                | 2u;                         /* PLLSRC = HSI16 */
  RCC_CR |= 1u << 24;                         /* PLLON */
  return wait_for(&RCC_CR, 1u << 25, 1u << 25); /* PLLRDY */
}

/*
 * RM0432, "Dynamic voltage scaling management": range 1 is that of the reset, boost mode is for
 * more than 80 MHz, and has the AHB at half the speed for 1 us at least when the clock is switched.
 */
static bool switch_clock(void) {
  PWR_CR5 &= ~(1u << 8); /* R1MODE: boost */
  RCC_CFGR = HPRE_2 | SW_MSI;
  RCC_CFGR = HPRE_2 | SW_PLL;
  if (!wait_for(&RCC_CFGR, 3u << 2, 3u << 2)) { /* SWS */
    RCC_CFGR = HPRE_1 | SW_MSI;
    return false;
  }
  for (volatile int32_t i = 0; i < 100; i++) {
  }
  RCC_CFGR = HPRE_1 | SW_PLL;
  return true;
}

/* 5 wait states at 120 MHz in boost mode, prefetch, and both caches of the ART accelerator. */
static bool slow_flash(void) {
  FLASH_ACR = 1u << 10 | 1u << 9 | 1u << 8 | 5u; /* DCEN, ICEN, PRFTEN, LATENCY */
  return wait_for(&FLASH_ACR, 15u, 5u);
}

board_clock_t board_start(void) {
  board_clock_t clock = {RESET_HERTZ, "as after a reset"};
  RCC_APB1ENR1 |= 1u << 28; /* PWREN */
  (void)RCC_APB1ENR1;
  RCC_CR |= 1u << 8;                            /* HSION: for the PLL and the UART */
  if (!wait_for(&RCC_CR, 1u << 10, 1u << 10)) { /* HSIRDY */
    clock.source = "as after a reset: HSI16 does not start";
  } else if (!start_pll()) {
    clock.source = "as after a reset: the PLL does not lock";
  } else if (slow_flash() && switch_clock()) {
    clock.hertz = BOARD_MEGAHERTZ * 1000000u;
    clock.source = "PLL from HSI16";
  }
  return clock;
}

/*
 * PG7 is LPUART1_TX, function 8 (DS12023), and on VDDIO2, which is cut off after a reset. An LPUART
 * takes 256 times the divider of a USART (RM0432, "LPUART baud rate generation").
 */
uart_t board_uart(uint32_t hertz) {
  (void)hertz;
  PWR_CR2 |= 1u << 9;              /* IOSV: VDDIO2 is there */
  RCC_AHB2ENR |= 1u << 6;          /* GPIOGEN */
  RCC_APB1ENR2 |= 1u << 0;         /* LPUART1EN */
  (void)RCC_APB1ENR2;
  set_field(&RCC_CCIPR, 10, 2, 2); /* LPUART1SEL = HSI16, whatever the clock of the core */
  gpio_alternate(GPIOG, 7, 8);
  return uart_of_l4(LPUART1, (HSI16 * 256u + UART_BAUD / 2u) / UART_BAUD);
}
