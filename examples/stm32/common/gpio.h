/*
 * Pins of a port, with the registers that all STM32 since the F2 have (RM0090, GPIO registers).
 */
#ifndef GPIO_H
#define GPIO_H

#include "registers.h"

/* Let a pin be that of a device: MODER (0x00) = 2, the function's number in AFRL or AFRH (0x20). */
static inline void gpio_alternate(uint32_t port, uint32_t pin, uint32_t function) {
  set_field(&REGISTER(port + 0x20u + 4u * (pin / 8u)), 4u * (pin % 8u), 4u, function);
  set_field(&REGISTER(port), 2u * pin, 2u, 2u);
}

#endif /* GPIO_H */
