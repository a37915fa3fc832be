/*
 * NUCLEO-H743ZI and -H743ZI2 (UM1974, UM2407): STM32H743ZIT6. Registers by their names in RM0433.
 *
 * 400 MHz at VOS1: all revisions of the chip reach it. 480 MHz are for revision V at VOS0, within
 * less of the range of temperature.
 */
#include "board.h"

#include "gpio.h"
#include "registers.h"

#define FLASH_ACR REGISTER(0x52002000u)
#define RCC_CR REGISTER(0x58024400u)
#define RCC_CFGR REGISTER(0x58024410u)
#define RCC_D1CFGR REGISTER(0x58024418u)
#define RCC_D2CFGR REGISTER(0x5802441Cu)
#define RCC_D3CFGR REGISTER(0x58024420u)
#define RCC_PLLCKSELR REGISTER(0x58024428u)
#define RCC_PLLCFGR REGISTER(0x5802442Cu)
#define RCC_PLL1DIVR REGISTER(0x58024430u)
#define RCC_D2CCIP2R REGISTER(0x58024454u)
#define RCC_AHB4ENR REGISTER(0x580244E0u)
#define RCC_APB1LENR REGISTER(0x580244E8u)
#define PWR_CSR1 REGISTER(0x58024804u)
#define PWR_CR3 REGISTER(0x5802480Cu)
#define PWR_D3CR REGISTER(0x58024818u)
#define GPIOD 0x58020C00u
#define USART3 0x40004800u

/* Of the core (Armv7-M reference manual, DDI 0403; Cortex-M7, DDI 0489). */
#define CCR REGISTER(0xE000ED14u)
#define CCSIDR REGISTER(0xE000ED80u)
#define CSSELR REGISTER(0xE000ED84u)
#define ICIALLU REGISTER(0xE000EF50u)
#define DCISW REGISTER(0xE000EF60u)

#define HSI 64000000u /* also the clock after a reset */
enum { PLL_M = 10, PLL_N = 125, PLL_P = 2 };
REQUIRE(HSI / PLL_M >= 4000000u && HSI / PLL_M <= 8000000u, vco_input_range); /* PLL1RGE = 2 */
REQUIRE(HSI / PLL_M * PLL_N >= 192000000u && HSI / PLL_M * PLL_N <= 836000000u, vco_range);
REQUIRE(HSI / PLL_M * PLL_N / PLL_P == BOARD_MEGAHERTZ * 1000000u, full_speed);
REQUIRE(BOARD_MEGAHERTZ <= 400, vos1_limit); /* and 200 MHz for AXI, 100 MHz for all APB */

static void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

static void start_instruction_cache(void) {
  ICIALLU = 0u;
  barrier();
  CCR |= 1u << 17; /* IC */
  barrier();
}

/* What is in it after a reset is not known, so every line goes, by set and way. */
static void start_data_cache(void) {
  CSSELR = 0u; /* level 1, data */
  barrier();
  const uint32_t sets = (CCSIDR >> 13 & 0x7FFFu) + 1u, ways = (CCSIDR >> 3 & 0x3FFu) + 1u;
  for (uint32_t set = 0u; set < sets; set++) {
    for (uint32_t way = 0u; way < ways; way++) {
      DCISW = way << 30 | set << 5; /* 4 ways, lines of 32 bytes */
    }
  }
  barrier();
  CCR |= 1u << 16; /* DC */
  barrier();
}

/* RM0433, "System supply startup": the LDO, named once after each power-up; then VOS1. */
static bool raise_voltage(void) {
  PWR_CR3 = (PWR_CR3 & ~(1u << 2 | 1u << 0)) | 1u << 1; /* no SCUEN, no BYPASS, LDOEN */
  if (!wait_for(&PWR_CSR1, 1u << 13, 1u << 13)) {       /* ACTVOSRDY */
    return false;
  }
  set_field(&PWR_D3CR, 14, 2, 3);                 /* VOS = scale 1 */
  return wait_for(&PWR_D3CR, 1u << 13, 1u << 13); /* VOSRDY */
}

static bool start_pll(void) {
  RCC_PLLCKSELR = (uint32_t)PLL_M << 4 | 0u;  /* DIVM1, PLLSRC = HSI */
  RCC_PLLCFGR = 1u << 16 | 2u << 2 | 0u << 1; /* DIVP1EN, PLL1RGE = 4 .. 8 MHz, wide VCO */
  RCC_PLL1DIVR = 1u << 24 | 1u << 16          /* DIVR1, DIVQ1: not used, as after the reset */
                 | ((uint32_t)PLL_P - 1u) << 9 /* DIVP1 */
                 | ((uint32_t)PLL_N - 1u);     /* DIVN1 */
  RCC_CR |= 1u << 24;                          /* PLL1ON */
  return wait_for(&RCC_CR, 1u << 25, 1u << 25); /* PLL1RDY */
}

/* 2 wait states at an AXI clock of 200 MHz, VOS1 (RM0433, table 17). */
static bool slow_flash(void) {
  FLASH_ACR = 2u << 4 | 2u; /* WRHIGHFREQ, LATENCY */
  return wait_for(&FLASH_ACR, 63u, 2u << 4 | 2u);
}

static bool switch_clock(void) {
  RCC_D1CFGR = 0u << 8 | 4u << 4 | 8u; /* D1CPRE = 1, D1PPRE = 2, HPRE = 2 */
  RCC_D2CFGR = 4u << 8 | 4u << 4;      /* D2PPRE2 = 2, D2PPRE1 = 2 */
  RCC_D3CFGR = 4u << 4;                /* D3PPRE = 2 */
  set_field(&RCC_CFGR, 0, 3, 3);       /* SW = PLL1 */
  if (wait_for(&RCC_CFGR, 7u << 3, 3u << 3)) { /* SWS */
    return true;
  }
  set_field(&RCC_CFGR, 0, 3, 0); /* HSI */
  return false;
}

board_clock_t board_start(void) {
  board_clock_t clock = {HSI, "as after a reset"};
  start_instruction_cache();
  start_data_cache();
  if (!raise_voltage()) {
    clock.source = "as after a reset: the voltage is not reached";
  } else if (!start_pll()) {
    clock.source = "as after a reset: PLL1 does not lock";
  } else if (slow_flash() && switch_clock()) {
    clock.hertz = BOARD_MEGAHERTZ * 1000000u;
    clock.source = "PLL1 from HSI";
  }
  return clock;
}

/* PD8 is USART3_TX, function 7 (DS12110); its clock is HSI, whatever that of the core. */
uart_t board_uart(uint32_t hertz) {
  (void)hertz;
  RCC_AHB4ENR |= 1u << 3;            /* GPIODEN */
  RCC_APB1LENR |= 1u << 18;          /* USART3EN */
  (void)RCC_APB1LENR;
  set_field(&RCC_D2CCIP2R, 0, 3, 3); /* USART234578SEL = hsi_ker_ck */
  gpio_alternate(GPIOD, 8, 7);
  return uart_of_l4(USART3, (HSI + UART_BAUD / 2u) / UART_BAUD);
}
