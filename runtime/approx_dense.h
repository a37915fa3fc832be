/*
 * Streamed dot products: tiles of 2, 4 or 8 output channels at one or two pixels (2X1, 2X2, 4X1,
 * 4X2, 8X1) against weights from memory. Included by approx_runtime.h, which says what a tile is.
 *
 * APPROX_DOT_S16_CXP(acc, x, offset, stride, w, n, runs, below): for row r and pixel p the sum over
 * i < runs and k < n (even) of
 *   x[offset + p * stride + i * below + k] * weight(r, i * n + k)
 * Weights of two inputs k, k + 1 are read together, those of all C rows one after the other:
 *   S16   int16_t *w: the weight itself, w[(k / 2 * C + r) * 2 + k % 2]
 *   S8    int8_t *w, rows by pairs: byte r % 2 of half word h = (k / 2 * C / 2 + r / 2) * 2 + k % 2
 *   SUMS  as S8, but an odd row r multiplies the whole half word, low byte + 256 * high byte
 * All but the tile is a constant. x + offset and w are aligned to 4, stride and below are even.
 * Sums wrap.
 *
 * SXTB16 takes the low bytes of two half words; S8 needs a second one for the high bytes, SUMS does
 * not. Rows of weights a and b are stored for SUMS as half words a + 256 b, so that the odd row
 * becomes the sum for a plus 256 times that for b; APPROX_SPLIT_CXP(acc) then takes them apart,
 * exact as long as the sum for b is within 24 bits, whether or not the odd row has wrapped.
 */
#ifndef APPROX_DENSE_H
#define APPROX_DENSE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * A step is two inputs: its loads stand back to back as far as four registers go, beside eight
 * accumulators and two pointers. 4X2 takes 15 cycles for 16 products from SUMS, 8X1 takes 19.
 *
 * x and w point one word before what comes next, so that the last loads of a block can move them on
 * ("!"). approx_k counts the steps of a block, approx_at and approx_w are where their inputs and
 * their weights are.
 */
#define APPROX_DENSE_W0 "r8"
#define APPROX_DENSE_W1 "r10"
#define APPROX_DENSE_W2 "lr"
#define APPROX_DENSE_X0 "r12"
#define APPROX_DENSE_X1 "lr"
#define APPROX_DENSE_LAST(load) \
  ".if approx_last\n" load "!\n.else\n" load "\n.endif\n"
#define APPROX_DENSE_LDW(to, word) "ldr.w " APPROX_DENSE_##to ",[%[w],#approx_w+4*" #word "]"
#define APPROX_DENSE_X_1                                                                        \
  APPROX_DENSE_LAST("ldr.w " APPROX_DENSE_X0 ",[%[x],#approx_at+4]")
#define APPROX_DENSE_X_2                                                                        \
  "ldr.w " APPROX_DENSE_X1 ",[%[x],#approx_at+4+%c[across]]\n" APPROX_DENSE_X_1
#define APPROX_DENSE_MAC(r, p, w)                                                               \
  "smlad %[a" #r #p "]," APPROX_DENSE_X##p "," APPROX_DENSE_##w ",%[a" #r #p "]\n"
#define APPROX_DENSE_ROW_1(r, w) APPROX_DENSE_MAC(r, 0, w)
/* In the first step of a plane (approx_first) pixel 1 starts from where pixel 0 does. */
#define APPROX_DENSE_ROW_2(r, w)                                                                \
  ".if approx_first\nsmlad %[a" #r "1]," APPROX_DENSE_X1 "," APPROX_DENSE_##w ",%[a" #r "0]\n"   \
  ".else\n" APPROX_DENSE_MAC(r, 1, w) ".endif\n" APPROX_DENSE_MAC(r, 0, w)
#define APPROX_DENSE_SXT(to, w, k)                                                              \
  "sxtb16 " APPROX_DENSE_##to "," APPROX_DENSE_##w ",ror #" #k "\n"

/* One word of weights for rows a and b. */
#define APPROX_DENSE_WORD_SUMS(P, a, b, w)                                                      \
  APPROX_DENSE_ROW_##P(b, w) APPROX_DENSE_SXT(w, w, 0) APPROX_DENSE_ROW_##P(a, w)
#define APPROX_DENSE_WORD_S8(P, a, b)                                                           \
  APPROX_DENSE_SXT(W1, W0, 0) APPROX_DENSE_SXT(W0, W0, 8)                                       \
  APPROX_DENSE_ROW_##P(a, W1) APPROX_DENSE_ROW_##P(b, W0)

