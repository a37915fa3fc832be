/*
 * Convolutions that go through a list of the weights that are left: a tile of one or two output
 * channels at one, two or four pixels, or one at eight (1X1 .. 2X4, 1X8). Included by
 * approx_runtime.h, which says what a tile is.
 *
 * APPROX_TAPS_CXP(acc, x, w, both, first, second, pixel, line): for row r and pixel p the sum over
 * the taps of r, weights a and b of inputs at places i,
 *   x[i + dp] * a + x[i + dp + 1] * b,    dp = p % (P / 2) * pixel + p / (P / 2) * line
 * so that half of the pixels are `line` from the other half: in the next line, or behind them.
 * The taps are a stream of words w: segments, each a header of two words and its taps.
 *
 *   step     bytes from where x is to the place of the first tap
 *   header   kind << 24 | n << 16 | from the Arm code of the segment before to that of this one
 *   kind 1   n taps of both rows, two words each: TAP of row 0, then the weights of row 1 as int16
 *   kind 2   n taps of row 0, a word each: TAP
 *   kind 3   n taps of row 1
 *   kind 4   the end, and one word that is read and not used: the next stream, say
 *
 * A TAP is weights in bytes 0 and 2, and in byte 1 how many bytes x moves on before. A segment has
 * at most as many taps as its kind has copies in the code: `both`, `first`, `second`. All but the
 * tile and the pointers is a constant. Places, `pixel` and `line` are even. Sums wrap.
 */
#ifndef APPROX_TAPS_H
#define APPROX_TAPS_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#define APPROX_TAPS_HALF(P) ((P) == 1 ? 1 : (P) / 2)

#ifdef APPROX_ARM_H

/*
 * At four pixels a tap of both rows takes 19 cycles and one of a single row 13; at eight pixels one
 * takes 22, and there are fewer kinds of segments, each of which takes 7. They begin
 * with their first word in r8, loaded beside other inputs, for that of the next is in r8 when they
 * end; so is the step when a segment ends. Encodings are given: jumps in the stream count on them
 * (compiler/tap_streams.py).
 */
#define APPROX_TAPS_STEP "uxtab %[x],%[x],r8,ror #8\n"
#define APPROX_TAPS_WORD(to) "ldr.w " to ",[%[w]],#4\n"
#define APPROX_TAPS_X(to, p) \
  "ldr.w " to ",[%[x],#2*(" #p "%%%c[half]*%c[step]+" #p "/%c[half]*%c[below])]\n"
#define APPROX_TAPS_MAC(r, p, x, w) "smlad %[a" #r #p "]," x "," w ",%[a" #r #p "]\n"

#define APPROX_TAPS_BOTH_1                                                                      \
  APPROX_TAPS_STEP APPROX_TAPS_WORD("r10") APPROX_TAPS_X("r12", 0) "sxtb16 r8,r8\n"             \
  APPROX_TAPS_MAC(0, 0, "r12", "r8") APPROX_TAPS_WORD("r8") APPROX_TAPS_MAC(1, 0, "r12", "r10")
#define APPROX_TAPS_BOTH_2                                                                      \
  APPROX_TAPS_STEP APPROX_TAPS_WORD("r10") APPROX_TAPS_X("r12", 0) APPROX_TAPS_X("lr", 1)       \
  "sxtb16 r8,r8\n" APPROX_TAPS_MAC(0, 0, "r12", "r8") APPROX_TAPS_MAC(0, 1, "lr", "r8")         \
  APPROX_TAPS_WORD("r8") APPROX_TAPS_MAC(1, 0, "r12", "r10") APPROX_TAPS_MAC(1, 1, "lr", "r10")
#define APPROX_TAPS_BOTH_4                                                                      \
  APPROX_TAPS_STEP APPROX_TAPS_WORD("r10") APPROX_TAPS_X("r12", 0) APPROX_TAPS_X("lr", 1)       \
  "sxtb16 r8,r8\n" APPROX_TAPS_MAC(0, 0, "r12", "r8") APPROX_TAPS_MAC(0, 1, "lr", "r8")         \
  APPROX_TAPS_MAC(1, 0, "r12", "r10") APPROX_TAPS_MAC(1, 1, "lr", "r10")                        \
  APPROX_TAPS_X("r12", 2) APPROX_TAPS_X("lr", 3)                                                \
  APPROX_TAPS_MAC(0, 2, "r12", "r8") APPROX_TAPS_MAC(0, 3, "lr", "r8") APPROX_TAPS_WORD("r8")   \
  APPROX_TAPS_MAC(1, 2, "r12", "r10") APPROX_TAPS_MAC(1, 3, "lr", "r10")
