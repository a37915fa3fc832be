/*
 * Depthwise 3x3 convolution of one channel, its inputs in a plane of their own (int16, padded).
 * Included by approx_runtime.h.
 *
 * APPROX_DEPTHWISE_STRIDEs_Sb(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi), s 1 or 2
 * and y an int8_t * (b = 8) or int16_t * (b = 16): for i < height and j < width
 *   y[i * y_row + j * y_pixel] = approx_requantize(acc, multiplier, 0, zp, lo, hi),
 *   acc = bias + the sum over a, b < 3 of x[(s * i + a) * row + s * j + b] * w(a, b).
 * Numbers are literals. x and w are aligned to 4 and `row` is even. Outputs come in tiles of 2x2,
 * and words of x are read whole, so that x can be read for one more row and column of outputs.
 * w holds pairs of int16, then bias and multiplier:
 *   stride 1   w(a, 0) w(a, 1)  w(a, 1) w(a, 2)  for a = 0, 1, 2
 *   stride 2   w(a, 0) w(a, 1)  for a = 0, 1, 2;  w(0, 2) w(1, 2);  w(2, 2) 0
 */
#ifndef APPROX_DEPTHWISE_H
#define APPROX_DEPTHWISE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * Tiles from top to bottom, then the next two columns; an odd last column alone. The sums of a tile
 * are lr and r11, r12 and r10, weights stay in r0 - r5 (stride 2: r0 - r4), x is r6 and y is r7,
 * inputs come to r8 and r9 (stride 2: r5, r8, r9). On the stack: x at the end of the last column,
 * bias, multiplier, zero point, x at the end of this column. The bias comes in by the first
 * multiplication of a sum.
 *
 * The last load of the first row moves x on where an immediate says how far (`back` bytes), so that
 * the other rows look back; else x moves at the end.
 */
#define APPROX_DEPTHWISE_IF(condition, text) ".if " condition "\n\t" text ".endif\n\t"
#define APPROX_DEPTHWISE_IF_ELSE(condition, text, other) \
  ".if " condition "\n\t" text ".else\n\t" other ".endif\n\t"
#define APPROX_DEPTHWISE_NUMBER(to, number) \
  "movw " to ", #(" number ") & 65535\n\t"  \
  APPROX_DEPTHWISE_IF("(" number ") >> 16", "movt " to ", #(" number ") >> 16\n\t")

#define APPROX_DEPTHWISE_LOAD(to, r, k) \
  "ldr " to ", [r6, #2 * %c[row] * " #r " + 4 * " #k " - %c[back]]\n\t"
#define APPROX_DEPTHWISE_BESIDE(to, k) "ldr " to ", [r6, #4 * " #k "]\n\t"
#define APPROX_DEPTHWISE_FIRST(to) \
  APPROX_DEPTHWISE_IF_ELSE("%c[back]", "ldr " to ", [r6], #%c[back]\n\t", "ldr " to ", [r6]\n\t")
#define APPROX_DEPTHWISE_IS_LAST(at) "ldr " at ", [sp, #16]\n\tcmp r6, " at "\n\t"
#define APPROX_DEPTHWISE_START "ldr r10, [sp, #4]\n\t" APPROX_DEPTHWISE_IS_LAST("r11")

/* A row of inputs by a row of weights: sums `a` and `b` from `f` and `g`. */
#define APPROX_DEPTHWISE_MAC(op, to, x, w, from) op " " to ", " x ", " w ", " from "\n\t"
#define APPROX_DEPTHWISE_MACS_1(two, a, f, b, g, w01, w12) \
  APPROX_DEPTHWISE_MAC("smlad", a, "r8", w01, f)           \
  APPROX_DEPTHWISE_MAC("smlabt", a, "r9", w12, a)          \
  two(APPROX_DEPTHWISE_MAC("smlatb", b, "r8", w01, g)      \
          APPROX_DEPTHWISE_MAC("smlad", b, "r9", w12, b))
#define APPROX_DEPTHWISE_MACS_2(two, a, f, b, g, w01, op, w2)                             \
  APPROX_DEPTHWISE_MAC("smlad", a, "r5", w01, f) APPROX_DEPTHWISE_MAC(op, a, "r8", w2, a) \
  two(APPROX_DEPTHWISE_MAC("smlad", b, "r8", w01, g) APPROX_DEPTHWISE_MAC(op, b, "r9", w2, b))