#define APPROX_DENSE_STEP_SUMS_2(P)                                                             \
  APPROX_DENSE_LAST(APPROX_DENSE_LDW(W0, 0)) APPROX_DENSE_X_##P                                 \
  APPROX_DENSE_WORD_SUMS(P, 0, 1, W0)
#define APPROX_DENSE_STEP_SUMS_4(P)                                                             \
  APPROX_DENSE_LDW(W0, 0) "\n" APPROX_DENSE_LAST(APPROX_DENSE_LDW(W1, 1)) APPROX_DENSE_X_##P    \
  APPROX_DENSE_WORD_SUMS(P, 0, 1, W0) APPROX_DENSE_WORD_SUMS(P, 2, 3, W1)
#define APPROX_DENSE_STEP_SUMS_8(P)                                                             \
  APPROX_DENSE_LDW(W0, 0) "\n" APPROX_DENSE_LDW(W1, 1) "\n" APPROX_DENSE_LDW(W2, 2) "\n"        \
  APPROX_DENSE_X_##P APPROX_DENSE_WORD_SUMS(P, 0, 1, W0)                                        \
  APPROX_DENSE_WORD_SUMS(P, 2, 3, W1) APPROX_DENSE_WORD_SUMS(P, 4, 5, W2)                       \
  APPROX_DENSE_LAST(APPROX_DENSE_LDW(W0, 3)) APPROX_DENSE_WORD_SUMS(P, 6, 7, W0)
#define APPROX_DENSE_STEP_S8_2(P)                                                               \
  APPROX_DENSE_LAST(APPROX_DENSE_LDW(W0, 0)) APPROX_DENSE_X_##P APPROX_DENSE_WORD_S8(P, 0, 1)
#define APPROX_DENSE_STEP_S8_4(P)                                                               \
  APPROX_DENSE_LDW(W0, 0) "\n" APPROX_DENSE_X_##P APPROX_DENSE_WORD_S8(P, 0, 1)                 \
  APPROX_DENSE_LAST(APPROX_DENSE_LDW(W0, 1)) APPROX_DENSE_WORD_S8(P, 2, 3)
#define APPROX_DENSE_STEP_S8_8(P)                                                               \
  APPROX_DENSE_LDW(W0, 0) "\n" APPROX_DENSE_X_##P APPROX_DENSE_WORD_S8(P, 0, 1)                 \
  APPROX_DENSE_LDW(W0, 1) "\n" APPROX_DENSE_WORD_S8(P, 2, 3)                                    \
  APPROX_DENSE_LDW(W0, 2) "\n" APPROX_DENSE_WORD_S8(P, 4, 5)                                    \
  APPROX_DENSE_LAST(APPROX_DENSE_LDW(W0, 3)) APPROX_DENSE_WORD_S8(P, 6, 7)
#define APPROX_DENSE_TWO_S16(P, a, b, last)                                                     \
  APPROX_DENSE_LDW(W0, a) "\n" last(APPROX_DENSE_LDW(W1, b))
#define APPROX_DENSE_PLAIN(load) load "\n"
#define APPROX_DENSE_ROWS_S16(P, a, b) APPROX_DENSE_ROW_##P(a, W0) APPROX_DENSE_ROW_##P(b, W1)
#define APPROX_DENSE_STEP_S16_2(P)                                                              \
  APPROX_DENSE_TWO_S16(P, 0, 1, APPROX_DENSE_LAST) APPROX_DENSE_X_##P                           \
  APPROX_DENSE_ROWS_S16(P, 0, 1)
#define APPROX_DENSE_STEP_S16_4(P)                                                              \
  APPROX_DENSE_TWO_S16(P, 0, 1, APPROX_DENSE_PLAIN) APPROX_DENSE_X_##P                          \
  APPROX_DENSE_ROWS_S16(P, 0, 1) APPROX_DENSE_TWO_S16(P, 2, 3, APPROX_DENSE_LAST)               \
  APPROX_DENSE_ROWS_S16(P, 2, 3)
#define APPROX_DENSE_STEP_S16_8(P)                                                              \
  APPROX_DENSE_TWO_S16(P, 0, 1, APPROX_DENSE_PLAIN) APPROX_DENSE_X_##P                          \
  APPROX_DENSE_ROWS_S16(P, 0, 1) APPROX_DENSE_TWO_S16(P, 2, 3, APPROX_DENSE_PLAIN)              \
  APPROX_DENSE_ROWS_S16(P, 2, 3) APPROX_DENSE_TWO_S16(P, 4, 5, APPROX_DENSE_PLAIN)              \
  APPROX_DENSE_ROWS_S16(P, 4, 5) APPROX_DENSE_TWO_S16(P, 6, 7, APPROX_DENSE_LAST)               \
  APPROX_DENSE_ROWS_S16(P, 6, 7)

