/*
 * Runs a network on vectors: `vector_runner INPUTS OUTPUTS` reads vectors of the network's input
 * from a file, writes its outputs to another and says how many instructions an inference takes.
 *
 * The build names the network: MODEL_HEADER ("kws.h"), MODEL_PREFIX (kws_), MODEL_MACROS (KWS_). One
 * that was planned with fast-ram gets its second workspace from ordinary memory.
 */
#include <stdint.h>

#include "board.h"
#include "semihosting.h"

#include MODEL_HEADER

#define PASTE(a, b) a##b
#define JOIN(a, b) PASTE(a, b)
#define RUN JOIN(MODEL_PREFIX, run)
#define INPUT_BYTES JOIN(MODEL_MACROS, IN_0_SIZE_BYTES)
#define OUTPUT_BYTES JOIN(MODEL_MACROS, OUT_0_SIZE_BYTES)

JOIN(MODEL_MACROS, DECLARE_WORKSPACE)(workspace);
#if JOIN(MODEL_MACROS, FAST_WORKSPACE_ALIGNMENT)
JOIN(MODEL_MACROS, DECLARE_FAST_WORKSPACE)(fast_workspace);
#define WORKSPACES workspace, fast_workspace
#else
#define WORKSPACES workspace
#endif
/* Words, so that it is aligned for elements of any type. */
static uint32_t input[(INPUT_BYTES + 3) / 4];
static int8_t output[OUTPUT_BYTES];

static int fail(const char *message) {
  semihosting_complain(message);
  return 1;
}

/* `instructions 12345` on the standard output. */
static void report(uint64_t instructions) {
  char line[40] = "instructions ";
  char digits[20];
  int count = 0, at = 13;
  do {
    digits[count++] = (char)('0' + (int)(instructions % 10u));
    instructions /= 10u;
  } while (instructions != 0u);
  while (count > 0) {
    line[at++] = digits[--count];
  }
  line[at] = '\n';
  semihosting_print(line);
}

static int run_all(int32_t inputs, int32_t outputs) {
  uint64_t total = 0u;
  uint32_t vectors = 0u;
  uint32_t got = semihosting_read(inputs, input, INPUT_BYTES);
  for (; got == INPUT_BYTES; got = semihosting_read(inputs, input, INPUT_BYTES)) {
    const uint64_t start = board_instructions();
    if (RUN((const void *)input, output, WORKSPACES) != 0) {
      return fail("the network reports an error\n");
    }
    total += board_instructions() - start;
    if (semihosting_write(outputs, output, OUTPUT_BYTES) != OUTPUT_BYTES) {
      return fail("cannot write the outputs\n");
    }
    vectors++;
  }
  if (got != 0u) {
    return fail("the inputs end within a vector\n");
  }
  if (total != 0u) {
    report((total + vectors / 2u) / vectors);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    return fail("usage: vector_runner INPUTS OUTPUTS\n");
  }
  const int32_t inputs = semihosting_open(argv[1], SEMIHOSTING_READ);
  if (inputs < 0) {
    return fail("cannot read the inputs\n");
  }
  const int32_t outputs = semihosting_open(argv[2], SEMIHOSTING_WRITE);
  if (outputs < 0) {
    return fail("cannot write the outputs\n");
  }
  const int status = run_all(inputs, outputs);
  return semihosting_close(outputs) == 0 ? status : fail("cannot write the outputs\n");
}
