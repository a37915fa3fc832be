/*
 * 3x3 convolution of stride 1 with 36 multiplications for 144, exact (Winograd, F(4x4,3x3), points
 * 0, 1, -1, 2, -2 and infinity): A^T ((B^T d B) * U) A, with U = G g G^T, is the 4x4 outputs of a
 * 6x6 tile d, output (i, j) times 9 2^(k_i + k_j), k = 3, 2, 1, 1. Included by approx_runtime.h.
 *
 *         | 4  0 -5  0  1  0 |         | 1  0  0 |
 *         | 0 -4 -4  1  1  0 |         | 1  1  1 |            | 6 -4 -4  1  1  0 |
 *   B^T = | 0  4 -4 -1  1  0 |     G = | 1 -1  1 |     A^T =  | 0 -2  2  1 -1  0 |
 *         | 0 -2 -1  2  1  0 |         | 1  2  4 |            | 0 -1 -1  1  1  0 |
 *         | 0  2 -1 -2  1  0 |         | 1 -2  4 |            | 0 -1  1  2 -2  6 |
 *         | 0  4  0 -5  0  1 |         | 0  0  1 |
 *
 * The rows of G are those of the rational transform (Lavin and Gray, arXiv 1509.09308) times what
 * makes them integers, each by its own factor: so they stay small enough for int16. A^T makes up
 * for it, up to 24, 12, 6 and 6. Sums wrap; what comes out is multiplied by the inverse of 9 modulo
 * 2^32, which leaves 2^(k_i + k_j) times the sum of the convolution, and shifted.
 *
 * Transformed inputs of int8 values are at most 100 * 128, transformed weights 49 * 255: int16. A
 * group is four tiles anywhere; position 6 i + j is element (i, j) of a transformed tile. Offsets
 * and strides count elements; x, v and u are aligned to 4.
 *
 *   approx_winograd4_input    x (6 x 6 pixels) to v[channel pair][position][tile][2], one tile
 *   APPROX_WINOGRAD4_PRODUCT  v and u[position][channel pair][2 outputs][2] to
 *                             m[position][2 outputs][tile]
 *   approx_winograd4_output   m to four times y (4 x 4 pixels; approx_winograd4_output.h)
 */
#ifndef APPROX_WINOGRAD4_H
#define APPROX_WINOGRAD4_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * B^T of six words r0-r5 of two channels each, in place; r8 clears what a shift by 2 carries from
 * the low half into the high one. 17 cycles.
 */
#define APPROX_WINOGRAD4_B                                                                  \
  "ssub16 r0, r0, r2\n\tssub16 r5, r5, r3\n\t"                                              \
  "and r6, r8, r2, lsl #2\n\tand r7, r8, r1, lsl #2\n\t"                                    \
  "ssub16 r6, r4, r6\n\tssub16 r7, r3, r7\n\tssub16 r4, r4, r2\n\tssub16 r3, r3, r1\n\t"    \
  "sadd16 r1, r6, r7\n\tssub16 r2, r6, r7\n\t"                                              \
  "and r0, r8, r0, lsl #2\n\tsadd16 r0, r0, r4\n\t"                                         \
  "and r6, r8, r3, lsl #2\n\tssub16 r5, r5, r6\n\t"                                         \
  "sadd16 r6, r3, r3\n\tsadd16 r3, r4, r6\n\tssub16 r4, r4, r6\n\t"

/* Column j of the tile: rows at lr, r9, 2 r9, r10, 4 r9 and r11 from it; lr goes on by a pixel. */
#define APPROX_WINOGRAD4_COLUMN(j)                                                          \
  "ldr r0, [lr]\n\tldr r1, [lr, r9]\n\tldr r2, [lr, r9, lsl #1]\n\tldr r3, [lr, r10]\n\t"   \
  "ldr r4, [lr, r9, lsl #2]\n\tldr r5, [lr, r11]\n\tadd lr, r12\n\t" APPROX_WINOGRAD4_B     \
  "str r0, [sp, #4 * " #j "]\n\tstr r1, [sp, #4 * " #j " + 24]\n\t"                         \
  "str r2, [sp, #4 * " #j " + 48]\n\tstr r3, [sp, #4 * " #j " + 72]\n\t"                    \
  "str r4, [sp, #4 * " #j " + 96]\n\tstr r5, [sp, #4 * " #j " + 120]\n\t"