#define APPROX_DEPTHWISE_UPPER "lr", "lr", "r11", "r11"
#define APPROX_DEPTHWISE_LOWER "r12", "r12", "r10", "r10"
#define APPROX_DEPTHWISE_UPPER_FIRST "lr", "r10", "r11", "r10"
#define APPROX_DEPTHWISE_LOWER_FIRST "r12", "r10", "r10", "r10"
#define APPROX_DEPTHWISE_CALL(macro, ...) macro(__VA_ARGS__)
#define APPROX_DEPTHWISE_BY_1(two, sums, w01, w12) \
  APPROX_DEPTHWISE_CALL(APPROX_DEPTHWISE_MACS_1, two, sums, w01, w12)
#define APPROX_DEPTHWISE_BY_2(two, sums, w01, op, w2) \
  APPROX_DEPTHWISE_CALL(APPROX_DEPTHWISE_MACS_2, two, sums, w01, op, w2)

#define APPROX_DEPTHWISE_ONE(text)
#define APPROX_DEPTHWISE_TWO(text) text
#define APPROX_DEPTHWISE_LOADS_1(two, r) \
  APPROX_DEPTHWISE_LOAD("r8", r, 0) APPROX_DEPTHWISE_LOAD("r9", r, 1)
#define APPROX_DEPTHWISE_LOADS_2(two, r)                              \
  APPROX_DEPTHWISE_LOAD("r5", r, 0) APPROX_DEPTHWISE_LOAD("r8", r, 1) \
  two(APPROX_DEPTHWISE_LOAD("r9", r, 2))

#define APPROX_DEPTHWISE_SUMS_1(two)                                                   \
  APPROX_DEPTHWISE_BESIDE("r9", 1) APPROX_DEPTHWISE_FIRST("r8") APPROX_DEPTHWISE_START \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_UPPER_FIRST, "r0", "r1")                 \
  APPROX_DEPTHWISE_LOADS_1(two, 1)                                                     \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_UPPER, "r2", "r3")                       \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_LOWER_FIRST, "r0", "r1")                 \
  APPROX_DEPTHWISE_LOADS_1(two, 2)                                                     \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_UPPER, "r4", "r5")                       \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_LOWER, "r2", "r3")                       \
  APPROX_DEPTHWISE_LOADS_1(two, 3)                                                     \
  APPROX_DEPTHWISE_BY_1(two, APPROX_DEPTHWISE_LOWER, "r4", "r5")
#define APPROX_DEPTHWISE_SUMS_2(two)                                             \
  APPROX_DEPTHWISE_BESIDE("r8", 1) two(APPROX_DEPTHWISE_BESIDE("r9", 2))         \
  APPROX_DEPTHWISE_FIRST("r5") APPROX_DEPTHWISE_START                            \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_UPPER_FIRST, "r0", "smlabb", "r3") \
  APPROX_DEPTHWISE_LOADS_2(two, 1)                                               \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_UPPER, "r1", "smlabt", "r3")       \
  APPROX_DEPTHWISE_LOADS_2(two, 2)                                               \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_UPPER, "r2", "smlabb", "r4")       \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_LOWER_FIRST, "r0", "smlabb", "r3") \
  APPROX_DEPTHWISE_LOADS_2(two, 3)                                               \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_LOWER, "r1", "smlabt", "r3")       \
  APPROX_DEPTHWISE_LOADS_2(two, 4)                                               \
  APPROX_DEPTHWISE_BY_2(two, APPROX_DEPTHWISE_LOWER, "r2", "smlabb", "r4")

/* SSAT keeps the flags, which say whether this tile is the last one of its column. */
#define APPROX_DEPTHWISE_SCALE(v) "smmlar " v ", " v ", r8, r9\n\t"
#define APPROX_DEPTHWISE_SATURATE(v) "ssat " v ", #8, " v "\n\t"
#define APPROX_DEPTHWISE_BOUND(v)                           \
  "cmp " v ", #%c[lo]\n\tit lt\n\tmovlt " v ", #%c[lo]\n\t" \
  "cmp " v ", #%c[hi]\n\tit gt\n\tmovgt " v ", #%c[hi]\n\t"
#define APPROX_DEPTHWISE_EACH(step, two) step("lr") step("r12") two(step("r11") step("r10"))
#define APPROX_DEPTHWISE_SCALED(two)                                              \
  "ldr r8, [sp, #8]\n\tldr r9, [sp, #12]\n\t"                                     \
  APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_SCALE, two)                              \
  APPROX_DEPTHWISE_IF_ELSE("%c[lo] == -128 && %c[hi] == 127",                     \
                           APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_SATURATE, two), \
                           APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_BOUND, two)     \
                           APPROX_DEPTHWISE_IS_LAST("r8"))

