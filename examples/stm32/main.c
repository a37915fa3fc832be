/*
 * Runs a network on test vectors, compares every byte with the reference interpreter's, and prints
 * the cycles of each layer as CSV; every other line begins with #.
 *
 * The build names the network: MODEL_HEADER ("kws.h"), MODEL_NAME ("kws"), MODEL_PREFIX (kws_),
 * MODEL_MACROS (KWS_). The vectors are made from the network, too (vectors.py).
 */
#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "cycles.h"
#include "text.h"
#include "uart.h"
#include "vectors.h"

#include MODEL_HEADER

#define PASTE(a, b) a##b
#define JOIN(a, b) PASTE(a, b)
#define RUN JOIN(MODEL_PREFIX, run)
#define LAYER_NAMES JOIN(MODEL_PREFIX, layer_names)
#define LAYER_COUNT JOIN(MODEL_MACROS, LAYER_COUNT)
#define INPUT_BYTES JOIN(MODEL_MACROS, IN_0_SIZE_BYTES)
#define OUTPUT_BYTES JOIN(MODEL_MACROS, OUT_0_SIZE_BYTES)

#if VECTOR_INPUT_BYTES != INPUT_BYTES || VECTOR_OUTPUT_BYTES != OUTPUT_BYTES
#error "the vectors are not of this network"
#endif

JOIN(MODEL_MACROS, DECLARE_WORKSPACE)(workspace);
static int8_t input[INPUT_BYTES];
static int8_t output[OUTPUT_BYTES];

static uint64_t layer_cycles[LAYER_COUNT];
static uint32_t layer_start;

/* The network calls these; those that it brings along are weak and do nothing. */
void JOIN(MODEL_PREFIX, on_layer_begin)(uint16_t layer) {
  (void)layer;
  layer_start = cycles_now();
}

void JOIN(MODEL_PREFIX, on_layer_end)(uint16_t layer) {
  layer_cycles[layer] += cycles_now() - layer_start;
}

/* Where the output first differs from what it should be; OUTPUT_BYTES where it does not. */
static uint32_t first_difference(const int8_t *expected) {
  uint32_t at = 0u;
  while (at < OUTPUT_BYTES && output[at] == expected[at]) {
    at++;
  }
  return at;
}

static void print_wrong(uint32_t vector, uint32_t at) {
  text("# wrong: vector ");
  text_decimal(vector);
  text(", byte ");
  text_decimal(at);
  text(" is ");
  text_decimal(output[at]);
  text(", should be ");
  text_decimal(vector_outputs[vector][at]);
  text("\n");
}

/* One inference, from RAM as its input would come from a sensor: its cycles go to `total`. */
static bool run_vector(uint32_t vector, uint64_t *total) {
  for (uint32_t i = 0u; i < INPUT_BYTES; i++) {
    input[i] = vector_inputs[vector][i];
  }
  const uint32_t start = cycles_now();
  const int status = RUN(input, output, workspace);
  *total += cycles_now() - start;
  if (status != 0) {
    text("# wrong: the network reports error ");
    text_decimal(status);
    text("\n");
    return false;
  }
  const uint32_t at = first_difference(vector_outputs[vector]);
  if (at < OUTPUT_BYTES) {
    print_wrong(vector, at);
  }
  return at == OUTPUT_BYTES;
}

static void print_comment(const char *key, const char *value) {
  text("# ");
  text(key);
  text(": ");
  text(value);
  text("\n");
}

static void print_setup(board_clock_t clock, const char *counter) {
  text("\n# ApproxOpt\n");
  print_comment("board", BOARD_NAME);
  print_comment("target", BOARD_TARGET);
  print_comment("model", MODEL_NAME);
  text("# clock: ");
  text_decimal(clock.hertz);
  text(" Hz, ");
  text(clock.source);
  text("\n");
  print_comment("counter", counter);
}

static uint64_t mean(uint64_t sum) { return (sum + VECTOR_COUNT / 2u) / VECTOR_COUNT; }

static void print_cycles(uint64_t total, uint32_t hertz) {
  text("layer,name,cycles\n");
  for (uint32_t layer = 0u; layer < LAYER_COUNT; layer++) {
    text_decimal(layer);
    text(",");
    text_quoted(LAYER_NAMES[layer]);
    text(",");
    text_decimal((int64_t)mean(layer_cycles[layer]));
    text("\n");
  }
  text("# total: ");
  text_decimal((int64_t)mean(total));
  text(" cycles, ");
  text_decimal((int64_t)(mean(total) * 1000000u / hertz));
  text(" us an inference, mean of ");
  text_decimal(VECTOR_COUNT);
  text(" vectors\n");
}

static void print_verdict(uint32_t wrong) {
  if (wrong == 0u) {
    text("# pass: every byte of the output is the reference interpreter's\n");
    return;
  }
  text("# fail: ");
  text_decimal(wrong);
  text(" vectors of ");
  text_decimal(VECTOR_COUNT);
  text(" have another output than the reference interpreter's\n");
}

int main(void) {
  const board_clock_t clock = board_start();
  uart_open(board_uart(clock.hertz));
  print_setup(clock, cycles_start());
  uint64_t total = 0u;
  uint32_t wrong = 0u;
  for (uint32_t vector = 0u; vector < VECTOR_COUNT; vector++) {
    wrong += run_vector(vector, &total) ? 0u : 1u;
  }
  print_cycles(total, clock.hertz);
  print_verdict(wrong);
  return wrong == 0u ? 0 : 1;
}