/* Row i of what the columns left on the stack, to v at lr. */
#define APPROX_WINOGRAD4_ROW(i)                                                             \
  "ldr r0, [sp, #24 * " #i "]\n\tldr r1, [sp, #24 * " #i " + 4]\n\t"                        \
  "ldr r2, [sp, #24 * " #i " + 8]\n\tldr r3, [sp, #24 * " #i " + 12]\n\t"                   \
  "ldr r4, [sp, #24 * " #i " + 16]\n\tldr r5, [sp, #24 * " #i " + 20]\n\t"                  \
  APPROX_WINOGRAD4_B                                                                        \
  "str r0, [lr, #96 * " #i "]\n\tstr r1, [lr, #96 * " #i " + 16]\n\t"                       \
  "str r2, [lr, #96 * " #i " + 32]\n\tstr r3, [lr, #96 * " #i " + 48]\n\t"                  \
  "str r4, [lr, #96 * " #i " + 64]\n\tstr r5, [lr, #96 * " #i " + 80]\n\t"

/*
 * For each channel pair c < pairs (channels 2c, 2c + 1) and k < 2:
 *   v[(36 c + p) * 8 + k] = (B^T d B)[i][j], p = 6 i + j,
 * d being channel 2c + k of the 6x6 pixels from x on. `row` and `pixel` are even.
 *
 * On the stack: 36 words, v, x, and the x that ends the loop.
 */
APPROX_WINOGRAD_STEP approx_winograd4_input(const int16_t *x, int32_t row, int32_t pixel,
                                            int32_t pairs, int16_t *v) {
  register const int16_t *at __asm__("lr") = x;
  register int32_t down __asm__("r9") = 2 * row;
  register int32_t third __asm__("r10") = 6 * row;
  register int32_t fifth __asm__("r11") = 10 * row;
  register int32_t right __asm__("r12") = 2 * pixel;
  register int16_t *to __asm__("r0") = v;
  register const int16_t *end __asm__("r1") = x + 2 * pairs;
  __asm__ volatile(
      "sub sp, #160\n\tstr r0, [sp, #144]\n\tstr r1, [sp, #152]\n\tmvn r8, #0x30000\n"
      "1:\n\tstr lr, [sp, #148]\n\t"
      APPROX_WINOGRAD4_COLUMN(0) APPROX_WINOGRAD4_COLUMN(1) APPROX_WINOGRAD4_COLUMN(2)
      APPROX_WINOGRAD4_COLUMN(3) APPROX_WINOGRAD4_COLUMN(4) APPROX_WINOGRAD4_COLUMN(5)
      "ldr lr, [sp, #144]\n\t"
      APPROX_WINOGRAD4_ROW(0) APPROX_WINOGRAD4_ROW(1) APPROX_WINOGRAD4_ROW(2)
      APPROX_WINOGRAD4_ROW(3) APPROX_WINOGRAD4_ROW(4) APPROX_WINOGRAD4_ROW(5)
      "add lr, #576\n\tstr lr, [sp, #144]\n\tldr lr, [sp, #148]\n\tldr r0, [sp, #152]\n\t"
      "adds lr, #4\n\tcmp lr, r0\n\tbne 1b\n\tadd sp, #160\n\t"
      : "+r"(at), "+r"(to), "+r"(end)
      : "r"(down), "r"(third), "r"(fifth), "r"(right)
      : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "cc", "memory");
}

/*
 * A channel pair in 16 cycles, as in approx_winograd.h: inputs of two tiles in r2, r3, weights of
 * the two outputs in r4, r5, sums in r6-r9 and r10-r12, lr. Pair c of a block of eight is 576 c
 * bytes on in v: the offset of an LDR reaches no further. In u it is `step` c bytes on, 8 or 288.
 */
