/*
 * NUCLEO-U575ZI-Q (UM2861): STM32U575ZIT6Q. Registers by their names in RM0456, non-secure
 * addresses: TrustZone is off as the chip comes (TZEN = 0).
 */
#include "board.h"

#include "gpio.h"
#include "registers.h"

#define ICACHE_CR REGISTER(0x40030400u)
#define ICACHE_SR REGISTER(0x40030404u)
#define FLASH_ACR REGISTER(0x40022000u)
#define PWR_VOSR REGISTER(0x4602080Cu)
#define RCC_CR REGISTER(0x46020C00u)
#define RCC_CFGR1 REGISTER(0x46020C1Cu)
#define RCC_CFGR2 REGISTER(0x46020C20u)
#define RCC_PLL1CFGR REGISTER(0x46020C28u)
#define RCC_PLL1DIVR REGISTER(0x46020C34u)
#define RCC_AHB2ENR1 REGISTER(0x46020C8Cu)
#define RCC_AHB3ENR REGISTER(0x46020C94u)
#define RCC_APB2ENR REGISTER(0x46020CA4u)
#define RCC_CCIPR1 REGISTER(0x46020CE0u)
#define GPIOA 0x42020000u
#define USART1 0x40013800u

#define RESET_HERTZ 4000000u /* MSIS */
#define HSI16 16000000u
enum { PLL_M = 4, PLL_N = 80, PLL_R = 2 };
#define VCO_INPUT (HSI16 / PLL_M)
REQUIRE(VCO_INPUT >= 4000000u && VCO_INPUT <= 8000000u, vco_input_range); /* PLL1RGE = 0 */
REQUIRE(VCO_INPUT * PLL_N >= 128000000u && VCO_INPUT * PLL_N <= 544000000u, vco_range);
REQUIRE(VCO_INPUT * PLL_N / PLL_R == BOARD_MEGAHERTZ * 1000000u, full_speed);

/*
 * RM0456, "Instruction cache": it serves all of the code region, so it holds the constants of the
 * network, too. It has two ways by default (WAYSEL). DCACHE1 is for external memory only.
 */
static void start_cache(void) {
  (void)wait_for(&ICACHE_SR, 1u << 0, 0u); /* BUSYF: invalidating itself after the reset */
  ICACHE_CR |= 1u << 0;                    /* EN */
}

/* RM0456, "Voltage regulator": range 1, and for more than 55 MHz the EPOD booster. */
static bool raise_voltage(void) {
  RCC_AHB3ENR |= 1u << 2; /* PWREN */
  (void)RCC_AHB3ENR;
  set_field(&PWR_VOSR, 16, 2, 3); /* VOS = range 1 */
  if (!wait_for(&PWR_VOSR, 1u << 15, 1u << 15)) { /* VOSRDY */
    return false;
  }
  RCC_PLL1CFGR = 1u << 18                     /* PLL1REN */
                 | 1u << 12                   /* PLL1MBOOST: 16 MHz / 2, within 4 .. 16 MHz */
                 | ((uint32_t)PLL_M - 1u) << 8 /* PLL1M */
                 | 2u << 0;                   /* PLL1SRC = HSI16 */
  PWR_VOSR |= 1u << 18;                       /* BOOSTEN */
  return wait_for(&PWR_VOSR, 1u << 14, 1u << 14); /* BOOSTRDY */
}

static bool start_pll(void) {
  RCC_PLL1DIVR = ((uint32_t)PLL_R - 1u) << 24 /* PLL1R */
                 | 1u << 16 | 1u << 9         /* PLL1Q, PLL1P: not used, as after the reset */
                 | ((uint32_t)PLL_N - 1u);    /* PLL1N */
  RCC_CR |= 1u << 24;                         /* PLL1ON */
  return wait_for(&RCC_CR, 1u << 25, 1u << 25); /* PLL1RDY */
}

/* 4 wait states at 160 MHz in range 1 (RM0456, "Read access latency"). */
static bool slow_flash(void) {
  FLASH_ACR = 1u << 8 | 4u; /* PRFTEN, LATENCY */
  return wait_for(&FLASH_ACR, 15u, 4u);
}

/* Over 80 MHz by way of half the speed, for 1 us at least: no dip of the voltage. */
static bool switch_clock(void) {
  RCC_CFGR2 = 8u;                              /* HPRE = 2, all PPRE = 1 */
  set_field(&RCC_CFGR1, 0, 2, 3);              /* SW = PLL1 */
  if (!wait_for(&RCC_CFGR1, 3u << 2, 3u << 2)) { /* SWS */
    set_field(&RCC_CFGR1, 0, 2, 0);
    RCC_CFGR2 = 0u;
    return false;
  }
  for (volatile int32_t i = 0; i < 100; i++) {
  }
  RCC_CFGR2 = 0u; /* HPRE = 1 */
  return true;
}

board_clock_t board_start(void) {
  board_clock_t clock = {RESET_HERTZ, "as after a reset"};
  start_cache();
  RCC_CR |= 1u << 8;                           /* HSION: for the PLL and the UART */
  if (!wait_for(&RCC_CR, 1u << 10, 1u << 10)) { /* HSIRDY */
    clock.source = "as after a reset: HSI16 does not start";
  } else if (!raise_voltage()) {
    clock.source = "as after a reset: the voltage is not reached";
  } else if (!start_pll()) {
    clock.source = "as after a reset: PLL1 does not lock";
  } else if (slow_flash() && switch_clock()) {
    clock.hertz = BOARD_MEGAHERTZ * 1000000u;
    clock.source = "PLL1 from HSI16";
  }
  return clock;
}

/* PA9 is USART1_TX, function 7 (DS13737); its clock is HSI16, whatever that of the core. */
uart_t board_uart(uint32_t hertz) {
  (void)hertz;
  RCC_AHB2ENR1 |= 1u << 0;         /* GPIOAEN */
  RCC_APB2ENR |= 1u << 14;         /* USART1EN */
  (void)RCC_APB2ENR;
  set_field(&RCC_CCIPR1, 0, 2, 2); /* USART1SEL = HSI16 */
  gpio_alternate(GPIOA, 9, 7);
  return uart_of_l4(USART1, (HSI16 + UART_BAUD / 2u) / UART_BAUD);
}
