/*
 * Winograd's F(4x4,3x3) with filters that lie in flash as they are, a byte a weight, and are
 * transformed right before their products. Included by approx_runtime.h, after approx_winograd4.h,
 * whose terms these are.
 *
 * Two output channels and a pair of input channels are 36 bytes: for each output four words of two
 * taps, A and B, each of both inputs (A0 B0 A1 B1: SXTB16 makes a pair of int16 of every other
 * byte), and a word of the last tap of both outputs. Taps (i, j) in this order:
 *
 *   (0,0) (0,2)   (1,0) (1,2)   (2,0) (2,2)   (0,1) (1,1)   (2,1)
 */
#ifndef APPROX_WINOGRAD4_FILTERS_H
#define APPROX_WINOGRAD4_FILTERS_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/* Position (i, j) of output r (0 or 4 bytes) at lr. */
#define APPROX_WINOGRAD4_U(i, j, r) "[lr, #48 * " #i " + 8 * " #j " + " #r "]\n\t"

/*
 * Column j of G g G^T from that of g G^T in a, b and c: eight instructions on two channels each,
 * three temporaries, six stores. r12 clears what a shift by 2 carries from the low half into the
 * high one. 14 cycles.
 */
#define APPROX_WINOGRAD4_G(a, b, c, s, t, q, j, r)                                               \
  "str " a ", " APPROX_WINOGRAD4_U(0, j, r) "str " c ", " APPROX_WINOGRAD4_U(5, j, r)            \
  "sadd16 " s ", " a ", " c "\n\tand " q ", r12, " c ", lsl #2\n\t"                              \
  "sadd16 " t ", " s ", " b "\n\tssub16 " s ", " s ", " b "\n\tsadd16 " q ", " a ", " q "\n\t"   \
  "str " t ", " APPROX_WINOGRAD4_U(1, j, r) "str " s ", " APPROX_WINOGRAD4_U(2, j, r)            \
  "sadd16 " s ", " b ", " b "\n\tsadd16 " t ", " q ", " s "\n\tssub16 " q ", " q ", " s "\n\t"   \
  "str " t ", " APPROX_WINOGRAD4_U(3, j, r) "str " q ", " APPROX_WINOGRAD4_U(4, j, r)

/* The same where r12 is the only temporary, and a, b and c are not needed again: 16 cycles. */
#define APPROX_WINOGRAD4_G_TIGHT(a, b, c, j, r)                                                  \
  "str " a ", " APPROX_WINOGRAD4_U(0, j, r) "str " c ", " APPROX_WINOGRAD4_U(5, j, r)            \
  "sadd16 r12, " a ", " c "\n\tlsl " c ", " c ", #2\n\tbic " c ", " c ", #0x30000\n\t"           \
  "sadd16 " a ", " a ", " c "\n\tsadd16 " c ", r12, " b "\n\tssub16 r12, r12, " b "\n\t"         \
  "str " c ", " APPROX_WINOGRAD4_U(1, j, r) "str r12, " APPROX_WINOGRAD4_U(2, j, r)              \
  "sadd16 " b ", " b ", " b "\n\tsadd16 " c ", " a ", " b "\n\tssub16 " a ", " a ", " b "\n\t"   \
  "str " c ", " APPROX_WINOGRAD4_U(3, j, r) "str " a ", " APPROX_WINOGRAD4_U(4, j, r)            \
  "mvn r12, #0x30000\n\t"

/* x0 + x2 to `sum`, x0 + 4 x2 to x2. */
#define APPROX_WINOGRAD4_ENDS_OF(x0, x2, sum)                                                    \
  "sadd16 " sum ", " x0 ", " x2 "\n\tand " x2 ", r12, " x2 ", lsl #2\n\t"                        \
  "sadd16 " x2 ", " x0 ", " x2 "\n\t"

#define APPROX_WINOGRAD4_THREE(op, d0, d1, d2, a0, a1, a2, b0, b1, b2)                           \
  op " " d0 ", " a0 ", " b0 "\n\t" op " " d1 ", " a1 ", " b1 "\n\t"                              \
  op " " d2 ", " a2 ", " b2 "\n\t"

/*
 * Output r (0 or 4 bytes) of a channel pair, w in r11; g lies in r0-r8, row by row, and nothing has
 * to wait on the stack. 125 cycles: 36 stores, 72 of the transform (8 for 3 values: the first and
 * the last are there), 9 that make pairs of bytes, 6 loads, and 2 for want of a register.
 */
