/*
 * Winograd's F(4x4,3x3) of which some products are skipped: lists of those that are left, and an
 * output transform for sums that are no multiples any more. Included by approx_runtime.h, after
 * approx_winograd4.h, whose terms these are.
 *
 * The taps of two output channels are a stream of words. A position begins with a block of both:
 * u0 (two channels), u1, a step. Segments follow, each a header and its blocks:
 *
 *   header   kind << 24 | n << 16 | where the Arm code continues (from the end of what was before)
 *   kind 0   n blocks of the first channel: u0, a step
 *   kind 1   n blocks of the second channel: u1, a step
 *   kind 2   n blocks of both: u0, u1, a step
 *   kind 3   the same; then the sums of the position go to m
 *
 * n is at most 16. Steps lead through v from one pair of channels to the next, from position to
 * position, in bytes, the first one from 16 before v; where a position would begin a step of 0 is
 * the end.
 */
#ifndef APPROX_WINOGRAD4_TAPS_H
#define APPROX_WINOGRAD4_TAPS_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * r0 is in v, r1 in the stream; sums as in approx_winograd4.h. Blocks of both channels take 19
 * cycles and 44 bytes, those of one 14 and 28, a position 18 and each of its headers but the last 5.
 * Encodings are given: jumps in the stream count on them (compiler/winograd_taps.py).
 */
#define APPROX_WINOGRAD4_BOTH                                                               \
  "ldm.n r1!, {r2, r3, r4}\n\tadd.n r0, r4\n\tldr.n r4, [r0]\n\tldr.n r5, [r0, #4]\n\t"     \
  "smlad r6, r4, r2, r6\n\tsmlad r10, r4, r3, r10\n\t"                                      \
  "smlad r7, r5, r2, r7\n\tsmlad r11, r5, r3, r11\n\t"                                      \
  "ldr.n r4, [r0, #8]\n\tldr.n r5, [r0, #12]\n\t"                                           \
  "smlad r8, r4, r2, r8\n\tsmlad r12, r4, r3, r12\n\t"                                      \
  "smlad r9, r5, r2, r9\n\tsmlad lr, r5, r3, lr\n\t"
#define APPROX_WINOGRAD4_SINGLE(s0, s1, s2, s3)                                             \
  "ldm.n r1!, {r2, r3}\n\tadd.n r0, r3\n\t"                                                 \
  "ldr.n r3, [r0]\n\tldr.n r4, [r0, #4]\n\tldr.n r5, [r0, #8]\n\t"                          \
  "smlad " s0 ", r3, r2, " s0 "\n\tsmlad " s1 ", r4, r2, " s1 "\n\t"                        \
  "smlad " s2 ", r5, r2, " s2 "\n\t"                                                        \
  "ldr.n r3, [r0, #12]\n\tsmlad " s3 ", r3, r2, " s3 "\n\t"

/* On to the next segment. */
#define APPROX_WINOGRAD4_NEXT "ldrsh.w r2, [r1], #4\n\tadd.n pc, r2\n"

/* Sixteen blocks, entered so that n are left; `bytes` is the length of one. */
#define APPROX_WINOGRAD4_BLOCKS(label, block, bytes)                                        \
  #label ":\n\t.rept 16\n\t" block ".endr\n\t"                                              \
  ".if . - " #label "b - 16 * " #bytes "\n\t.error \"another size\"\n\t.endif\n\t"

/* The first block of a position: sums begin with it. */
#define APPROX_WINOGRAD4_START                                                              \
  "ldm.n r1!, {r2, r3, r4}\n\tcbz r4, 7f\n\tadd.n r0, r4\n\t"                               \
  "ldr.n r4, [r0]\n\tldr.n r5, [r0, #4]\n\t"                                               \
  "smuad r6, r4, r2\n\tsmuad r10, r4, r3\n\tsmuad r7, r5, r2\n\tsmuad r11, r5, r3\n\t"     \
  "ldr.n r4, [r0, #8]\n\tldr.n r5, [r0, #12]\n\t"                                          \
  "smuad r8, r4, r2\n\tsmuad r12, r4, r3\n\tsmuad r9, r5, r2\n\tsmuad lr, r5, r3\n\t"

/*
 * For position p < 36, output r < 2 and tile t: m[(p * 2 + r) * 4 + t] = the sum over the blocks of
 * position p that have weights of r. The stack holds m.
 */