/* A last row that is odd has nothing below it. */
#define APPROX_DEPTHWISE_SKIP APPROX_DEPTHWISE_IF("%c[height] & 1", "beq 2f\n\t")
#define APPROX_DEPTHWISE_NEAR_STORES(store, two)                                       \
  store " lr, [r7]\n\t" two(store " r11, [r7, #%c[right]]\n\t") APPROX_DEPTHWISE_SKIP  \
  store " r12, [r7, #%c[down]]\n\t" two(store " r10, [r7, #%c[down] + %c[right]]\n\t") \
  "2:\n\taddw r7, r7, #2 * %c[down]\n\t"
#define APPROX_DEPTHWISE_FAR_STORES(store, two)                                  \
  APPROX_DEPTHWISE_NUMBER("r8", "%c[down]")                                      \
  store " lr, [r7]\n\t" two(store " r11, [r7, #%c[right]]\n\t") "add r7, r8\n\t" \
  APPROX_DEPTHWISE_SKIP                                                          \
  store " r12, [r7]\n\t" two(store " r10, [r7, #%c[right]]\n\t")                 \
  "2:\n\tadd r7, r8\n\t"
#define APPROX_DEPTHWISE_STORES(store, two)                                                 \
  APPROX_DEPTHWISE_IF_ELSE("2 * %c[down] < 4096", APPROX_DEPTHWISE_NEAR_STORES(store, two), \
                           APPROX_DEPTHWISE_FAR_STORES(store, two))
