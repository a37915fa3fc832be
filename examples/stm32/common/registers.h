/*
 * Registers by address, and waiting for them.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* A condition on constants, checked by the compiler (C99 has no static assertion). */
#define REQUIRE(condition, name) typedef char require_##name[(condition) ? 1 : -1]

/*
 * A quarter of a second at 4 MHz, the slowest clock after a reset: more than any oscillator, PLL,
 * regulator or character takes.
 */
enum { PATIENCE = 100000 };

/* True once the bits of `mask` are `value`; false when PATIENCE has run out. */
static inline bool wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value) {
  for (int32_t left = PATIENCE; left > 0; left--) {
    if ((*reg & mask) == value) {
      return true;
    }
  }
  return false;
}

/* `width` bits from `shift` on become `value`. */
static inline void set_field(volatile uint32_t *reg, uint32_t shift, uint32_t width,
                             uint32_t value) {
  const uint32_t mask = ((1u << width) - 1u) << shift;
  *reg = (*reg & ~mask) | (value << shift);
}

#endif /* REGISTERS_H */