#define APPROX_WINOGRAD4_PAIR(op, c)                                                             \
  "ldr r2, [r0, #576 * " #c "]\n\tldr r3, [r0, #576 * " #c " + 4]\n\t"                           \
  "ldr r4, [r1, #%c[step] * " #c "]\n\tldr r5, [r1, #%c[step] * " #c " + 4]\n\t"                 \
  APPROX_WINOGRAD_TWO(op, "r6", "r10", "r7", "r11")                                              \
  "ldr r2, [r0, #576 * " #c " + 8]\n\tldr r3, [r0, #576 * " #c " + 12]\n\t"                      \
  APPROX_WINOGRAD_TWO(op, "r8", "r12", "r9", "lr")
#define APPROX_WINOGRAD4_MORE(c) APPROX_WINOGRAD4_PAIR(APPROX_WINOGRAD_SMLAD, c)
#define APPROX_WINOGRAD4_IF(c) ".if %c[first] > " #c "\n\t" APPROX_WINOGRAD4_MORE(c) ".endif\n\t"
#define APPROX_WINOGRAD4_FIRST                                                                   \
  APPROX_WINOGRAD4_PAIR(APPROX_WINOGRAD_SMUAD, 0)                                                \
  APPROX_WINOGRAD4_IF(1) APPROX_WINOGRAD4_IF(2) APPROX_WINOGRAD4_IF(3) APPROX_WINOGRAD4_IF(4)    \
  APPROX_WINOGRAD4_IF(5) APPROX_WINOGRAD4_IF(6) APPROX_WINOGRAD4_IF(7)
#define APPROX_WINOGRAD4_BLOCK                                                                   \
  APPROX_WINOGRAD4_MORE(0) APPROX_WINOGRAD4_MORE(1) APPROX_WINOGRAD4_MORE(2)                     \
  APPROX_WINOGRAD4_MORE(3) APPROX_WINOGRAD4_MORE(4) APPROX_WINOGRAD4_MORE(5)                     \
  APPROX_WINOGRAD4_MORE(6) APPROX_WINOGRAD4_MORE(7) "add r0, #4608\n\tadds r1, #8 * %c[step]\n\t"

/*
 * The blocks of a position behind its first one: written out if there are few, else a loop up to
 * the end of the position in u. Then back to the next position of the first pair, in u where the
 * positions of a pair lie together, 8 bytes each: half the way of v.
 */
#define APPROX_WINOGRAD4_REST                                                                    \
  ".if %c[blocks] == 0\n\tadds r0, #16\n\tadds r1, #%c[one]\n\t.else\n\t"                        \
  "add r0, #576 * %c[first]\n\tadds r1, #%c[step] * %c[first]\n\t"                               \
  ".if %c[blocks] < 4\n\t.rept %c[blocks]\n\t" APPROX_WINOGRAD4_BLOCK ".endr\n\t.else\n\t"       \
  "add r2, r1, #8 * %c[step] * %c[blocks]\n\tstr r2, [sp, #8]\n"                                 \
  "2:\n\t" APPROX_WINOGRAD4_BLOCK "ldr r2, [sp, #8]\n\tcmp r1, r2\n\tbne 2b\n\t.endif\n\t"       \
  "movw r2, #576 * (%c[first] + 8 * %c[blocks]) - 16\n\tsub r0, r0, r2\n\t"                      \
  ".if %c[step] > 8\n\tsub r1, r1, r2, lsr #1\n\t.endif\n\t.endif\n\t"

/*
 * For position p < 36, output r < 2 and tile t:
 *   m[(p * 2 + r) * 4 + t] = the sum over c < pairs and k < 2 of
 *   v[((c * 36 + p) * 4 + t) * 2 + k] * u[((p * pairs + c) * 2 + r) * 2 + k].
 * `pairs` is a literal, 1 to 112. On the stack: m, its end, the end of a position in u.
 */
#define APPROX_WINOGRAD4_PRODUCT(v, u, m, pairs)                                                 \
  APPROX_WINOGRAD4_PRODUCTS(v, u, m, pairs, 8, 8 * (pairs))
/* The same of u[((c * 36 + p) * 2 + r) * 2 + k]. */
#define APPROX_WINOGRAD4_PACKED_PRODUCT(v, u, m, pairs)                                          \
  APPROX_WINOGRAD4_PRODUCTS(v, u, m, pairs, 288, 8)
