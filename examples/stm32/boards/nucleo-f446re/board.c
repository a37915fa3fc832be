/*
 * NUCLEO-F446RE (UM1724): STM32F446RET6. Registers by their names in RM0390.
 */
#include "board.h"

#include "gpio.h"
#include "stm32f4.h"

#define USART2 0x40004400u

enum { PLL_N = 180 };
F4_REQUIRE_PLL(PLL_N);
REQUIRE(BOARD_MEGAHERTZ <= 180, core_limit);

/*
 * More than 168 MHz need the over-drive; the scale, VOS, is 1 after a reset, and in effect once the
 * PLL runs (RM0390, "Voltage regulator").
 */
static bool raise_voltage(void) {
  F4_PWR_CR |= 1u << 16;                                 /* ODEN */
  if (!wait_for(&F4_PWR_CSR, 1u << 16, 1u << 16)) { /* ODRDY */
    return false;
  }
  F4_PWR_CR |= 1u << 17;                                /* ODSWEN */
  return wait_for(&F4_PWR_CSR, 1u << 17, 1u << 17); /* ODSWRDY */
}

board_clock_t board_start(void) { return f4_start(PLL_N, raise_voltage); }

/* PA2 is USART2_TX, function 7 (DS10693), on APB1: a quarter of the clock, or all of HSI. */
uart_t board_uart(uint32_t hertz) {
  const uint32_t clock = hertz == F4_HSI ? F4_HSI : hertz / 4u;
  F4_RCC_AHB1ENR |= 1u << 0;  /* GPIOAEN */
  F4_RCC_APB1ENR |= 1u << 17; /* USART2EN */
  (void)F4_RCC_APB1ENR;
  gpio_alternate(F4_GPIOA, 2, 7);
  return uart_of_f4(USART2, (clock + UART_BAUD / 2u) / UART_BAUD);
}
