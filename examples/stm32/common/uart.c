/*
 * Sending by polling: nothing interrupts the network that is measured.
 */
#include "uart.h"

#include "registers.h"

/* TC and TXE are bits 6 and 7 of the status in all families. */
enum { SENT = 1 << 6, EMPTY = 1 << 7, TRANSMITTER = 1 << 3 };

static uart_t port;

uart_t uart_of_f4(uint32_t base, uint32_t divider) {
  const uart_t uart = {&REGISTER(base + 0x0Cu), &REGISTER(base + 0x08u), &REGISTER(base),
                       &REGISTER(base + 0x04u), 1u << 13 | TRANSMITTER,  divider};
  return uart;
}

uart_t uart_of_l4(uint32_t base, uint32_t divider) {
  const uart_t uart = {&REGISTER(base),         &REGISTER(base + 0x0Cu), &REGISTER(base + 0x1Cu),
                       &REGISTER(base + 0x28u), 1u << 0 | TRANSMITTER,   divider};
  return uart;
}

void uart_open(uart_t uart) {
  port = uart;
  *port.control = 0u; /* the baud rate is only written while it is off */
  *port.baud = port.divider;
  *port.control = port.enable;
}

void uart_put(char character) {
  if (port.control != 0 && wait_for(port.status, EMPTY, EMPTY)) {
    *port.data = (uint8_t)character;
  }
}

void uart_flush(void) {
  if (port.control != 0) {
    (void)wait_for(port.status, SENT, SENT);
  }
}