/*
 * `count` steps for each of `lines` runs, approx_side bytes from x. If approx_on, the last one
 * moves x and w on, and so do some before it, for "!" reaches 255 bytes.
 */
#define APPROX_DENSE_BLOCK(step, lines, count)                                                  \
  ".set approx_k,0\n.set approx_line,0\n.rept " lines "\n"                                      \
  ".set approx_at,approx_line*%c[below]+approx_side\n.set approx_left," count "\n"             \
  ".rept " count "\n.set approx_left,approx_left-1\n"                                          \
  ".set approx_last,approx_on&((approx_left==0)|(approx_k+1==63/approx_words))&1\n"             \
  ".set approx_w,4*approx_words*approx_k+4\n" step                                             \
  ".set approx_first,0\n.if approx_last\n.set approx_k,0\n.set approx_at,0\n.else\n"           \
  ".set approx_k,approx_k+1\n.set approx_at,approx_at+4\n.endif\n.endr\n"                      \
  ".set approx_line,approx_line+1\n.endr\n"
#define APPROX_DENSE_NUMBER(to, bytes)                                                          \
  "movw " to ",#((" bytes ")&0xffff)\n.if (" bytes ")>>16\nmovt " to ",#((" bytes ")>>16)\n"     \
  ".endif\n"
#define APPROX_DENSE_ADD(to, bytes)                                                             \
  ".if (" bytes ")>4095\n" APPROX_DENSE_NUMBER(APPROX_DENSE_X0, bytes)                          \
  "add " to "," APPROX_DENSE_X0 "\n.elseif (" bytes ")\naddw " to "," to ",#(" bytes ")\n"       \
  ".endif\n"

/*
 * A run is `rounds` blocks and `rest` steps, or all `lines` runs are one block. Where w is at the
 * end of all runs and of the rounds of this one waits on the stack. gcc takes a line for an
 * instruction, so there are about as many as .rept makes (C99 promises 4095 characters).
 */
#define APPROX_DENSE_STEPS "(%c[rounds]*%c[unroll]+%c[rest])"
#define APPROX_DENSE_PUSH(bytes)                                                                \
  APPROX_DENSE_NUMBER(APPROX_DENSE_W0, bytes)                                                   \
  "add " APPROX_DENSE_W0 "," APPROX_DENSE_W0 ",%[w]\nstr.w " APPROX_DENSE_W0 ",[sp,#-4]!\n"
#define APPROX_DENSE_BRANCH(stop, label)                                                        \
  "ldr.w " APPROX_DENSE_W0 "," stop "\ncmp %[w]," APPROX_DENSE_W0 "\nbne.w " label "\n"
#define APPROX_DENSE_STOPS                                                                      \
  ".if %c[runs]>1\n" APPROX_DENSE_PUSH("4*approx_words*%c[runs]*" APPROX_DENSE_STEPS)           \
  ".endif\n.if %c[rounds]>1\n"                                                                  \
  APPROX_DENSE_PUSH("4*approx_words*%c[rounds]*%c[unroll]") ".endif\n"
#define APPROX_DENSE_RUNS(step)                                                                 \
  ".set approx_on,(%c[runs]>1)|(%c[rounds]>1)|(%c[rest]>0)\n1:\n2:\n"                           \
  APPROX_DENSE_BLOCK(step, "%c[lines]", "%c[unroll]")                                           \
  ".if %c[rounds]>1\n" APPROX_DENSE_BRANCH("[sp]", "2b") ".endif\n"                             \
  ".set approx_on,%c[runs]>1\n" APPROX_DENSE_BLOCK(step, "1", "%c[rest]")                       \
  ".if %c[runs]>1\n" APPROX_DENSE_ADD("%[x]", "%c[below]-4*" APPROX_DENSE_STEPS)                \
  ".if %c[rounds]>1\nldr.w " APPROX_DENSE_W0 ",[sp]\n"                                          \
  APPROX_DENSE_ADD(APPROX_DENSE_W0, "4*approx_words*" APPROX_DENSE_STEPS)                       \
  "str.w " APPROX_DENSE_W0 ",[sp]\n" APPROX_DENSE_BRANCH("[sp,#4]", "1b")                       \
  ".else\n" APPROX_DENSE_BRANCH("[sp]", "1b") ".endif\n.endif\n"
