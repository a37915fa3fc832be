/*
 * What a board offers beside semihosting.
 */
#ifndef APPROX_BOARD_H
#define APPROX_BOARD_H

#include <stdint.h>

/*
 * Instructions executed since the reset, to within one tick of SysTick; 0 where nobody counts.
 * It means that in QEMU with `-icount shift=0`, where an instruction takes 1 ns.
 */
uint64_t board_instructions(void);

#endif /* APPROX_BOARD_H */
