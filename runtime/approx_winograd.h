/*
 * 3x3 convolution of stride 1 with 16 multiplications for 36, exact (Winograd, F(2x2,3x3)):
 * A^T ((B^T d B) * U) A, with U = (2G) g (2G)^T, is four times the 2x2 outputs of a 4x4 tile d.
 * Included by approx_runtime.h.
 *
 *         | 1  0 -1  0 |          | 2  0  0 |
 *   B^T = | 0  1  1  0 |     2G = | 1  1  1 |     A^T = | 1  1  1  0 |
 *         | 0 -1  1  0 |          | 1 -1  1 |           | 0  1 -1 -1 |
 *         | 0  1  0 -1 |          | 0  0  2 |
 *
 * Transformed inputs and weights of int8 values fit int16. A group is four horizontally adjacent
 * tiles; position 4 i + j is element (i, j) of a transformed tile. Offsets and strides count
 * elements; x, v and u are aligned to 4. Sums wrap, so that only what comes out must fit.
 *
 *   approx_winograd_input    x (4 rows of 10 pixels) to v[position][channel pair][tile][2]
 *   approx_winograd_product  v and u[position][channel pair][2 outputs][2] to
 *                            m[position][2 outputs][tile]
 *   approx_winograd_output   m to y (2 rows of 8 pixels; approx_winograd_output.h)
 */
#ifndef APPROX_WINOGRAD_H
#define APPROX_WINOGRAD_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#define APPROX_WINOGRAD_STEP APPROX_STEP void
#define APPROX_WINOGRAD_INLINE static inline __attribute__((always_inline))

#ifdef APPROX_ARM_H

/*
 * A column of the patch, two channels a word: four rows (r6 apart, three times that in r7) at r4,
 * which goes on to the next pixel, to column j of B^T d at r12. 14 cycles.
 */
#define APPROX_WINOGRAD_COLUMN(j)                                                           \
  "ldr r0, [r4]\n\tldr r1, [r4, r6]\n\tldr r2, [r4, r6, lsl #1]\n\tldr r3, [r4, r7]\n\t"    \
  "add r4, r5\n\tssub16 r0, r0, r2\n\tssub16 r3, r1, r3\n\t"                                \
  "sadd16 r8, r1, r2\n\tssub16 r2, r2, r1\n\tstr r0, [r12, #4 * " #j "]\n\t"                \
  "str r8, [r12, #40 + 4 * " #j "]\n\tstr r2, [r12, #80 + 4 * " #j "]\n\t"                  \
  "str r3, [r12, #120 + 4 * " #j "]\n\t"

/* B^T d of a pair of channels: ten words a row. */
static inline void approx_winograd_columns(const int16_t *x, int32_t row, int32_t pixel,
                                           uint32_t *d) {
  register const int16_t *at __asm__("r4") = x;
  register int32_t right __asm__("r5") = 2 * pixel;
  register int32_t down __asm__("r6") = 2 * row;
  register int32_t bottom __asm__("r7") = 6 * row;
  register uint32_t *to __asm__("r12") = d;
  __asm__ volatile(APPROX_WINOGRAD_COLUMN(0) APPROX_WINOGRAD_COLUMN(1)
                   APPROX_WINOGRAD_COLUMN(2) APPROX_WINOGRAD_COLUMN(3)
                   APPROX_WINOGRAD_COLUMN(4) APPROX_WINOGRAD_COLUMN(5)
                   APPROX_WINOGRAD_COLUMN(6) APPROX_WINOGRAD_COLUMN(7)
                   APPROX_WINOGRAD_COLUMN(8) APPROX_WINOGRAD_COLUMN(9)
                   : "+r"(at)
                   : "r"(right), "r"(down), "r"(bottom), "r"(to)
                   : "r0", "r1", "r2", "r3", "r8", "memory");
}

/* Four tiles of a position from columns r2 .. r11; column 0 is needed once, then it is free. */
#define APPROX_WINOGRAD_POSITION(op, a0, b0, a1, b1, a2, b2, a3, b3)         \
  op " r2, " a0 ", " b0 "\n\tstr r2, [r0]\n\t"                               \
  op " r2, " a1 ", " b1 "\n\tstr r2, [r0, #4]\n\t"                           \
  op " r2, " a2 ", " b2 "\n\tstr r2, [r0, #8]\n\t"                           \
  op " r2, " a3 ", " b3 "\n\tstr r2, [r0, #12]\n\tadds r0, r0, r1\n\t"