#define APPROX_TAPS_SINGLE_1(r)                                                                 \
  "sxtb16 r10,r8\n" APPROX_TAPS_STEP APPROX_TAPS_X("r12", 0) APPROX_TAPS_WORD("r8")             \
  APPROX_TAPS_MAC(r, 0, "r12", "r10")
#define APPROX_TAPS_SINGLE_2(r)                                                                 \
  "sxtb16 r10,r8\n" APPROX_TAPS_STEP                                                            \
  APPROX_TAPS_X("r12", 0) APPROX_TAPS_X("lr", 1) APPROX_TAPS_WORD("r8")                         \
  APPROX_TAPS_MAC(r, 0, "r12", "r10") APPROX_TAPS_MAC(r, 1, "lr", "r10")
#define APPROX_TAPS_SINGLE_4(r)                                                                 \
  "sxtb16 r10,r8\n" APPROX_TAPS_STEP                                                            \
  APPROX_TAPS_X("r8", 0) APPROX_TAPS_X("r12", 1) APPROX_TAPS_X("lr", 2)                         \
  APPROX_TAPS_MAC(r, 0, "r8", "r10") APPROX_TAPS_MAC(r, 1, "r12", "r10")                        \
  APPROX_TAPS_MAC(r, 2, "lr", "r10")                                                            \
  APPROX_TAPS_X("r12", 3) APPROX_TAPS_WORD("r8") APPROX_TAPS_MAC(r, 3, "r12", "r10")
#define APPROX_TAPS_SINGLE_8(r)                                                                 \
  "sxtb16 r10,r8\n" APPROX_TAPS_STEP                                                            \
  APPROX_TAPS_X("r8", 0) APPROX_TAPS_X("r12", 1) APPROX_TAPS_X("lr", 2)                         \
  APPROX_TAPS_MAC(r, 0, "r8", "r10") APPROX_TAPS_MAC(r, 1, "r12", "r10")                        \
  APPROX_TAPS_MAC(r, 2, "lr", "r10")                                                            \
  APPROX_TAPS_X("r8", 3) APPROX_TAPS_X("r12", 4) APPROX_TAPS_X("lr", 5)                         \
  APPROX_TAPS_MAC(r, 3, "r8", "r10") APPROX_TAPS_MAC(r, 4, "r12", "r10")                        \
  APPROX_TAPS_MAC(r, 5, "lr", "r10")                                                            \
  APPROX_TAPS_X("r12", 6) APPROX_TAPS_X("lr", 7) APPROX_TAPS_WORD("r8")                         \
  APPROX_TAPS_MAC(r, 6, "r12", "r10") APPROX_TAPS_MAC(r, 7, "lr", "r10")
#define APPROX_TAPS_BOTH_BYTES(P) ((P) == 4 ? 64 : (P) == 2 ? 40 : 28)
#define APPROX_TAPS_SINGLE_BYTES(P) ((P) == 8 ? 76 : (P) == 4 ? 44 : (P) == 2 ? 28 : 20)

/* On to the next segment. */
#define APPROX_TAPS_NEXT                                                                        \
  "add.n %[x],r8\nldrsh.w r10,[%[w]],#4\n" APPROX_TAPS_WORD("r8") "add.n pc,r10\n"
/* Copies of a tap, entered so that n are left. */
#define APPROX_TAPS_COPIES(label, tap, kind, bytes)                                             \
  #label ":\n.rept %c[" #kind "]\n" tap ".endr\n.if .-" #label "b-%c[" #kind "]*%c[" #bytes     \
         "]\n.error \"another size\"\n.endif\n" APPROX_TAPS_NEXT
/* gcc takes a line for an instruction, so there are about as many as .rept makes. */
#define APPROX_TAPS_LINES APPROX_DENSE_LINES_S16 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64

