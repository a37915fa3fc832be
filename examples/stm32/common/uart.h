/*
 * Text by a UART: 115200 baud, 8 data bits, no parity, 1 stop bit.
 */
#ifndef UART_H
#define UART_H

#include <stdint.h>

#define UART_BAUD 115200u

/* `enable` are the bits UE and TE of the control register, `divider` is what sets the baud rate. */
typedef struct {
  volatile uint32_t *control, *baud, *status, *data;
  uint32_t enable, divider;
} uart_t;

/* USART of the F4: USART_CR1, _BRR, _SR, _DR (RM0090, RM0390). */
uart_t uart_of_f4(uint32_t base, uint32_t divider);

/* USART and LPUART since the L4: USART_CR1, _BRR, _ISR, _TDR (RM0432, RM0433, RM0456). */
uart_t uart_of_l4(uint32_t base, uint32_t divider);

/* From now on text goes there. Before, it goes nowhere. */
void uart_open(uart_t uart);

/* A character that is not taken in time is lost. */
void uart_put(char character);

/* Wait until the last character has left. */
void uart_flush(void);

#endif /* UART_H */
