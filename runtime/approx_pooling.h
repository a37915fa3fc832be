/*
 * Sums of windows, four channels at a time. Included by approx_runtime.h.
 *
 * APPROX_SUM_4X1_Sb(acc, x, height, width, row, pixel), x an int8_t * (b = 8) or an int16_t * with
 * values of int8 (b = 16): for r < 4,
 *   acc[r][0] += the sum of x[h * row + w * pixel + r], h < height and w < width.
 *
 * APPROX_REQUANTIZE_EVEN_4X1(acc, m0, m1, m2, m3, shift, zp, lo, hi): `approx_requantize_even` of a
 * tile, as APPROX_REQUANTIZE_4X1 does `approx_requantize`.
 *
 * Numbers are literals; height * width is at most 256, so that sums of int8 fit 16 bits, and x in
 * int16 is aligned to 4, row and pixel are even.
 */
#ifndef APPROX_POOLING_H
#define APPROX_POOLING_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * Two sums a register. Of int8, one word a pixel: %[s] is of channels 0 and 2, %[t] of 1 and 3, and
 * four pixels are a round. Of int16, two words: %[s] is of channels 0 and 1, %[t] of 2 and 3, and
 * two pixels are a round.
 */
#define APPROX_SUM_LOAD(to, k, at) "ldr %[" to "], [%[x], #" #k " * %c[right] + " #at "]\n\t"
#define APPROX_SUM_BYTES(v) \
  "sxtab16 %[s], %[s], %[" v "]\n\tsxtab16 %[t], %[t], %[" v "], ror #8\n\t"
#define APPROX_SUM_PAIRS(v, w) \
  "sadd16 %[s], %[s], %[" v "]\n\tsadd16 %[t], %[t], %[" w "]\n\t"
#define APPROX_SUM_ROUND_8                                                                       \
  APPROX_SUM_LOAD("a", 0, 0) APPROX_SUM_LOAD("b", 1, 0) APPROX_SUM_LOAD("c", 2, 0)               \
  APPROX_SUM_LOAD("d", 3, 0) "add %[x], %[x], %[step]\n\t" APPROX_SUM_BYTES("a")                 \
  APPROX_SUM_BYTES("b") APPROX_SUM_BYTES("c") APPROX_SUM_BYTES("d")
#define APPROX_SUM_ROUND_16                                                                      \
  APPROX_SUM_LOAD("a", 0, 0) APPROX_SUM_LOAD("b", 0, 4) APPROX_SUM_LOAD("c", 1, 0)               \
  APPROX_SUM_LOAD("d", 1, 4) "add %[x], %[x], %[step]\n\t" APPROX_SUM_PAIRS("a", "b")            \
  APPROX_SUM_PAIRS("c", "d")
#define APPROX_SUM_REST_8                                                          \
  ".if %c[rest] > 0\n\t" APPROX_SUM_LOAD("a", 0, 0) ".endif\n\t"                   \
  ".if %c[rest] > 1\n\t" APPROX_SUM_LOAD("b", 1, 0) ".endif\n\t"                   \
  ".if %c[rest] > 2\n\t" APPROX_SUM_LOAD("c", 2, 0) ".endif\n\t"                   \
  ".if %c[rest] > 0\n\t" APPROX_SUM_BYTES("a") ".endif\n\t"                        \
  ".if %c[rest] > 1\n\t" APPROX_SUM_BYTES("b") ".endif\n\t"                        \
  ".if %c[rest] > 2\n\t" APPROX_SUM_BYTES("c") ".endif"
#define APPROX_SUM_REST_16                                                                  \
  ".if %c[rest]\n\t" APPROX_SUM_LOAD("a", 0, 0) APPROX_SUM_LOAD("b", 0, 4)                  \
  APPROX_SUM_PAIRS("a", "b") ".endif"
