/*
 * What each board implements, in boards/<board>/board.c. The build defines BOARD_NAME,
 * BOARD_TARGET (of approx-opt) and BOARD_MEGAHERTZ, the full speed of its core.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#include "uart.h"

/* The clock of the core, and where it comes from, for people. */
typedef struct {
  uint32_t hertz;
  const char *source;
} board_clock_t;

/*
 * Caches and prefetch on, and the clock at full speed. Where something that has to get ready for
 * that does not, the clock stays what it is after a reset.
 */
board_clock_t board_start(void);

/* The UART of the ST-LINK's virtual COM port, its pins and its clock; `hertz` as started. */
uart_t board_uart(uint32_t hertz);

#endif /* BOARD_H */
