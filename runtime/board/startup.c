/*
 * Reset to main() on an emulated Cortex-M: vector table, memory, floating point, faults, SysTick.
 */
#include <stdint.h>

#include "board.h"
#include "semihosting.h"

#ifndef BOARD_SYSTICK_MHZ
#error "define BOARD_SYSTICK_MHZ: the frequency of SysTick's processor clock"
#endif

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR REGISTER(0xE000E010u)
#define SYST_RVR REGISTER(0xE000E014u)
#define SYST_CVR REGISTER(0xE000E018u)
#define CFSR REGISTER(0xE000ED28u)
#define CPACR REGISTER(0xE000ED88u)

enum { SYSTICK_ON = 7, SYSTICK_BITS = 24, MAX_ARGUMENTS = 8, LINE_BYTES = 256 };
static const uint32_t systick_mask = (1u << SYSTICK_BITS) - 1u;

/* Of the linker script. */
extern uint32_t board_stack_top[], board_data_load[], board_data_start[], board_data_end[],
    board_bss_start[], board_bss_end[];

int main(int argc, char **argv);
void board_reset(void);
void board_fault(void);
void board_fault_report(const uint32_t *frame);
void board_systick(void);

static volatile uint32_t systick_wraps;

void board_systick(void) { systick_wraps++; }

/*
 * The wrap of SysTick may show before its interrupt is taken; time does not run backwards, so a
 * smaller value than the last one is a wrap not yet counted.
 */
static uint64_t ticks(void) {
  static uint64_t last;
  uint32_t wraps, value;
  do {
    wraps = systick_wraps;
    value = SYST_CVR;
  } while (wraps != systick_wraps);
  uint64_t now = ((uint64_t)wraps << SYSTICK_BITS) + ((0u - value) & systick_mask);
  if (now < last) {
    now += (uint64_t)1 << SYSTICK_BITS;
  }
  last = now;
  return now;
}

uint64_t board_instructions(void) { return ticks() * 1000u / BOARD_SYSTICK_MHZ; }

static void start_systick(void) {
  SYST_RVR = systick_mask;
  SYST_CVR = 0u;
  SYST_CSR = SYSTICK_ON;
}

static char *hex(uint32_t value, char *text) {
  for (int shift = 28; shift >= 0; shift -= 4) {
    *text++ = "0123456789abcdef"[(value >> shift) & 15u];
  }
  return text;
}

/* `frame` is what the exception pushed: r0-r3, r12, lr, pc, xpsr. */
void board_fault_report(const uint32_t *frame) {
  char text[] = "fault at pc 00000000, CFSR 00000000\n";
  (void)hex(frame[6], text + 12);
  (void)hex(CFSR, text + 27);
  semihosting_complain(text);
  semihosting_exit(1);
}

__attribute__((naked)) void board_fault(void) {
  __asm__("mrs r0, msp\n\tb board_fault_report");
}

static int split(char *line, char **words) {
  int count = 0;
  while (*line != '\0' && count < MAX_ARGUMENTS) {
    words[count++] = line;
    while (*line != '\0' && *line != ' ') {
      line++;
    }
    while (*line == ' ') {
      *line++ = '\0';
    }
  }
  return count;
}

static void enable_floating_point(void) {
#if defined(__ARM_FP)
  CPACR |= 0xFu << 20;
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

void board_reset(void) {
  char line[LINE_BYTES];
  char *words[MAX_ARGUMENTS + 1] = {0};
  enable_floating_point();
  initialize_memory();
  start_systick();
  if (semihosting_command_line(line, sizeof line) != 0) {
    semihosting_complain("the command line is too long\n");
    semihosting_exit(1);
  }
  semihosting_exit(main(split(line, words), words));
}

typedef struct {
  uint32_t *stack;
  void (*exceptions[15])(void);
} vectors_t;

/* From exception 1 (reset) to 15 (SysTick); interrupts of devices stay off. */
__attribute__((section(".vectors"), used)) static const vectors_t vectors = {
    board_stack_top,
    {board_reset, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
     board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
     board_systick},
};