#define APPROX_WINOGRAD4_FILTER(r)                                                               \
  "ldr r0, [r11, #4 * " #r "]\n\tldr r3, [r11, #4 * " #r " + 4]\n\t"                             \
  "ldr r6, [r11, #4 * " #r " + 8]\n\tldr r1, [r11, #4 * " #r " + 12]\n\tldr r7, [r11, #32]\n\t"  \
  "sxtb16 r2, r0, ror #8\n\tsxtb16 r0, r0\n\tsxtb16 r5, r3, ror #8\n\tsxtb16 r3, r3\n\t"         \
  "sxtb16 r8, r6, ror #8\n\tsxtb16 r6, r6\n\tsxtb16 r4, r1, ror #8\n\tsxtb16 r1, r1\n\t"         \
  "sxtb16 r7, r7, ror #2 * " #r "\n\t"                                                           \
  APPROX_WINOGRAD4_G("r0", "r3", "r6", "r9", "r10", "r11", 0, r)                                 \
  APPROX_WINOGRAD4_G("r2", "r5", "r8", "r9", "r10", "r11", 5, r)                                 \
  APPROX_WINOGRAD4_ENDS_OF("r0", "r2", "r9") APPROX_WINOGRAD4_ENDS_OF("r3", "r5", "r0")          \
  APPROX_WINOGRAD4_ENDS_OF("r6", "r8", "r3")                                                     \
  APPROX_WINOGRAD4_THREE("sadd16", "r6", "r10", "r11", "r9", "r0", "r3", "r1", "r4", "r7")       \
  APPROX_WINOGRAD4_G_TIGHT("r6", "r10", "r11", 1, r)                                             \
  APPROX_WINOGRAD4_THREE("ssub16", "r9", "r0", "r3", "r9", "r0", "r3", "r1", "r4", "r7")         \
  APPROX_WINOGRAD4_G("r9", "r0", "r3", "r6", "r10", "r11", 2, r)                                 \
  APPROX_WINOGRAD4_THREE("sadd16", "r1", "r4", "r7", "r1", "r4", "r7", "r1", "r4", "r7")         \
  APPROX_WINOGRAD4_THREE("sadd16", "r9", "r0", "r3", "r2", "r5", "r8", "r1", "r4", "r7")         \
  APPROX_WINOGRAD4_G("r9", "r0", "r3", "r6", "r10", "r11", 3, r)                                 \
  APPROX_WINOGRAD4_THREE("ssub16", "r2", "r5", "r8", "r2", "r5", "r8", "r1", "r4", "r7")         \
  APPROX_WINOGRAD4_G("r2", "r5", "r8", "r6", "r10", "r11", 4, r)

/*
 * For position p < 36, channel pair c < pairs, output r < 2 and k < 2:
 *   u[((c * 36 + p) * 2 + r) * 2 + k] = (G g G^T)[i][j], p = 6 i + j,
 * g being the filter of output r and channel 2c + k at w: 262 cycles a pair. w is aligned to 4.
 *
 * On the stack: the end of u, w.
 */
APPROX_WINOGRAD_STEP approx_winograd4_filters(const int8_t *w, int32_t pairs, int16_t *u) {
  register const int8_t *from __asm__("r11") = w;
  register int16_t *to __asm__("lr") = u;
  register const int16_t *end __asm__("r0") = u + 144 * pairs;
  __asm__ volatile(
      "sub sp, #8\n\tstr r0, [sp]\n\tstr r11, [sp, #4]\n\tmvn r12, #0x30000\n"
      "1:\n\t" APPROX_WINOGRAD4_FILTER(0)
      "ldr r11, [sp, #4]\n\t" APPROX_WINOGRAD4_FILTER(4)
      "ldr r0, [sp]\n\tldr r11, [sp, #4]\n\tadd lr, #288\n\tadd r11, #36\n\tstr r11, [sp, #4]\n\t"
      "cmp lr, r0\n\tbne 1b\n\tadd sp, #8\n\t"
      : "+r"(from), "+r"(to), "+r"(end)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "cc", "memory");
}

#else

/* Where tap (i, j) of output r lies in the 36 bytes; the second input is 2 further. */
APPROX_WINOGRAD_INLINE int32_t approx_winograd4_tap(int32_t i, int32_t j, int32_t r) {
  const int32_t n = j == 1 ? 6 + i : 2 * i + j / 2;
  return n == 8 ? 32 + r : 16 * r + n / 2 * 4 + n % 2;
}

APPROX_WINOGRAD_INLINE void approx_winograd4_g(const int32_t g[3], int32_t out[6]) {
  const int32_t s = g[0] + g[2], q = g[0] + 4 * g[2];
  out[0] = g[0];
  out[1] = s + g[1];
  out[2] = s - g[1];
  out[3] = q + 2 * g[1];
  out[4] = q - 2 * g[1];
  out[5] = g[2];
}

APPROX_WINOGRAD_STEP approx_winograd4_filters(const int8_t *w, int32_t pairs, int16_t *u) {
  for (int32_t at = 0; at < 4 * pairs; at++) {
    const int32_t pair = at / 4, r = at / 2 % 2, k = at % 2;
    int32_t rows[3][6];
    for (int32_t i = 0; i < 3; i++) {
      int32_t g[3];
      for (int32_t j = 0; j < 3; j++) {
        g[j] = w[36 * pair + approx_winograd4_tap(i, j, r) + 2 * k];
      }
      approx_winograd4_g(g, rows[i]);
    }
    for (int32_t j = 0; j < 6; j++) {
      const int32_t g[3] = {rows[0][j], rows[1][j], rows[2][j]};
      int32_t out[6];
      approx_winograd4_g(g, out);
      for (int32_t i = 0; i < 6; i++) {
        u[(36 * pair + 6 * i + j) * 4 + 2 * r + k] = (int16_t)out[i];
      }
    }
  }
}

#endif /* APPROX_ARM_H */

#endif /* APPROX_WINOGRAD4_FILTERS_H */
