/*
 * CYCCNT of the Data Watchpoint and Trace unit where it counts (Armv7-M reference manual, DDI 0403),
 * else SysTick with the clock of the processor. The unit is optional in the architecture, a
 * debugger may have it, and QEMU has none: whether it counts is found out.
 */
#include "cycles.h"

#include "registers.h"

#define DEMCR REGISTER(0xE000EDFCu)
#define DWT_CTRL REGISTER(0xE0001000u)
#define DWT_CYCCNT REGISTER(0xE0001004u)
#define DWT_LAR REGISTER(0xE0001FB0u)
#define SYST_CSR REGISTER(0xE000E010u)
#define SYST_RVR REGISTER(0xE000E014u)
#define SYST_CVR REGISTER(0xE000E018u)

enum { TRCENA = 1 << 24, CYCCNTENA = 1, SYSTICK_ON = 7, SYSTICK_BITS = 24 };
static const uint32_t systick_mask = (1u << SYSTICK_BITS) - 1u;

static bool has_dwt;
static volatile uint32_t systick_wraps;

void cycles_systick(void) { systick_wraps++; }

/* A wrap may show before its exception is taken: time does not run backwards, so it is added. */
static uint32_t systick_now(void) {
  static uint32_t last;
  uint32_t wraps, value;
  do {
    wraps = systick_wraps;
    value = SYST_CVR;
  } while (wraps != systick_wraps);
  uint32_t now = (wraps << SYSTICK_BITS) + ((0u - value) & systick_mask);
  if ((int32_t)(now - last) < 0) {
    now += 1u << SYSTICK_BITS;
  }
  last = now;
  return now;
}

const char *cycles_start(void) {
  DEMCR |= TRCENA;
  DWT_LAR = 0xC5ACCE55u; /* a Cortex-M7 has it locked (DDI 0403, CoreSight Software Lock) */
  DWT_CYCCNT = 0u;
  DWT_CTRL |= CYCCNTENA;
  for (int32_t i = 0; i < 100 && !has_dwt; i++) {
    has_dwt = DWT_CYCCNT != 0u;
  }
  if (has_dwt) {
    return "DWT CYCCNT";
  }
  SYST_RVR = systick_mask;
  SYST_CVR = 0u;
  SYST_CSR = SYSTICK_ON;
  return "SysTick";
}

uint32_t cycles_now(void) { return has_dwt ? DWT_CYCCNT : systick_now(); }
