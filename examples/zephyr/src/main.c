/*
 * One inference, and the cycles that it took.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "digits.h"

DIGITS_DECLARE_WORKSPACE(workspace);

static int8_t image[DIGITS_IN_0_SIZE];
static int8_t scores[DIGITS_OUT_0_SIZE];

/* A one: a vertical stroke in the middle. */
static void draw(void) {
  for (int pixel = 0; pixel < DIGITS_IN_0_SIZE; pixel++) {
    const int column = pixel % 8;
    const float ink = column == 3 || column == 4 ? 1.0f : 0.0f;
    image[pixel] = DIGITS_IN_0_QUANTIZE(ink);
  }
}

int main(void) {
  draw();
  const uint32_t start = k_cycle_get_32();
  const int status = digits_run(image, scores, workspace);
  const uint32_t cycles = k_cycle_get_32() - start;
  printk("status %d, %u cycles\n", status, cycles);
  for (int digit = 0; digit < DIGITS_OUT_0_SIZE; digit++) {
    printk("%d: %d\n", digit, scores[digit]);
  }
  return 0;
}