#define APPROX_DEPTHWISE_COLUMN(s, store, two)                         \
  "1:\n\t" APPROX_DEPTHWISE_SUMS_##s(two) APPROX_DEPTHWISE_SCALED(two) \
  APPROX_DEPTHWISE_STORES(store, two)                                  \
  APPROX_DEPTHWISE_IF("%c[back] == 0", "add r6, r6, #4 * " #s " * %c[row]\n\t") "bne 1b\n\t"

/* From the end of two columns to the beginning of the next ones. */
#define APPROX_DEPTHWISE_NEXT(s)                                                       \
  APPROX_DEPTHWISE_NUMBER("r8", "%c[column] - 4 * " #s) "sub r6, r8\n\t"               \
  APPROX_DEPTHWISE_NUMBER("r8", "%c[below] - 2 * %c[right]") "sub r7, r8\n\t"          \
  "ldr r9, [sp, #16]\n\tldr r10, [sp]\n\tadd r9, #4 * " #s "\n\tstr r9, [sp, #16]\n\t" \
  "cmp r9, r10\n\t"
#define APPROX_DEPTHWISE_ENTER(s, weights)                  \
  "ldm r8, {" weights ", r10, r11}\n\tmov r12, #%c[zp]\n\t" \
  APPROX_DEPTHWISE_NUMBER("lr", "%c[ahead]")                \
  "add lr, r6\n\tadd r8, lr, #4 * " #s " * (%c[width] / 2)\n\tpush {r8, r10, r11, r12, lr}\n\t"
#define APPROX_DEPTHWISE_PLANE(s, weights, store)                                               \
  APPROX_DEPTHWISE_ENTER(s, weights)                                                            \
  APPROX_DEPTHWISE_IF("%c[width] > 1",                                                          \
                      APPROX_DEPTHWISE_COLUMN(s, store, APPROX_DEPTHWISE_TWO)                   \
                      APPROX_DEPTHWISE_NEXT(s) "bne 1b\n\t")                                    \
  APPROX_DEPTHWISE_IF("%c[width] & 1", APPROX_DEPTHWISE_COLUMN(s, store, APPROX_DEPTHWISE_ONE)) \
  "add sp, #20"

/* Bytes: of two columns of inputs, and of outputs; that x moves before and after a tile. */
#define APPROX_DEPTHWISE_BYTES(s, height, row) (4 * s * (row) * (((height) + 1) / 2))
#define APPROX_DEPTHWISE_BACK(s, row) (4 * s * (row) < 256 ? 4 * s * (row) : 0)
#define APPROX_DEPTHWISE_REST(s, row) (4 * s * (row) < 256 ? 0 : 4 * s * (row))
#define APPROX_DEPTHWISE(s, weights, store, rows, columns, input, step, table, output, y_row, \
                         y_pixel, zero, least, most)                                          \
  do {                                                                                        \
    register const int16_t *approx_x __asm__("r6") = (input);                                 \
    register void *approx_y __asm__("r7") = (output);                                         \
    register const int32_t *approx_w __asm__("r8") = (table);                                 \
    __asm__ volatile(APPROX_DEPTHWISE_PLANE(s, weights, store)                                \
                     : "+r"(approx_x), "+r"(approx_y), "+r"(approx_w)                         \
                     : [height] "i"(rows), [width] "i"(columns), [row] "i"(step),             \
                       [zp] "i"(zero), [lo] "i"(least), [hi] "i"(most),                       \
                       [column] "i"(APPROX_DEPTHWISE_BYTES(s, rows, step)),                   \
                       [back] "i"(APPROX_DEPTHWISE_BACK(s, step)),                            \
                       [ahead] "i"(APPROX_DEPTHWISE_BYTES(s, rows, step) -                    \
                                   APPROX_DEPTHWISE_REST(s, step)),                           \
                       [right] "i"((y_pixel) * (int)sizeof *(output)),                        \
                       [down] "i"((y_row) * (int)sizeof *(output)),                           \
                       [below] "i"(((rows) + 1) / 2 * 2 * (y_row) * (int)sizeof *(output))    \
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r9", "r10", "r11", "r12", "lr",   \
                       "cc", "memory");                                                       \
  } while (0)

#define APPROX_DEPTHWISE_STRIDE1_S8(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(1, "r0-r5", "strb", height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE1_S16(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(1, "r0-r5", "strh", height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE2_S8(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(2, "r0-r4", "strb", height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE2_S16(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(2, "r0-r4", "strh", height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)

#else

/* Weight (a, b) of a table for a stride. */
static inline int32_t approx_depthwise_weight(const int32_t *w, int32_t stride, int32_t a,
                                              int32_t b) {
  const int32_t pair = stride == 1 ? 2 * a + b / 2 : b < 2 ? a : 3 + a / 2;
  const int32_t second = stride == 1 ? (b + 1) / 2 : b < 2 ? b : a % 2;
  return second != 0 ? w[pair] >> 16 : (int16_t)w[pair];
}

/* The output of the window at x; bias and multiplier lie behind the weights. */
static inline int32_t approx_depthwise_output(const int16_t *x, int32_t row, const int32_t *w,
                                              int32_t stride, int32_t zp, int32_t lo, int32_t hi) {
  const int32_t *const numbers = w + (stride == 1 ? 6 : 5);
  uint32_t acc = (uint32_t)numbers[0];
  for (int32_t a = 0; a < 3; a++) {
    for (int32_t b = 0; b < 3; b++) {
      acc += (uint32_t)(x[a * row + b] * approx_depthwise_weight(w, stride, a, b));
    }
  }
  return approx_requantize((int32_t)acc, numbers[1], 0, zp, lo, hi);
}

#define APPROX_DEPTHWISE(s, type, height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  do {                                                                                     \
    for (int32_t approx_i = 0; approx_i < (height); approx_i++) {                          \
      for (int32_t approx_j = 0; approx_j < (width); approx_j++) {                         \
        (y)[approx_i * (y_row) + approx_j * (y_pixel)] = (type)approx_depthwise_output(    \
            (x) + s * (approx_i * (row) + approx_j), row, w, s, zp, lo, hi);               \
      }                                                                                    \
    }                                                                                      \
  } while (0)

#define APPROX_DEPTHWISE_STRIDE1_S8(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(1, int8_t, height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE1_S16(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(1, int16_t, height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE2_S8(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(2, int8_t, height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)
#define APPROX_DEPTHWISE_STRIDE2_S16(height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi) \
  APPROX_DEPTHWISE(2, int16_t, height, width, x, row, w, y, y_row, y_pixel, zp, lo, hi)

#endif /* APPROX_ARM_H */

/*
 * APPROX_STORE_PLANES_2XP_Sb(acc, y, offset, stride, plane): a tile of which each row goes to a
 * plane of its own, y[offset + p * stride + r * plane] = acc[r][p].
 */
#define APPROX_PLANE_X1(type, acc, r, y, at, stride) ((y)[at] = (type)APPROX_ACC(acc, r, 0))
#define APPROX_PLANE_X2(type, acc, r, y, at, stride) \
  (APPROX_PLANE_X1(type, acc, r, y, at, stride), (y)[(at) + (stride)] = (type)APPROX_ACC(acc, r, 1))
#define APPROX_PLANE_X4(type, acc, r, y, at, stride)       \
  (APPROX_PLANE_X2(type, acc, r, y, at, stride),           \
   (y)[(at) + 2 * (stride)] = (type)APPROX_ACC(acc, r, 2), \
   (y)[(at) + 3 * (stride)] = (type)APPROX_ACC(acc, r, 3))
#define APPROX_PLANES(row, type, acc, y, offset, stride, plane) \
  do {                                                          \
    row(type, acc, 0, y, offset, stride);                       \
    row(type, acc, 1, y, (offset) + (plane), stride);           \
  } while (0)
#define APPROX_STORE_PLANES_2X1_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X1, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X1_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X1, int16_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X2_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X2, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X2_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X2, int16_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X4_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X4, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X4_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X4, int16_t, acc, y, offset, stride, plane)

#endif /* APPROX_DEPTHWISE_H */