/* (B^T d) B, row after row, to v and on by `stride` bytes a position. */
static inline void approx_winograd_rows(const uint32_t *d, int16_t *v, int32_t stride) {
  register int16_t *to __asm__("r0") = v;
  register int32_t step __asm__("r1") = stride;
  register const uint32_t *at __asm__("r12") = d;
  register const uint32_t *end __asm__("lr") = d + 40;
  __asm__ volatile(
      "1:\n\tldm r12!, {r2-r11}\n\t"
      APPROX_WINOGRAD_POSITION("ssub16", "r2", "r4", "r4", "r6", "r6", "r8", "r8", "r10")
      APPROX_WINOGRAD_POSITION("sadd16", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10")
      APPROX_WINOGRAD_POSITION("ssub16", "r4", "r3", "r6", "r5", "r8", "r7", "r10", "r9")
      APPROX_WINOGRAD_POSITION("ssub16", "r3", "r5", "r5", "r7", "r7", "r9", "r9", "r11")
      "cmp r12, lr\n\tbne 1b\n\t"
      : "+r"(to), "+r"(at)
      : "r"(step), "r"(end)
      : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc", "memory");
}

/*
 * For each channel pair c < pairs (channels 2c, 2c + 1), tile t and k < 2:
 *   v[((p * pairs + c) * 4 + t) * 2 + k] = (B^T d B)[i][j], p = 4 i + j,
 * d being channel 2c + k of the 4x4 pixels from x + 2 t pixel. `row` and `pixel` are even.
 */
APPROX_WINOGRAD_STEP approx_winograd_input(const int16_t *x, int32_t row, int32_t pixel,
                                           int32_t pairs, int16_t *v) {
  uint32_t d[40];
  for (int32_t c = 0; c < pairs; c++) {
    approx_winograd_columns(x + 2 * c, row, pixel, d);
    approx_winograd_rows(d, v + 8 * c, 16 * pairs);
  }
}

/*
 * A channel pair in 16 cycles: inputs of two tiles in r2, r3, weights of the two outputs in r4, r5,
 * sums in r6-r9 and r10-r12, lr, in the order STM takes. r0 and r1 point one word before the inputs
 * and the weights, so that the last load of a block can move them on: `next` is then "!".
 */
#define APPROX_WINOGRAD_SMUAD(sum, x, w) "smuad " sum ", " x ", " w "\n\t"
#define APPROX_WINOGRAD_SMLAD(sum, x, w) "smlad " sum ", " x ", " w ", " sum "\n\t"
#define APPROX_WINOGRAD_TWO(op, s00, s10, s01, s11) \
  op(s00, "r2", "r4") op(s10, "r2", "r5") op(s01, "r3", "r4") op(s11, "r3", "r5")
#define APPROX_WINOGRAD_PAIR(op, c, next)                                                        \
  "ldr r2, [r0, #16 * " #c " + 4]\n\tldr r3, [r0, #16 * " #c " + 8]\n\t"                         \
  "ldr r4, [r1, #8 * " #c " + 4]\n\tldr r5, [r1, #8 * " #c " + 8]" next "\n\t"                   \
  APPROX_WINOGRAD_TWO(op, "r6", "r10", "r7", "r11")                                              \
  "ldr r2, [r0, #16 * " #c " + 12]\n\tldr r3, [r0, #16 * " #c " + 16]" next "\n\t"               \
  APPROX_WINOGRAD_TWO(op, "r8", "r12", "r9", "lr")
#define APPROX_WINOGRAD_FIRST APPROX_WINOGRAD_PAIR(APPROX_WINOGRAD_SMUAD, 0, "!")
#define APPROX_WINOGRAD_MORE(c, next) APPROX_WINOGRAD_PAIR(APPROX_WINOGRAD_SMLAD, c, next)
#define APPROX_WINOGRAD_BLOCK                                                                    \
  APPROX_WINOGRAD_MORE(0, "") APPROX_WINOGRAD_MORE(1, "") APPROX_WINOGRAD_MORE(2, "")            \
  APPROX_WINOGRAD_MORE(3, "") APPROX_WINOGRAD_MORE(4, "") APPROX_WINOGRAD_MORE(5, "")            \
  APPROX_WINOGRAD_MORE(6, "") APPROX_WINOGRAD_MORE(7, "!")

/*
 * On the stack, for the registers are taken: bytes of u after the first pair, pairs of a block that
 * the first round skips, where it enters the block (6 short and 8 long instructions a pair, 44
 * bytes; behind the block if there is one pair only), m, the end of m, the end of a position in u.
 */
#define APPROX_WINOGRAD_PROLOGUE                                                                 \
  "subs r3, #1\n\trsb r6, r3, #0\n\tand r6, r6, #7\n\tadr.w r7, 2f\n\tmovs r8, #44\n\t"          \
  "mla r7, r6, r8, r7\n\tcmp r3, #0\n\tit eq\n\tadreq.w r7, 3f\n\torr r7, r7, #1\n\t"            \
  "lsl r5, r3, #3\n\tadd r9, r2, #512\n\tsub sp, #24\n\tstm sp, {r5, r6, r7}\n\t"                \
  "str r2, [sp, #12]\n\tstr r9, [sp, #16]\n\tsubs r0, #4\n\tsubs r1, #4\n\t"

/* Pointers of the first round are as far back as the pairs it skips. */
#define APPROX_WINOGRAD_ENTER                                                                    \
  "ldm sp, {r2, r3, r4}\n\tadd r2, r1\n\tstr r2, [sp, #20]\n\t"                                  \
  "sub r1, r1, r3, lsl #3\n\tsub r0, r0, r3, lsl #4\n\tbx r4\n\t"
#define APPROX_WINOGRAD_STORE                                                                    \
  "ldr r2, [sp, #12]\n\tldr r3, [sp, #16]\n\tstm r2!, {r6-r12, lr}\n\tstr r2, [sp, #12]\n\t"     \
  "cmp r2, r3\n\tbne 1b\n\tadd sp, #24\n\t"

/*
 * For position p < 16, output r < 2 and tile t:
 *   m[(p * 2 + r) * 4 + t] = the sum over c < pairs (at least one) and k < 2 of
 *   v[((p * pairs + c) * 4 + t) * 2 + k] * u[((p * pairs + c) * 2 + r) * 2 + k].
 */
APPROX_WINOGRAD_STEP approx_winograd_product(const int16_t *v, const int16_t *u, int32_t *m,
                                             int32_t pairs) {
  register const int16_t *x __asm__("r0") = v;
  register const int16_t *w __asm__("r1") = u;
  register int32_t *to __asm__("r2") = m;
  register int32_t n __asm__("r3") = pairs;
  __asm__ volatile(
      APPROX_WINOGRAD_PROLOGUE "1:\n\t" APPROX_WINOGRAD_FIRST APPROX_WINOGRAD_ENTER
      "2:\n\t" APPROX_WINOGRAD_BLOCK "ldr r2, [sp, #20]\n\tcmp r1, r2\n\tbne 2b\n"
      "3:\n\t" APPROX_WINOGRAD_STORE
      : "+r"(x), "+r"(w), "+r"(to), "+r"(n)
      :
      : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/*
 * acc = A^T M A + bias, row by row, M being m[0, 8, .. 120]. Column by column, with the column
 * loaded at once: 45 cycles. The bias goes to the one element that all four outputs contain.
 */
#define APPROX_WINOGRAD_LOAD(b)                                                             \
  "ldr %[c0], [%[m], #32 * " #b "]\n\tldr %[c1], [%[m], #32 * " #b " + 128]\n\t"            \
  "ldr %[c2], [%[m], #32 * " #b " + 256]\n\tldr %[c3], [%[m], #32 * " #b " + 384]\n\t"
#define APPROX_WINOGRAD_COLUMN_SUMS                                                         \
  "add %[c0], %[c0], %[c1]\n\tadd %[c0], %[c0], %[c2]\n\t"                                  \
  "sub %[c1], %[c1], %[c2]\n\tsub %[c1], %[c1], %[c3]\n\t"
static inline void approx_winograd_tile(const int32_t *m, int32_t bias, int32_t acc[4]) {
  int32_t c0, c1, c2, c3;
  __asm__(APPROX_WINOGRAD_LOAD(0)
          "add %[a00], %[c0], %[c1]\n\tadd %[a00], %[a00], %[c2]\n\t"
          "sub %[a10], %[c1], %[c2]\n\tsub %[a10], %[a10], %[c3]\n\t"
          APPROX_WINOGRAD_LOAD(1) "add %[c1], %[c1], %[bias]\n\t"
          "add %[a01], %[c0], %[c1]\n\tadd %[a01], %[a01], %[c2]\n\t"
          "sub %[a11], %[c1], %[c2]\n\tsub %[a11], %[a11], %[c3]\n\t"
          "add %[a00], %[a00], %[a01]\n\tadd %[a10], %[a10], %[a11]\n\t"
          APPROX_WINOGRAD_LOAD(2) APPROX_WINOGRAD_COLUMN_SUMS
          "add %[a00], %[a00], %[c0]\n\tsub %[a01], %[a01], %[c0]\n\t"
          "add %[a10], %[a10], %[c1]\n\tsub %[a11], %[a11], %[c1]\n\t"
          APPROX_WINOGRAD_LOAD(3) APPROX_WINOGRAD_COLUMN_SUMS
          "sub %[a01], %[a01], %[c0]\n\tsub %[a11], %[a11], %[c1]\n\t"
          : [a00] "=&r"(acc[0]), [a01] "=&r"(acc[1]), [a10] "=&r"(acc[2]), [a11] "=&r"(acc[3]),
            [c0] "=&r"(c0), [c1] "=&r"(c1), [c2] "=&r"(c2), [c3] "=&r"(c3)
          : [m] "r"(m), [bias] "r"(bias)
          : "memory");
}

#else

APPROX_WINOGRAD_STEP approx_winograd_input(const int16_t *x, int32_t row, int32_t pixel,
                                           int32_t pairs, int16_t *v) {
  const int32_t step = 8 * pairs;
  for (int32_t at = 0; at < step; at++) {
    const int16_t *d = x + at / 8 * 2 + at / 2 % 4 * 2 * pixel + at % 2;
    int32_t s[4][4];
    for (int32_t j = 0; j < 4; j++, d += pixel) {
      s[0][j] = d[0] - d[2 * row];
      s[1][j] = d[row] + d[2 * row];
      s[2][j] = d[2 * row] - d[row];
      s[3][j] = d[row] - d[3 * row];
    }
    for (int32_t i = 0; i < 4; i++) {
      int16_t *const to = v + 4 * i * step + at;
      to[0] = (int16_t)(s[i][0] - s[i][2]);
      to[step] = (int16_t)(s[i][1] + s[i][2]);
      to[2 * step] = (int16_t)(s[i][2] - s[i][1]);
      to[3 * step] = (int16_t)(s[i][1] - s[i][3]);
    }
  }
}

APPROX_WINOGRAD_STEP approx_winograd_product(const int16_t *v, const int16_t *u, int32_t *m,
                                             int32_t pairs) {
  for (int32_t p = 0; p < 16; p++, v += 8 * pairs, u += 4 * pairs) {
    for (int32_t at = 0; at < 8; at++) {
      const int16_t *const x = v + at % 4 * 2;
      const int16_t *const w = u + at / 4 * 2;
      uint32_t sum = 0u;
      for (int32_t c = 0; c < pairs; c++) {
        sum += (uint32_t)(x[8 * c] * w[4 * c]) + (uint32_t)(x[8 * c + 1] * w[4 * c + 1]);
      }
      *m++ = (int32_t)sum;
    }
  }
}

static inline void approx_winograd_tile(const int32_t *m, int32_t bias, int32_t acc[4]) {
  uint32_t s[2][4];
  for (int32_t b = 0; b < 4; b++, m += 8) {
    s[0][b] = (uint32_t)m[0] + (uint32_t)m[32] + (uint32_t)m[64];
    s[1][b] = (uint32_t)m[32] - (uint32_t)m[64] - (uint32_t)m[96];
  }
  for (int32_t i = 0; i < 2; i++) {
    acc[2 * i] = (int32_t)((uint32_t)bias + s[i][0] + s[i][1] + s[i][2]);
    acc[2 * i + 1] = (int32_t)((uint32_t)bias + s[i][1] - s[i][2] - s[i][3]);
  }
}

#endif /* APPROX_ARM_H */

#endif /* APPROX_WINOGRAD_H */
