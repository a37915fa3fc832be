/*
 * Two networks in one firmware: `two_models INPUTS OUTPUTS` reads pictures of 8x8 pixels 0..16 from a
 * file. The gate looks at each; where it sees a digit, the larger network says which.
 *
 * Prints the digits, and a dot for each picture of none; writes what the networks answer: the gate's
 * byte, and the scores of the ten digits or zeros.
 */
#include <stdint.h>

#include "board.h"
#include "digits.h"
#include "gate.h"
#include "semihosting.h"

enum { PIXELS = 64, WHITE = 16, CLASSES = DIGITS_OUT_0_SIZE };

GATE_DECLARE_WORKSPACE(gate_workspace);
DIGITS_DECLARE_WORKSPACE(digits_workspace);

typedef struct {
  int8_t gate[GATE_OUT_0_SIZE];
  int8_t scores[CLASSES];
} answer_t;

/* 1: a digit, 0: none; or a negative error. */
static int see(const uint8_t *pixels, answer_t *answer) {
  int8_t input[PIXELS];
  for (int i = 0; i < PIXELS; i++) {
    input[i] = GATE_IN_0_QUANTIZE((float)pixels[i] / WHITE);
  }
  const int status = gate_run(input, answer->gate, gate_workspace);
  if (status != 0 || answer->gate[0] <= GATE_OUT_0_ZERO_POINT) {
    return status;
  }
  for (int i = 0; i < PIXELS; i++) {
    input[i] = DIGITS_IN_0_QUANTIZE((float)pixels[i] / WHITE);
  }
  const int error = digits_run(input, answer->scores, digits_workspace);
  return error == 0 ? 1 : error;
}

static int highest(const int8_t *scores) {
  int best = 0;
  for (int i = 1; i < CLASSES; i++) {
    best = scores[i] > scores[best] ? i : best;
  }
  return best;
}

static void print(int seen, const answer_t *answer) {
  char text[] = ".";
  if (seen == 1) {
    text[0] = "0123456789"[highest(answer->scores)];
  }
  semihosting_print(text);
}

static int fail(const char *message) {
  semihosting_complain(message);
  return 1;
}

static int see_all(int32_t inputs, int32_t outputs) {
  uint8_t pixels[PIXELS];
  while (semihosting_read(inputs, pixels, PIXELS) == PIXELS) {
    answer_t answer = {{0}, {0}};
    const int seen = see(pixels, &answer);
    if (seen < 0) {
      return fail("a network reports an error\n");
    }
    print(seen, &answer);
    if (semihosting_write(outputs, &answer, sizeof answer) != sizeof answer) {
      return fail("cannot write the outputs\n");
    }
  }
  semihosting_print("\n");
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    return fail("usage: two_models INPUTS OUTPUTS\n");
  }
  const int32_t inputs = semihosting_open(argv[1], SEMIHOSTING_READ);
  const int32_t outputs = semihosting_open(argv[2], SEMIHOSTING_WRITE);
  if (inputs < 0 || outputs < 0) {
    return fail("cannot open the files\n");
  }
  const int status = see_all(inputs, outputs);
  return semihosting_close(outputs) == 0 ? status : fail("cannot write the outputs\n");
}