#define APPROX_WINOGRAD4_PRODUCTS(v, u, m, pairs, bytes, next)                                   \
  do {                                                                                           \
    register const int16_t *approx_x __asm__("r0") = (v);                                        \
    register const int16_t *approx_w __asm__("r1") = (u);                                        \
    register int32_t *approx_to __asm__("r2") = (m);                                             \
    __asm__ volatile(                                                                            \
        "sub sp, #16\n\tstr r2, [sp]\n\tadd r2, #1152\n\tstr r2, [sp, #4]\n"                     \
        "1:\n\t" APPROX_WINOGRAD4_FIRST APPROX_WINOGRAD4_REST                                    \
        "ldr r2, [sp]\n\tldr r3, [sp, #4]\n\tstm r2!, {r6-r12, lr}\n\tstr r2, [sp]\n\t"          \
        "cmp r2, r3\n\tbne 1b\n\tadd sp, #16\n\t"                                                \
        : "+r"(approx_x), "+r"(approx_w), "+r"(approx_to)                                        \
        : [first] "i"(((pairs) - 1) % 8 + 1), [blocks] "i"(((pairs) - 1) / 8),                   \
          [step] "i"(bytes), [one] "i"(next)                                                     \
        : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");  \
  } while (0)

/* A^T of six words in registers: c0-c5 to c0, t, c4, c5. 10 cycles, whatever `ends` is. */
#define APPROX_WINOGRAD4_A                                                                  \
  "add %[t], %[c1], %[c2]\n\tsub %[c1], %[c1], %[c2]\n\t"                                   \
  "add %[c2], %[c3], %[c4]\n\tsub %[c3], %[c3], %[c4]\n\t"                                  \
  "mla %[c0], %[c0], %[ends], %[c2]\n\tsub %[c4], %[c2], %[t]\n\t"                          \
  "sub %[c0], %[c0], %[t], lsl #2\n\tsub %[t], %[c3], %[c1], lsl #1\n\t"                    \
  "rsb %[c1], %[c1], %[c3], lsl #1\n\tmla %[c5], %[c5], %[ends], %[c1]\n\t"
#define APPROX_WINOGRAD4_SIX(from, step, next, times, out)                                  \
  do {                                                                                      \
    int32_t approx_c1, approx_c2, approx_c3;                                                \
    __asm__("ldr %[c1], [%[m], #" step "]\n\tldr %[c2], [%[m], #2 * " step "]\n\t"          \
            "ldr %[c3], [%[m], #3 * " step "]\n\tldr %[c4], [%[m], #4 * " step "]\n\t"      \
            "ldr %[c5], [%[m], #5 * " step "]\n\tldr %[c0], [%[m]], #" next "\n\t"          \
            APPROX_WINOGRAD4_A                                                              \
            : [c0] "=&r"((out)[0]), [t] "=&r"((out)[1]), [c4] "=&r"((out)[2]),              \
              [c5] "=&r"((out)[3]), [c1] "=&r"(approx_c1), [c2] "=&r"(approx_c2),           \
              [c3] "=&r"(approx_c3), [m] "+&r"(from)                                        \
            : [ends] "r"(times)                                                             \
            : "memory");                                                                    \
  } while (0)

/* A column of m, a row of what the columns left; returns where the next one begins. */
static inline const int32_t *approx_winograd4_column(const int32_t *m, int32_t ends,
                                                     int32_t out[4]) {
  APPROX_WINOGRAD4_SIX(m, "192", "32", ends, out);
  return m;
}

static inline const int32_t *approx_winograd4_row(const int32_t *s, int32_t ends, int32_t out[4]) {
  APPROX_WINOGRAD4_SIX(s, "4", "24", ends, out);
  return s;
}

/* floor((sum 477218588 + 2^31) / 2^32): the nearest to a ninth, exact for multiples of 9. */
static inline int32_t approx_winograd4_ninth(int32_t sum) {
  int32_t ninth;
  __asm__("smmulr %0, %1, %2" : "=r"(ninth) : "r"(sum), "r"(477218588));
  return ninth;
}

#else

APPROX_WINOGRAD_INLINE void approx_winograd4_b(const int32_t d[6], int32_t out[6]) {
  const int32_t a = d[4] - d[2], b = d[3] - d[1];
  const int32_t c = d[4] - 4 * d[2], e = d[3] - 4 * d[1];
  out[0] = 4 * (d[0] - d[2]) + a;
  out[1] = c + e;
  out[2] = c - e;
  out[3] = a + 2 * b;
  out[4] = a - 2 * b;
  out[5] = d[5] - d[3] - 4 * b;
}

APPROX_WINOGRAD_STEP approx_winograd4_input(const int16_t *x, int32_t row, int32_t pixel,
                                            int32_t pairs, int16_t *v) {
  for (int32_t channel = 0; channel < 2 * pairs; channel++) {
    int32_t columns[6][6];
    for (int32_t j = 0; j < 6; j++) {
      int32_t d[6];
      for (int32_t i = 0; i < 6; i++) {
        d[i] = x[i * row + j * pixel + channel];
      }
      approx_winograd4_b(d, columns[j]);
    }
    for (int32_t i = 0; i < 6; i++) {
      int32_t d[6], out[6];
      for (int32_t j = 0; j < 6; j++) {
        d[j] = columns[j][i];
      }
      approx_winograd4_b(d, out);
      for (int32_t j = 0; j < 6; j++) {
        v[(36 * (channel / 2) + 6 * i + j) * 8 + channel % 2] = (int16_t)out[j];
      }
    }
  }
}

APPROX_WINOGRAD_STEP approx_winograd4_product(const int16_t *v, const int16_t *u, int32_t *m,
                                              int32_t pairs, int32_t pair, int32_t position) {
  for (int32_t p = 0; p < 36; p++, v += 8, u += position) {
    for (int32_t at = 0; at < 8; at++) {
      const int16_t *const x = v + at % 4 * 2;
      const int16_t *const w = u + at / 4 * 2;
      uint32_t sum = 0u;
      for (int32_t c = 0; c < pairs; c++) {
        sum += (uint32_t)(x[288 * c] * w[pair * c]) + (uint32_t)(x[288 * c + 1] * w[pair * c + 1]);
      }
      *m++ = (int32_t)sum;
    }
  }
}
#define APPROX_WINOGRAD4_PRODUCT(v, u, m, pairs) \
  approx_winograd4_product(v, u, m, pairs, 4, 4 * (pairs))
#define APPROX_WINOGRAD4_PACKED_PRODUCT(v, u, m, pairs) \
  approx_winograd4_product(v, u, m, pairs, 144, 4)

APPROX_WINOGRAD_INLINE void approx_winograd4_six(const int32_t *m, int32_t step, int32_t ends,
                                                 int32_t out[4]) {
  const uint32_t c1 = (uint32_t)m[step], c2 = (uint32_t)m[2 * step];
  const uint32_t c3 = (uint32_t)m[3 * step], c4 = (uint32_t)m[4 * step];
  const uint32_t p = c1 + c2, q = c1 - c2, r = c3 + c4, s = c3 - c4;
  const uint32_t first = (uint32_t)m[0] * (uint32_t)ends;
  const uint32_t last = (uint32_t)m[5 * step] * (uint32_t)ends;
  out[0] = (int32_t)(first + r - 4u * p);
  out[1] = (int32_t)(s - 2u * q);
  out[2] = (int32_t)(r - p);
  out[3] = (int32_t)(last - q + 2u * s);
}

static inline const int32_t *approx_winograd4_column(const int32_t *m, int32_t ends,
                                                     int32_t out[4]) {
  approx_winograd4_six(m, 48, ends, out);
  return m + 8;
}

static inline const int32_t *approx_winograd4_row(const int32_t *s, int32_t ends, int32_t out[4]) {
  approx_winograd4_six(s, 1, ends, out);
  return s + 6;
}

static inline int32_t approx_winograd4_ninth(int32_t sum) {
  return (int32_t)(((int64_t)sum * 477218588 + ((int64_t)1 << 31)) >> 32);
}

#endif /* APPROX_ARM_H */

#endif /* APPROX_WINOGRAD4_H */
