/*
 * A counter of the core's cycles.
 */
#ifndef CYCLES_H
#define CYCLES_H

#include <stdint.h>

/* Start it; returns its name. */
const char *cycles_start(void);

/* Cycles since then, modulo 2^32. */
uint32_t cycles_now(void);

/* The exception of SysTick, which counts where the core has no counter of cycles. */
void cycles_systick(void);

#endif /* CYCLES_H */