#define APPROX_SUM_MANY_8 4
#define APPROX_SUM_MANY_16 2
#define APPROX_SUM_ROW(bits, many, base, width, by)                                              \
  do {                                                                                           \
    uintptr_t approx_x = (base);                                                                 \
    uint32_t approx_a, approx_b, approx_c, approx_d, approx_n = (width) / (many);                \
    __asm__ volatile(".if %c[rounds]\n1:\n\t" APPROX_SUM_ROUND_##bits                            \
                     ".if %c[rounds] > 1\n\tsubs %[n], #1\n\tbne 1b\n\t.endif\n\t.endif\n\t"     \
                     APPROX_SUM_REST_##bits                                                      \
                     : [x] "+&r"(approx_x), [n] "+&l"(approx_n), [s] "+&r"(approx_s),            \
                       [t] "+&r"(approx_t), [a] "=&r"(approx_a), [b] "=&r"(approx_b),            \
                       [c] "=&r"(approx_c), [d] "=&r"(approx_d)                                  \
                     : [step] "r"((many) * (by)), [right] "i"(by), [rest] "i"((width) % (many)), \
                       [rounds] "i"((width) / (many))                                            \
                     : "cc", "memory");                                                          \
  } while (0)
#define APPROX_SUM_INTO(acc, r, sums, half) APPROX_ACC(acc, r, 0) += (int16_t)((sums) >> (half))
#define APPROX_SUM_TAKE_8(acc)                                                \
  (APPROX_SUM_INTO(acc, 0, approx_s, 0), APPROX_SUM_INTO(acc, 1, approx_t, 0), \
   APPROX_SUM_INTO(acc, 2, approx_s, 16), APPROX_SUM_INTO(acc, 3, approx_t, 16))
#define APPROX_SUM_TAKE_16(acc)                                               \
  (APPROX_SUM_INTO(acc, 0, approx_s, 0), APPROX_SUM_INTO(acc, 1, approx_s, 16), \
   APPROX_SUM_INTO(acc, 2, approx_t, 0), APPROX_SUM_INTO(acc, 3, approx_t, 16))
#define APPROX_SUM(bits, acc, input, height, width, row, pixel)                                  \
  do {                                                                                           \
    const uintptr_t approx_base = (uintptr_t)(input);                                            \
    uint32_t approx_s = 0u, approx_t = 0u;                                                       \
    for (uint32_t approx_i = 0u; approx_i < (height); approx_i++) {                              \
      APPROX_SUM_ROW(bits, APPROX_SUM_MANY_##bits, approx_base + approx_i * ((row) * (bits) / 8u), \
                     width, (pixel) * (bits) / 8);                                               \
    }                                                                                            \
    APPROX_SUM_TAKE_##bits(acc);                                                                 \
  } while (0)

#else

#define APPROX_SUM(bits, acc, x, height, width, row, pixel)                               \
  do {                                                                                    \
    for (int32_t approx_i = 0; approx_i < (height) * (width) * 4; approx_i++) {           \
      const int32_t approx_h = approx_i / 4 / (width), approx_w = approx_i / 4 % (width); \
      acc[approx_i % 4][0] += (x)[approx_h * (row) + approx_w * (pixel) + approx_i % 4];  \
    }                                                                                     \
  } while (0)

#endif /* APPROX_ARM_H */

#define APPROX_SUM_4X1_S8(acc, x, height, width, row, pixel) \
  APPROX_SUM(8, acc, x, height, width, row, pixel)
#define APPROX_SUM_4X1_S16(acc, x, height, width, row, pixel) \
  APPROX_SUM(16, acc, x, height, width, row, pixel)

#define APPROX_REQUANTIZE_EVEN_4X1(acc, m0, m1, m2, m3, shift, zp, lo, hi)                       \
  APPROX_TO_ROWS_4(APPROX_TO_ROW_X1, approx_requantize_even, acc, m0, m1, m2, m3, shift, zp, lo, \
                   hi)

#endif /* APPROX_POOLING_H */
