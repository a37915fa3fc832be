/*
 * Addition and pooling, several values at a time. Included by approx_runtime.h.
 *
 * APPROX_ADD(a, b, c, n, x0, x1, y, m0, m1, constant, shift, lo, hi), a, b and c the bits (8 or 16)
 * of the elements of x0, x1 and y: for i < n
 *   y[i] = approx_clamp((x0[i] * m0 + x1[i] * m1 + constant) >> shift, lo, hi).
 * y may be x0 or x1. No sum leaves int32.
 *
 * APPROX_MAX_POOL_WxW_Sb(n, x, row, pixel, y), W 2 or 3, x an int8_t *, y an int8_t * (b = 8) or
 * int16_t * (b = 16): for i < n, n a multiple of four,
 *   y[i] = the largest x[h * row + w * pixel + i], h < W and w < W.
 *
 * Numbers are literals, but for m0, m1 and constant.
 */
#ifndef APPROX_ELEMENTWISE_H
#define APPROX_ELEMENTWISE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#define APPROX_TYPE_8 int8_t
#define APPROX_TYPE_16 int16_t

/* One by one, from where the pointers are. */
#define APPROX_ADD_EACH(c, n, x0, x1, y, m0, m1, constant, shift, lo, hi)                  \
  for (int32_t approx_i = 0; approx_i < (n); approx_i++) {                                 \
    const int32_t approx_sum = (x0)[approx_i] * (m0) + (x1)[approx_i] * (m1) + (constant); \
    (y)[approx_i] = (APPROX_TYPE_##c)approx_clamp(approx_sum >> (shift), lo, hi);          \
  }

#ifdef APPROX_ARM_H

/*
 * Four at a time: loads sign-extend, so nothing is unpacked; SSAT shifts, too. The last one of x1
 * is loaded where the first one was, for there are 14 registers.
 */
#define APPROX_ADD_LOAD_8 "ldrsb"
#define APPROX_ADD_LOAD_16 "ldrsh"
#define APPROX_ADD_STORE_8 "strb"
#define APPROX_ADD_STORE_16 "strh"
#define APPROX_ADD_AT(op, bits, to, base, k) \
  op " %[" to "], [%[" base "], #" #k " * " #bits " / 8]\n\t"
#define APPROX_ADD_ON(op, bits, to, base) op " %[" to "], [%[" base "]], #" #bits " / 2\n\t"
#define APPROX_ADD_BACK(op, bits, to, base) op " %[" to "], [%[" base "], #-" #bits " / 8]\n\t"
#define APPROX_ADD_TIMES(to, from, m, sum) "mla %[" to "], %[" from "], %[" m "], %[" sum "]\n\t"
#define APPROX_ADD_SATURATE(v) "ssat %[" v "], #8, %[" v "], asr %[shift]\n\t"
#define APPROX_ADD_BOUND(v)                                   \
  "asr %[" v "], %[" v "], %[shift]\n\t"                      \
  "cmp %[" v "], %[lo]\n\tit lt\n\tmovlt %[" v "], %[lo]\n\t" \
  "cmp %[" v "], %[hi]\n\tit gt\n\tmovgt %[" v "], %[hi]\n\t"
#define APPROX_ADD_FOUR(step) step("a0") step("a1") step("a2") step("a3")
#define APPROX_ADD_LOADS(load0, a, load1, b)                                    \
  APPROX_ADD_AT(load0, a, "a1", "x0", 1) APPROX_ADD_AT(load0, a, "a2", "x0", 2) \
  APPROX_ADD_AT(load0, a, "a3", "x0", 3) APPROX_ADD_ON(load0, a, "a0", "x0")    \
  APPROX_ADD_AT(load1, b, "b1", "x1", 1) APPROX_ADD_AT(load1, b, "b2", "x1", 2) \
  APPROX_ADD_ON(load1, b, "b0", "x1")
#define APPROX_ADD_SUMS(load1, b)                                                         \
  APPROX_ADD_TIMES("a0", "a0", "m0", "add") APPROX_ADD_TIMES("a1", "a1", "m0", "add") \
  APPROX_ADD_TIMES("a0", "b0", "m1", "a0") APPROX_ADD_BACK(load1, b, "b0", "x1")          \
  APPROX_ADD_TIMES("a2", "a2", "m0", "add") APPROX_ADD_TIMES("a3", "a3", "m0", "add") \
  APPROX_ADD_TIMES("a1", "b1", "m1", "a1") APPROX_ADD_TIMES("a2", "b2", "m1", "a2")       \
  APPROX_ADD_TIMES("a3", "b0", "m1", "a3")
#define APPROX_ADD_STORES(store, c)                                           \
  APPROX_ADD_AT(store, c, "a1", "y", 1) APPROX_ADD_AT(store, c, "a2", "y", 2) \
  APPROX_ADD_AT(store, c, "a3", "y", 3) APPROX_ADD_ON(store, c, "a0", "y")
#define APPROX_ADD_LOOP(a, b, c)                                                 \
  "1:\n\t" APPROX_ADD_LOADS(APPROX_ADD_LOAD_##a, a, APPROX_ADD_LOAD_##b, b)      \
  APPROX_ADD_SUMS(APPROX_ADD_LOAD_##b, b)                                        \
  ".if %c[lo] == -128 && %c[hi] == 127\n\t" APPROX_ADD_FOUR(APPROX_ADD_SATURATE) \
  ".else\n\t" APPROX_ADD_FOUR(APPROX_ADD_BOUND) ".endif\n\t"                     \
  APPROX_ADD_STORES(APPROX_ADD_STORE_##c, c) "cmp %[y], %[end]\n\tbne 1b"

#define APPROX_ADD(bits0, bits1, bits, n, input0, input1, output, factor0, factor1, start, by,  \
                   least, most)                                                                 \
  do {                                                                                          \
    const APPROX_TYPE_##bits0 *approx_x0 = (input0);                                            \
    const APPROX_TYPE_##bits1 *approx_x1 = (input1);                                            \
    APPROX_TYPE_##bits *approx_y = (output);                                                    \
    if ((n) >= 4) {                                                                             \
      int32_t approx_a0, approx_a1, approx_a2, approx_a3, approx_b0, approx_b1, approx_b2;      \
      __asm__ volatile(APPROX_ADD_LOOP(bits0, bits1, bits)                                      \
                       : [x0] "+&r"(approx_x0), [x1] "+&r"(approx_x1), [y] "+&r"(approx_y),        \
                         [a0] "=&r"(approx_a0), [a1] "=&r"(approx_a1), [a2] "=&r"(approx_a2),   \
                         [a3] "=&r"(approx_a3), [b0] "=&r"(approx_b0), [b1] "=&r"(approx_b1),   \
                         [b2] "=&r"(approx_b2)                                                  \
                       : [end] "r"(approx_y + (n) / 4 * 4), [m0] "r"(factor0),                  \
                         [m1] "r"(factor1), [add] "r"(start), [shift] "i"(by),                \
                         [lo] "i"(least), [hi] "i"(most)                                        \
                       : "cc", "memory");                                                       \
    }                                                                                           \
    APPROX_ADD_EACH(bits, (n) % 4, approx_x0, approx_x1, approx_y, factor0, factor1, start, by, \
                    least, most)                                                                \
  } while (0)

/* Four channels a word: SSUB8 says which bytes are not less, SEL takes those. */
#define APPROX_POOL_LOAD(to, base, k) "ldr %[" to "], [%[" base "], #" #k " * %c[right]]\n\t"
#define APPROX_POOL_ON(to, base) "ldr %[" to "], [%[" base "]], #4\n\t"
#define APPROX_POOL_MAX(to, other) \
  "ssub8 %[d], %[" to "], %[" other "]\n\tsel %[" to "], %[" to "], %[" other "]\n\t"
#define APPROX_POOL_ROW_2(base, b0, b1) APPROX_POOL_LOAD(b1, base, 1) APPROX_POOL_ON(b0, base)
#define APPROX_POOL_ROW_3(base, b0, b1, b2) \
  APPROX_POOL_LOAD(b1, base, 1) APPROX_POOL_LOAD(b2, base, 2) APPROX_POOL_ON(b0, base)
#define APPROX_POOL_WINDOW_2                                              \
  APPROX_POOL_ROW_2("x0", "a0", "a1") APPROX_POOL_ROW_2("x1", "b0", "b1") \
  APPROX_POOL_MAX("a0", "a1") APPROX_POOL_MAX("b0", "b1") APPROX_POOL_MAX("a0", "b0")
#define APPROX_POOL_WINDOW_3                                                          \
  APPROX_POOL_ROW_3("x0", "a0", "a1", "a2") APPROX_POOL_ROW_3("x1", "b0", "b1", "b2") \
  APPROX_POOL_MAX("a0", "a1") APPROX_POOL_MAX("a0", "a2") APPROX_POOL_MAX("b0", "b1") \
  APPROX_POOL_MAX("b0", "b2") APPROX_POOL_MAX("a0", "b0")                             \
  APPROX_POOL_ROW_3("x2", "b0", "b1", "b2") APPROX_POOL_MAX("a0", "b0")               \
  APPROX_POOL_MAX("a0", "b1") APPROX_POOL_MAX("a0", "b2")
#define APPROX_POOL_STORE_8 "str %[a0], [%[y]], #4\n\t"
#define APPROX_POOL_STORE_16                                                     \
  "sxtb16 %[a1], %[a0]\n\tsxtb16 %[b0], %[a0], ror #8\n\t"                       \
  "pkhbt %[a0], %[a1], %[b0], lsl #16\n\tpkhtb %[b0], %[b0], %[a1], asr #16\n\t" \
  "str %[b0], [%[y], #4]\n\tstr %[a0], [%[y]], #8\n\t"
#define APPROX_POOL_LOOP(w, bits) \
  "1:\n\t" APPROX_POOL_WINDOW_##w APPROX_POOL_STORE_##bits "cmp %[y], %[end]\n\tbne 1b"
#define APPROX_POOL_OUTPUTS_2                                                            \
  [x0] "+&r"(approx_x0), [x1] "+&r"(approx_x1), [y] "+&r"(approx_y), [a0] "=&r"(approx_a0), \
      [a1] "=&r"(approx_a1), [b0] "=&r"(approx_b0), [b1] "=&r"(approx_b1), [d] "=&r"(approx_d)
#define APPROX_POOL_OUTPUTS_3 \
  APPROX_POOL_OUTPUTS_2, [x2] "+&r"(approx_x2), [a2] "=&r"(approx_a2), [b2] "=&r"(approx_b2)

#define APPROX_MAX_POOL(w, bits, n, input, row, pixel, output)                           \
  do {                                                                                   \
    const int8_t *approx_x0 = (input), *approx_x1 = approx_x0 + (row);                   \
    const int8_t *approx_x2 = approx_x1 + (row);                                         \
    APPROX_TYPE_##bits *approx_y = (output);                                             \
    uint32_t approx_a0, approx_a1, approx_a2, approx_b0, approx_b1, approx_b2, approx_d; \
    (void)approx_x2, (void)approx_a2, (void)approx_b2;                                   \
    __asm__ volatile(APPROX_POOL_LOOP(w, bits)                                           \
                     : APPROX_POOL_OUTPUTS_##w                                           \
                     : [end] "r"(approx_y + (n)), [right] "i"(pixel)                     \
                     : "cc", "memory");                                                  \
  } while (0)

#else

#define APPROX_ADD(a, b, c, n, x0, x1, y, m0, m1, constant, shift, lo, hi) \
  do {                                                                     \
    APPROX_ADD_EACH(c, n, x0, x1, y, m0, m1, constant, shift, lo, hi)      \
  } while (0)

static inline int32_t approx_max_pool(const int8_t *x, int32_t row, int32_t pixel, int32_t w) {
  int32_t peak = -128;
  for (int32_t i = 0; i < w; i++) {
    for (int32_t j = 0; j < w; j++) {
      peak = approx_max(peak, x[i * row + j * pixel]);
    }
  }
  return peak;
}

#define APPROX_MAX_POOL(w, bits, n, x, row, pixel, y)                                     \
  do {                                                                                    \
    for (int32_t approx_i = 0; approx_i < (n); approx_i++) {                              \
      (y)[approx_i] = (APPROX_TYPE_##bits)approx_max_pool((x) + approx_i, row, pixel, w); \
    }                                                                                     \
  } while (0)

#endif /* APPROX_ARM_H */

#define APPROX_MAX_POOL_2X2_S8(n, x, row, pixel, y) APPROX_MAX_POOL(2, 8, n, x, row, pixel, y)
#define APPROX_MAX_POOL_2X2_S16(n, x, row, pixel, y) APPROX_MAX_POOL(2, 16, n, x, row, pixel, y)
#define APPROX_MAX_POOL_3X3_S8(n, x, row, pixel, y) APPROX_MAX_POOL(3, 8, n, x, row, pixel, y)
#define APPROX_MAX_POOL_3X3_S16(n, x, row, pixel, y) APPROX_MAX_POOL(3, 16, n, x, row, pixel, y)

#endif /* APPROX_ELEMENTWISE_H */
