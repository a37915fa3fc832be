/*
 * Reset to main(): vector table, memory, floating point; faults, told by the UART.
 */
#include <stdint.h>

#include "cycles.h"
#include "registers.h"
#include "text.h"
#include "uart.h"

/* System control block (Armv7-M reference manual, DDI 0403). */
#define VTOR REGISTER(0xE000ED08u)
#define SHCSR REGISTER(0xE000ED24u)
#define CFSR REGISTER(0xE000ED28u)
#define CPACR REGISTER(0xE000ED88u)

enum {
  FAULTS_ENABLED = 7 << 16, /* MemManage, BusFault, UsageFault: they do not escalate */
  MSTKERR = 1 << 4,         /* in CFSR: the exception could not be stacked, by the MPU, */
  STKERR = 1 << 12,         /* as there was no memory, */
  STKOF = 1 << 20,          /* and, Armv8-M: beyond MSPLIM */
};

/* Of runtime/board/sections.ld and memory.ld. */
extern uint32_t board_stack_bottom[], board_stack_top[], board_data_load[], board_data_start[],
    board_data_end[], board_bss_start[], board_bss_end[];

int main(void);
void board_reset(void);
void board_fault(void);
void board_fault_report(const uint32_t *frame, uint32_t exception);

/* A stack that grows too far leaves its memory, which nothing else is in, and faults. */
static void guard_stack(void) {
  SHCSR |= FAULTS_ENABLED;
#if defined(__ARM_ARCH_8M_MAIN__)
  __asm__ volatile("msr msplim, %0" ::"r"(board_stack_bottom));
#endif
}

/* `frame` is what the exception has pushed: r0-r3, r12, lr, pc, xpsr. */
void board_fault_report(const uint32_t *frame, uint32_t exception) {
  const uint32_t status = CFSR;
  text("\n# fail: exception ");
  text_decimal((int64_t)(exception & 0x1FFu));
  text(", CFSR ");
  text_hex(status);
  if ((status & (MSTKERR | STKERR | STKOF)) != 0u) {
    text(", stack overflow");
  } else {
    text(", pc ");
    text_hex(frame[6]);
  }
  text("\n# end\n");
  uart_flush();
  for (;;) {
  }
}

/* Where too little of the stack is left for the report, after an overflow, it gets all of it. */
__attribute__((naked)) void board_fault(void) {
  __asm__("mrs r0, msp\n\t"
          "mrs r1, ipsr\n\t"
          "ldr r2, =board_stack_bottom + 256\n\t"
          "ldr r3, =board_stack_top\n\t"
          "cmp r0, r2\n\t"
          "it lo\n\t"
          "movlo sp, r3\n\t"
          "b board_fault_report");
}

static void enable_floating_point(void) {
#if defined(__ARM_FP)
  CPACR |= 0xFu << 20; /* full access to CP10 and CP11 */
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

static void initialize_memory(void) {
  const uint32_t *from = board_data_load;
  for (uint32_t *to = board_data_start; to < board_data_end; to++) {
    *to = *from++;
  }
  for (uint32_t *to = board_bss_start; to < board_bss_end; to++) {
    *to = 0u;
  }
}

typedef struct {
  uint32_t *stack;
  void (*exceptions[15])(void);
} vectors_t;

/* From exception 1 (reset) to 15 (SysTick). No interrupt of a device is ever enabled here. */
__attribute__((section(".vectors"), used)) static const vectors_t vectors = {
    board_stack_top,
    {board_reset, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
     board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
     cycles_systick},
};

void board_reset(void) {
  enable_floating_point();
  initialize_memory();
  VTOR = (uint32_t)(uintptr_t)&vectors; /* whatever the boot pins have mapped to address 0 */
  guard_stack();
  (void)main();
  text("# end\n");
  uart_flush();
  for (;;) {
    __asm__ volatile("wfi");
  }
}