#define APPROX_TAPS_1(P)                                                                        \
  APPROX_TAPS_WORD("r8") APPROX_TAPS_NEXT                                                       \
  APPROX_TAPS_COPIES(2, APPROX_TAPS_SINGLE_##P(0), first, single_bytes) APPROX_TAPS_LINES
#define APPROX_TAPS_2(P)                                                                        \
  APPROX_TAPS_WORD("r8") APPROX_TAPS_NEXT                                                       \
  APPROX_TAPS_COPIES(1, APPROX_TAPS_BOTH_##P, both, both_bytes)                                 \
  APPROX_TAPS_COPIES(2, APPROX_TAPS_SINGLE_##P(0), first, single_bytes)                         \
  APPROX_TAPS_COPIES(3, APPROX_TAPS_SINGLE_##P(1), second, single_bytes) APPROX_TAPS_LINES
#define APPROX_ASM_ROW_X8(acc, r, as)                                                           \
  APPROX_ASM_ROW_X4(acc, r, as), [a##as##4] "+r"(acc##r##4), [a##as##5] "+r"(acc##r##5),        \
      [a##as##6] "+r"(acc##r##6), [a##as##7] "+r"(acc##r##7)
#define APPROX_TILE_1X8(acc, b0)                                                                \
  APPROX_TILE_1X4(acc, b0), acc##04 = acc##00, acc##05 = acc##00, acc##06 = acc##00,            \
                            acc##07 = acc##00

#define APPROX_TAPS_ROWS_1(P, acc) APPROX_ASM_ROW_X##P(acc, 0, 0)
#define APPROX_TAPS_ROWS_2(P, acc) APPROX_ASM_ROW_X##P(acc, 0, 0), APPROX_ASM_ROW_X##P(acc, 1, 1)

#define APPROX_TAPS(R, P, acc, input, taps, of_both, of_first, of_second, pixel, line)          \
  do {                                                                                          \
    const int16_t *approx_x = (input);                                                          \
    const int32_t *approx_w = (taps);                                                           \
    __asm__ volatile(APPROX_TAPS_##R(P)                                                         \
                     : APPROX_TAPS_ROWS_##R(P, acc), [x] "+r"(approx_x), [w] "+r"(approx_w)     \
                     : [both] "i"(of_both), [first] "i"(of_first), [second] "i"(of_second),     \
                       [both_bytes] "i"(APPROX_TAPS_BOTH_BYTES(P)),                             \
                       [single_bytes] "i"(APPROX_TAPS_SINGLE_BYTES(P)),                         \
                       [step] "i"(pixel), [below] "i"(line), [half] "i"(APPROX_TAPS_HALF(P))    \
                     : "r8", "r10", "r12", "lr", "cc", "memory");                               \
  } while (0)

#else

/* A row of sums, with the weights in the halves of a word. */
static inline void approx_tap(int32_t *acc, int32_t pixels, const int16_t *x, uint32_t weights,
                              int32_t pixel, int32_t line) {
  const int32_t half = APPROX_TAPS_HALF(pixels);
  for (int32_t p = 0; p < pixels; p++) {
    const int16_t *const at = x + p % half * pixel + p / half * line;
    acc[p] = approx_mac(approx_mac(acc[p], at[0], (int16_t)(weights & 0xffffu)), at[1],
                        (int16_t)(weights >> 16));
  }
}

/* Of row r the sums are acc[r * pixels] and on. */
APPROX_STEP void approx_taps(int32_t *acc, int32_t pixels, const int16_t *x, const int32_t *w,
                             int32_t pixel, int32_t line) {
  for (;;) {
    const uint32_t kind = (uint32_t)w[1] >> 24;
    const int32_t n = w[1] >> 16 & 0xff;
    x += w[0] / 2;
    w += 2;
    if (kind == 4u) {
      return;
    }
    for (int32_t tap = 0; tap < n; tap++) {
      const uint32_t word = (uint32_t)*w++;
      x += (word >> 8 & 0xffu) / 2u;
      const uint32_t low = (uint32_t)(int8_t)(word & 0xffu) & 0xffffu;
      const uint32_t high = (uint32_t)(int8_t)(word >> 16 & 0xffu) << 16;
      approx_tap(acc + (kind == 3u ? pixels : 0), pixels, x, high | low, pixel, line);
      if (kind == 1u) {
        approx_tap(acc + pixels, pixels, x, (uint32_t)*w++, pixel, line);
      }
    }
  }
}

#define APPROX_TILE_1X8(acc, b0) int32_t acc[1][8] = {{b0, b0, b0, b0, b0, b0, b0, b0}}
#define APPROX_TAPS(R, P, acc, x, w, both, first, second, pixel, line) \
  approx_taps(acc[0], P, x, w, pixel, line)

#endif /* APPROX_ARM_H */

#define APPROX_TAPS_1X1(...) APPROX_TAPS(1, 1, __VA_ARGS__)
#define APPROX_TAPS_1X2(...) APPROX_TAPS(1, 2, __VA_ARGS__)
#define APPROX_TAPS_1X4(...) APPROX_TAPS(1, 4, __VA_ARGS__)
#define APPROX_TAPS_1X8(...) APPROX_TAPS(1, 8, __VA_ARGS__)
#define APPROX_TAPS_2X1(...) APPROX_TAPS(2, 1, __VA_ARGS__)
#define APPROX_TAPS_2X2(...) APPROX_TAPS(2, 2, __VA_ARGS__)
#define APPROX_TAPS_2X4(...) APPROX_TAPS(2, 4, __VA_ARGS__)

#define APPROX_TO_ROW_X8(f, acc, r, m, shift, zp, lo, hi)                                       \
  APPROX_TO_ROW_X4(f, acc, r, m, shift, zp, lo, hi);                                            \
  APPROX_ACC(acc, r, 4) = f(APPROX_ACC(acc, r, 4), m, shift, zp, lo, hi);                       \
  APPROX_ACC(acc, r, 5) = f(APPROX_ACC(acc, r, 5), m, shift, zp, lo, hi);                       \
  APPROX_ACC(acc, r, 6) = f(APPROX_ACC(acc, r, 6), m, shift, zp, lo, hi);                       \
  APPROX_ACC(acc, r, 7) = f(APPROX_ACC(acc, r, 7), m, shift, zp, lo, hi)
#define APPROX_REQUANTIZE_1X8(acc, m0, shift, zp, lo, hi) \
  APPROX_TO_TILE_1(APPROX_TO_ROW_X8, approx_requantize, acc, m0, shift, zp, lo, hi)
#define APPROX_REQUANTIZE_TFLITE_1X8(acc, m0, shift, zp, lo, hi) \
  APPROX_TO_TILE_1(APPROX_TO_ROW_X8, approx_requantize_tflite, acc, m0, shift, zp, lo, hi)

/*
 * APPROX_STORE_GRID_CXP_Sb(acc, y, offset, pixel, line, plane): a tile half of whose pixels are
 * `line` from the other half, y[offset + p % (P / 2) * pixel + p / (P / 2) * line + r * plane] =
 * acc[r][p].
 */
#define APPROX_GRID_X2(put, acc, r, p, q, y, at, pixel) \
  (put((y) + (at), APPROX_ACC(acc, r, p)), put((y) + (at) + (pixel), APPROX_ACC(acc, r, q)))
#define APPROX_GRID_X4(put, acc, r, y, at, pixel, line) \
  (APPROX_GRID_X2(put, acc, r, 0, 1, y, at, pixel),     \
   APPROX_GRID_X2(put, acc, r, 2, 3, y, (at) + (line), pixel))
#define APPROX_GRID_X8(put, acc, r, y, at, pixel, line)                    \
  (APPROX_GRID_X2(put, acc, r, 0, 1, y, at, pixel),                        \
   APPROX_GRID_X2(put, acc, r, 2, 3, y, (at) + 2 * (pixel), pixel),        \
   APPROX_GRID_X2(put, acc, r, 4, 5, y, (at) + (line), pixel),             \
   APPROX_GRID_X2(put, acc, r, 6, 7, y, (at) + (line) + 2 * (pixel), pixel))
#define APPROX_STORE_GRID_1X4_S8(acc, y, offset, pixel, line, plane) \
  APPROX_GRID_X4(approx_put_int8_t, acc, 0, y, offset, pixel, line)
#define APPROX_STORE_GRID_1X4_S16(acc, y, offset, pixel, line, plane) \
  APPROX_GRID_X4(approx_put_int16_t, acc, 0, y, offset, pixel, line)
#define APPROX_STORE_GRID_1X8_S8(acc, y, offset, pixel, line, plane) \
  APPROX_GRID_X8(approx_put_int8_t, acc, 0, y, offset, pixel, line)
#define APPROX_STORE_GRID_1X8_S16(acc, y, offset, pixel, line, plane) \
  APPROX_GRID_X8(approx_put_int16_t, acc, 0, y, offset, pixel, line)
#define APPROX_STORE_GRID_2X4_S8(acc, y, offset, pixel, line, plane) \
  (APPROX_GRID_X4(approx_put_int8_t, acc, 0, y, offset, pixel, line),        \
   APPROX_GRID_X4(approx_put_int8_t, acc, 1, y, (offset) + (plane), pixel, line))
#define APPROX_STORE_GRID_2X4_S16(acc, y, offset, pixel, line, plane) \
  (APPROX_GRID_X4(approx_put_int16_t, acc, 0, y, offset, pixel, line),        \
   APPROX_GRID_X4(approx_put_int16_t, acc, 1, y, (offset) + (plane), pixel, line))
#define APPROX_STORE_1X8_S8(acc, y, offset, pixel) \
  APPROX_STORE_GRID_1X8_S8(acc, y, offset, pixel, 4 * (pixel), 0)
#define APPROX_STORE_1X8_S16(acc, y, offset, pixel) \
  APPROX_STORE_GRID_1X8_S16(acc, y, offset, pixel, 4 * (pixel), 0)

#endif /* APPROX_TAPS_H */