APPROX_WINOGRAD_STEP approx_winograd4_taps(const int16_t *v, const int32_t *u, int32_t *m) {
  register uintptr_t x __asm__("r0") = (uintptr_t)v - 16u;
  register const int32_t *w __asm__("r1") = u;
  register int32_t *to __asm__("r2") = m;
  __asm__ volatile(
      "sub sp, #8\n\tb.w 6f\n\t"
      APPROX_WINOGRAD4_BLOCKS(1, APPROX_WINOGRAD4_SINGLE("r6", "r7", "r8", "r9"), 28)
      APPROX_WINOGRAD4_NEXT
      APPROX_WINOGRAD4_BLOCKS(2, APPROX_WINOGRAD4_SINGLE("r10", "r11", "r12", "lr"), 28)
      APPROX_WINOGRAD4_NEXT
      APPROX_WINOGRAD4_BLOCKS(3, APPROX_WINOGRAD4_BOTH, 44) APPROX_WINOGRAD4_NEXT
      APPROX_WINOGRAD4_BLOCKS(4, APPROX_WINOGRAD4_BOTH, 44)
      "5:\n\tldr.n r2, [sp]\n\tstm.w r2!, {r6-r12, lr}\n"
      "6:\n\tstr.n r2, [sp]\n\t" APPROX_WINOGRAD4_START
      ".if . - 5b - 54\n\t.error \"another size\"\n\t.endif\n\t"
      APPROX_WINOGRAD4_NEXT
      "7:\n\tadd sp, #8\n\t"
      : "+r"(x), "+r"(w), "+r"(to)
      :
      : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

/* The sums of one output of a block. */
static inline void approx_winograd4_block(const int16_t *v, int32_t weights, uint32_t sums[4]) {
  const int32_t even = (int16_t)((uint32_t)weights & 0xffffu);
  const int32_t odd = (int16_t)((uint32_t)weights >> 16);
  for (int32_t t = 0; t < 4; t++) {
    sums[t] += (uint32_t)(v[2 * t] * even) + (uint32_t)(v[2 * t + 1] * odd);
  }
}

APPROX_WINOGRAD_STEP approx_winograd4_taps(const int16_t *v, const int32_t *u, int32_t *m) {
  for (int32_t x = -8; u[2] != 0;) {
    uint32_t sums[8] = {0u}, header = 2u << 24 | 1u << 16, kind;
    do {
      kind = header >> 24;
      for (uint32_t n = header >> 16 & 0xffu; n != 0u; n--, u += kind < 2u ? 2 : 3) {
        x += u[kind < 2u ? 1 : 2] / 2;
        if (kind != 1u) {
          approx_winograd4_block(v + x, u[0], sums);
        }
        if (kind != 0u) {
          approx_winograd4_block(v + x, u[kind > 1u], sums + 4);
        }
      }
      header = kind < 3u ? (uint32_t)*u++ : 0u;
    } while (kind < 3u);
    for (int32_t at = 0; at < 8; at++) {
      *m++ = (int32_t)sums[at];
    }
  }
}

#endif /* APPROX_ARM_H */

/*
 * As approx_winograd4_output_s8, but
 *   acc = bias[r] + (floor(((A^T M A)[i][j] 477218588 + 2^31) / 2^32) >> (k_i + k_j)),
 * where centers[r] has been added to M[1][1], and A^T has 1 for 6.
 */
APPROX_WINOGRAD_STEP approx_winograd4_skipped_s8(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers,
    const int32_t *centers, int shift, int32_t zp, int32_t lo, int32_t hi, int8_t *y0, int8_t *y1,
    int8_t *y2, int8_t *y3, int32_t row, int32_t pixel) {
  APPROX_WINOGRAD4_OUTPUT(1, centers, 0, int8_t);
}

/* The same in int16. */
APPROX_WINOGRAD_STEP approx_winograd4_skipped_s16(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers,
    const int32_t *centers, int shift, int32_t zp, int32_t lo, int32_t hi, int16_t *y0, int16_t *y1,
    int16_t *y2, int16_t *y3, int32_t row, int32_t pixel) {
  APPROX_WINOGRAD4_OUTPUT(1, centers, 1, int16_t);
}

#endif /* APPROX_WINOGRAD4_TAPS_H */
