#include "stm32f4.h"

enum { SW_HSI = 0, SW_PLL = 2, PPRE2_2 = 4 << 13, PPRE1_4 = 5 << 10 };

static void start_pll(uint32_t n) {
  F4_RCC_PLLCFGR = 2u << 28                    /* PLLR (F446; reserved on the F405): not used */
                   | 8u << 24                  /* PLLQ: not used, at most 48 MHz */
                   | 0u << 22                  /* PLLSRC = HSI */
                   | 0u << 16                  /* PLLP = 2 */
                   | n << 6                    /* PLLN */
                   | F4_HSI / F4_PLL_INPUT;    /* PLLM */
  F4_RCC_CR |= 1u << 24;                       /* PLLON */
}

/* 5 wait states up to 168 and 180 MHz at 2.7 .. 3.6 V, prefetch, the caches of the ART. */
static bool slow_flash(void) {
  F4_FLASH_ACR = 1u << 10 | 1u << 9 | 1u << 8 | 5u; /* DCEN, ICEN, PRFTEN, LATENCY */
  return wait_for(&F4_FLASH_ACR, 15u, 5u);
}

static bool switch_clock(void) {
  F4_RCC_CFGR = PPRE2_2 | PPRE1_4 | SW_HSI;
  F4_RCC_CFGR = PPRE2_2 | PPRE1_4 | SW_PLL;
  if (wait_for(&F4_RCC_CFGR, 3u << 2, 2u << 2)) { /* SWS */
    return true;
  }
  F4_RCC_CFGR = SW_HSI;
  return false;
}

board_clock_t f4_start(uint32_t pll_n, bool (*raise_voltage)(void)) {
  board_clock_t clock = {F4_HSI, "as after a reset"};
  F4_RCC_APB1ENR |= 1u << 28; /* PWREN */
  (void)F4_RCC_APB1ENR;
  start_pll(pll_n);
  if (raise_voltage != 0 && !raise_voltage()) {
    clock.source = "as after a reset: the voltage is not reached";
  } else if (!wait_for(&F4_RCC_CR, 1u << 25, 1u << 25)) { /* PLLRDY */
    clock.source = "as after a reset: the PLL does not lock";
  } else if (slow_flash() && switch_clock()) {
    clock.hertz = BOARD_MEGAHERTZ * 1000000u;
    clock.source = "PLL from HSI";
  }
  return clock;
}