#define APPROX_DENSE_NO_STOPS                                                                   \
  ".if %c[runs]>1&&%c[rounds]>1\nadd sp,sp,#8\n.elseif %c[runs]>1||%c[rounds]>1\n"             \
  "add sp,sp,#4\n.endif\n"
#define APPROX_DENSE_LINES_16 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
#define APPROX_DENSE_LINES_64                                                                   \
  APPROX_DENSE_LINES_16 APPROX_DENSE_LINES_16 APPROX_DENSE_LINES_16 APPROX_DENSE_LINES_16
#define APPROX_DENSE_LINES_S16                                                                  \
  APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64       \
  APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64
#define APPROX_DENSE_LINES_S8 APPROX_DENSE_LINES_S16 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_16
#define APPROX_DENSE_LINES_SUMS APPROX_DENSE_LINES_S8

#define APPROX_DENSE_ACCS_2X1(acc) [a00] "+r"(acc##00), [a10] "+r"(acc##10)
#define APPROX_DENSE_ACCS_2X2(acc) \
  APPROX_DENSE_ACCS_2X1(acc), [a01] "+r"(acc##01), [a11] "+r"(acc##11)
#define APPROX_DENSE_ACCS_4X1(acc) \
  APPROX_DENSE_ACCS_2X1(acc), [a20] "+r"(acc##20), [a30] "+r"(acc##30)
#define APPROX_DENSE_ACCS_4X2(acc)                                                              \
  APPROX_DENSE_ACCS_2X2(acc), [a20] "+r"(acc##20), [a21] "+r"(acc##21), [a30] "+r"(acc##30),    \
      [a31] "+r"(acc##31)
#define APPROX_DENSE_ACCS_8X1(acc)                                                              \
  APPROX_DENSE_ACCS_4X1(acc), [a40] "+r"(acc##40), [a50] "+r"(acc##50), [a60] "+r"(acc##60),    \
      [a70] "+r"(acc##70)

/* Steps of a block: as many as "!" can move w over, 255 bytes; fewer if that leaves no rest. */
#define APPROX_DENSE_EVEN(steps, most)                                                          \
  ((steps) <= (most)             ? (steps)                                                      \
   : (steps) % (most) == 0       ? (most)                                                       \
   : (steps) % ((most) - 1) == 0 ? (most) - 1                                                   \
   : (steps) % ((most) - 2) == 0 ? (most) - 2                                                   \
   : (steps) % ((most) - 3) == 0 ? (most) - 3                                                   \
   : (steps) % ((most) - 4) == 0 ? (most) - 4                                                   \
                                 : (most))
#define APPROX_DENSE_UNROLL(steps, words) \
  APPROX_DENSE_EVEN(steps, (words) == 8 ? 7 : (words) == 4 ? 15 : 16)
/* Windows of so few steps are one block, if the loads reach all of it. */
#define APPROX_DENSE_WHOLE(n, runs, below, across) \
  ((n) / 2 * (runs) <= 20 && 2 * ((runs) - 1) * (below) + (across) + 2 * (n) <= 4095)

#define APPROX_DENSE_DOT(form, per_step, C, P, acc, input, bytes, weights, n, count, step)      \
  do {                                                                                          \
    enum {                                                                                      \
      approx_whole = APPROX_DENSE_WHOLE(n, count, step, bytes),                                 \
      approx_steps = (n) / 2,                                                                   \
      approx_unroll = approx_whole ? approx_steps                                               \
                                   : APPROX_DENSE_UNROLL(approx_steps, per_step),               \
      approx_rounds = approx_steps / approx_unroll,                                             \
      approx_runs = approx_whole ? 1 : (count)                                                  \
    };                                                                                          \
    uintptr_t approx_x = (uintptr_t)(input) - 4u, approx_w = (uintptr_t)(weights) - 4u;         \
    __asm__ volatile(                                                                           \
        ".set approx_words," #per_step "\n.set approx_first,0\n.set approx_side,0\n"            \
        APPROX_DENSE_STOPS                                                                      \
        APPROX_DENSE_RUNS(APPROX_DENSE_STEP_##form##_##C(P))                                    \
        APPROX_DENSE_NO_STOPS APPROX_DENSE_LINES_##form                                         \
        : APPROX_DENSE_ACCS_##C##X##P(acc), [x] "+r"(approx_x), [w] "+r"(approx_w)              \
        : [across] "i"(bytes), [lines] "i"(approx_whole ? (count) : 1),                         \
          [unroll] "i"(approx_unroll), [rounds] "i"(approx_rounds),                             \
          [rest] "i"(approx_steps % approx_unroll), [runs] "i"(approx_runs),                    \
          [below] "i"(2 * (step))                                                               \
        : APPROX_DENSE_W0, APPROX_DENSE_W1, APPROX_DENSE_X0, APPROX_DENSE_X1, "cc", "memory");  \
  } while (0)
#define APPROX_DENSE_S8(C, P, acc, x, stride, w, n, runs, below) \
  APPROX_DENSE_DOT(S8, (C) / 2, C, P, acc, x, 2 * (stride), w, n, runs, below)
#define APPROX_DENSE_SUMS(C, P, acc, x, stride, w, n, runs, below) \
  APPROX_DENSE_DOT(SUMS, (C) / 2, C, P, acc, x, 2 * (stride), w, n, runs, below)
#define APPROX_DENSE_S16(C, P, acc, x, stride, w, n, runs, below) \
  APPROX_DENSE_DOT(S16, C, C, P, acc, x, 2 * (stride), w, n, runs, below)

#define APPROX_TILE_4X1(acc, b0, b1, b2, b3) \
  int32_t acc##00 = (b0), acc##10 = (b1), acc##20 = (b2), acc##30 = (b3)
#define APPROX_TILE_4X2(acc, b0, b1, b2, b3)                                                    \
  int32_t acc##00 = (b0), acc##10 = (b1), acc##20 = (b2), acc##30 = (b3), acc##01 = acc##00,    \
          acc##11 = acc##10, acc##21 = acc##20, acc##31 = acc##30
#define APPROX_TILE_8X1(acc, b0, b1, b2, b3, b4, b5, b6, b7)                                    \
  int32_t acc##00 = (b0), acc##10 = (b1), acc##20 = (b2), acc##30 = (b3), acc##40 = (b4),       \
          acc##50 = (b5), acc##60 = (b6), acc##70 = (b7)

#else

#define APPROX_TILE_4X1(acc, b0, b1, b2, b3) int32_t acc[4][1] = {{b0}, {b1}, {b2}, {b3}}
#define APPROX_TILE_4X2(acc, b0, b1, b2, b3) \
  int32_t acc[4][2] = {{b0, b0}, {b1, b1}, {b2, b2}, {b3, b3}}
#define APPROX_TILE_8X1(acc, b0, b1, b2, b3, b4, b5, b6, b7) \
  int32_t acc[8][1] = {{b0}, {b1}, {b2}, {b3}, {b4}, {b5}, {b6}, {b7}}

/* Functions, for what they are written out is large on a Cortex-M0+; acc is [rows][pixels]. */
APPROX_STEP void approx_dense_s16(
    int32_t *acc, int32_t rows, int32_t pixels, const int16_t *x, int32_t stride, const int16_t *w,
    int32_t n, int32_t runs, int32_t below) {
  for (int32_t i = 0; i < runs; i++, x += below, w += n * rows) {
    for (int32_t k = 0; k < n; k++) {
      for (int32_t at = 0; at < rows * pixels; at++) {
        const int32_t weight = w[(k / 2 * rows + at / pixels) * 2 + k % 2];
        acc[at] = approx_mac(acc[at], x[at % pixels * stride + k], weight);
      }
    }
  }
}

APPROX_STEP void approx_dense_s8(
    int32_t *acc, int32_t rows, int32_t pixels, const int16_t *x, int32_t stride, const int8_t *w,
    int32_t n, int32_t runs, int32_t below, int32_t sums) {
  for (int32_t i = 0; i < runs; i++, x += below, w += n * rows) {
    for (int32_t k = 0; k < n; k++) {
      for (int32_t at = 0; at < rows * pixels; at++) {
        const int32_t row = at / pixels;
        const int8_t *const half = w + (k / 2 * rows + row / 2 * 2 + k % 2) * 2;
        const int32_t whole = half[1] * 256 + (uint8_t)half[0];
        const int32_t weight = row % 2 == 0 ? half[0] : sums ? whole : half[1];
        acc[at] = approx_mac(acc[at], x[at % pixels * stride + k], weight);
      }
    }
  }
}

#define APPROX_DENSE_S8(C, P, acc, x, stride, w, n, runs, below) \
  approx_dense_s8(acc[0], C, P, x, stride, w, n, runs, below, 0)
#define APPROX_DENSE_SUMS(C, P, acc, x, stride, w, n, runs, below) \
  approx_dense_s8(acc[0], C, P, x, stride, w, n, runs, below, 1)
#define APPROX_DENSE_S16(C, P, acc, x, stride, w, n, runs, below) \
  approx_dense_s16(acc[0], C, P, x, stride, w, n, runs, below)

#endif /* APPROX_ARM_H */

#endif /* APPROX_DENSE_H */
