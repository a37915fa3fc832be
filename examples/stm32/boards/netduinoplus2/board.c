/*
 * Netduino Plus 2: STM32F405RGT6, and the board of this chip that QEMU emulates. Registers by their
 * names in RM0090. QEMU has no RCC, so there the clock stays as after a reset.
 */
#include "board.h"

#include "gpio.h"
#include "stm32f4.h"

#define USART1 0x40011000u

enum { PLL_N = 168 };
F4_REQUIRE_PLL(PLL_N);
REQUIRE(BOARD_MEGAHERTZ <= 168, core_limit);

/* The scale of the voltage, VOS, is 1 after a reset. */
board_clock_t board_start(void) { return f4_start(PLL_N, 0); }

/* PA9 is USART1_TX, function 7 (DS8626), on APB2: half the clock, or all of HSI. */
uart_t board_uart(uint32_t hertz) {
  const uint32_t clock = hertz == F4_HSI ? F4_HSI : hertz / 2u;
  F4_RCC_AHB1ENR |= 1u << 0; /* GPIOAEN */
  F4_RCC_APB2ENR |= 1u << 4; /* USART1EN */
  (void)F4_RCC_APB2ENR;
  gpio_alternate(F4_GPIOA, 9, 7);
  return uart_of_f4(USART1, (clock + UART_BAUD / 2u) / UART_BAUD);
}
