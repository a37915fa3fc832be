/*
 * The outputs of tiles from their sums: the last step of approx_winograd4.h. Included by
 * approx_runtime.h.
 */
#ifndef APPROX_WINOGRAD4_OUTPUT_H
#define APPROX_WINOGRAD4_OUTPUT_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

/*
 * What belongs to an output channel. Where `skipped`, sums lack some of their products: they are no
 * multiples of 9, and M[1][1] is to be `center` more. The first and the last row of G are then six
 * times what they are here, for a finer grid of weights, and the 6 of A^T are 1.
 */
#define APPROX_WINOGRAD4_ENDS(skipped) ((skipped) ? 1 : 6)
typedef struct {
  int32_t bias, multiplier, center;
  int skipped;
} approx_winograd4_channel;

/* An output from its multiple: the inverse of 9 modulo 2^32, or a ninth rounded; and a shift. */
APPROX_WINOGRAD_INLINE int32_t approx_winograd4_one(int32_t sum, int k, approx_winograd4_channel c,
                                                    approx_winograd_scale s) {
  const int32_t ninth =
      c.skipped ? approx_winograd4_ninth(sum) : (int32_t)((uint32_t)sum * 0x38e38e39u);
  return approx_requantize((ninth >> k) + c.bias, c.multiplier, s.shift, s.zp, s.lo, s.hi);
}

/* Column j of a tile, to column j of `columns` [4][6]; returns the next one. */
APPROX_WINOGRAD_INLINE const int32_t *approx_winograd4_down(const int32_t *m, int32_t j,
                                                            approx_winograd4_channel c,
                                                            int32_t columns[24]) {
  int32_t out[4];
  m = approx_winograd4_column(m, APPROX_WINOGRAD4_ENDS(c.skipped), out);
  if (c.skipped && j == 1) {
    out[0] = (int32_t)((uint32_t)out[0] - 4u * (uint32_t)c.center);
    out[1] = (int32_t)((uint32_t)out[1] - 2u * (uint32_t)c.center);
    out[2] = (int32_t)((uint32_t)out[2] - (uint32_t)c.center);
    out[3] = (int32_t)((uint32_t)out[3] - (uint32_t)c.center);
  }
  columns[j] = out[0];
  columns[6 + j] = out[1];
  columns[12 + j] = out[2];
  columns[18 + j] = out[3];
  return m;
}

/* Row i, with k_i, to y; returns the next one. */
APPROX_WINOGRAD_INLINE const int32_t *approx_winograd4_across(const int32_t *sums, int32_t i, int k,
                                                              approx_winograd4_channel c,
                                                              approx_winograd_scale s,
                                                              approx_winograd_target y) {
  const int32_t at = i * y.row;
  int32_t out[4];
  sums = approx_winograd4_row(sums, APPROX_WINOGRAD4_ENDS(c.skipped), out);
  out[0] = approx_winograd4_one(out[0], k + 3, c, s);
  out[1] = approx_winograd4_one(out[1], k + 2, c, s);
  out[2] = approx_winograd4_one(out[2], k + 1, c, s);
  out[3] = approx_winograd4_one(out[3], k + 1, c, s);
  approx_winograd_put(y, at, 1, out[0], 0);
  approx_winograd_put(y, at + y.pixel, 1, out[1], 0);
  approx_winograd_put(y, at + 2 * y.pixel, 1, out[2], 0);
  approx_winograd_put(y, at + 3 * y.pixel, 1, out[3], 0);
  return sums;
}

/* One tile of a channel; written out if `plain`. */
APPROX_WINOGRAD_INLINE void approx_winograd4_tile(const int32_t *m, int plain,
                                                  approx_winograd4_channel c,
                                                  approx_winograd_scale s,
                                                  approx_winograd_target y) {
  int32_t columns[24];
  const int32_t *sums = columns;
  if (plain) {
    m = approx_winograd4_down(m, 0, c, columns);
    m = approx_winograd4_down(m, 1, c, columns);
    m = approx_winograd4_down(m, 2, c, columns);
    m = approx_winograd4_down(m, 3, c, columns);
    m = approx_winograd4_down(m, 4, c, columns);
    (void)approx_winograd4_down(m, 5, c, columns);
    sums = approx_winograd4_across(sums, 0, 3, c, s, y);
    sums = approx_winograd4_across(sums, 1, 2, c, s, y);
    sums = approx_winograd4_across(sums, 2, 1, c, s, y);
    (void)approx_winograd4_across(sums, 3, 1, c, s, y);
    return;
  }
  for (int32_t j = 0; j < 6; j++) {
    m = approx_winograd4_down(m, j, c, columns);
  }
  for (int32_t i = 0; i < 4; i++) {
    sums = approx_winograd4_across(sums, i, i == 0 ? 3 : i == 1 ? 2 : 1, c, s, y);
  }
}

/* The common case has bounds that SSAT knows, and no shift, as constants. */
APPROX_WINOGRAD_INLINE void approx_winograd4_output(const int32_t *m, int plain, int32_t channels,
                                                    int skipped, const int32_t *centers,
                                                    approx_winograd_scale s,
                                                    approx_winograd_target y, void *const to[4],
                                                    int32_t size) {
  for (int32_t t = 0; t < 4; t++) {
    for (int32_t r = 0; r < channels; r++) {
      const approx_winograd4_channel c = {s.bias[r], s.multipliers[r],
                                          skipped ? centers[r] : 0, skipped};
      y.at = (int8_t *)to[t] + r * size;
      approx_winograd4_tile(m + 4 * r + t, plain, c, s, y);
    }
  }
}

#define APPROX_WINOGRAD4_OUTPUT(skipped, centers, wide, type)                                \
  do {                                                                                       \
    void *const to[4] = {y0, y1, y2, y3};                                                    \
    approx_winograd_scale s = {bias, multipliers, shift, zp, lo, hi};                        \
    const approx_winograd_target target = {y0, wide, row, pixel, 4, 4};                      \
    if (shift == 0 && lo == -128 && hi == 127) {                                             \
      s.shift = 0, s.lo = -128, s.hi = 127;                                                  \
      approx_winograd4_output(m, 1, channels, skipped, centers, s, target, to,               \
                              (int32_t)sizeof(type));                                        \
    } else {                                                                                 \
      approx_winograd4_output(m, 0, channels, skipped, centers, s, target, to,               \
                              (int32_t)sizeof(type));                                        \
    }                                                                                        \
  } while (0)

/*
 * For channel r < channels (1 or 2), tile t, i < 4 and j < 4:
 *   y_t[i * row + j * pixel + r] = approx_requantize(acc, multipliers[r], shift, zp, lo, hi),
 *   acc = bias[r] + ((A^T M A)[i][j] / 9 >> (k_i + k_j)), M[a][b] = m[((6 a + b) * 2 + r) * 4 + t].
 */
APPROX_WINOGRAD_STEP approx_winograd4_output_s8(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers, int shift,
    int32_t zp, int32_t lo, int32_t hi, int8_t *y0, int8_t *y1, int8_t *y2, int8_t *y3, int32_t row,
    int32_t pixel) {
  APPROX_WINOGRAD4_OUTPUT(0, bias, 0, int8_t);
}

/* The same in int16. */
APPROX_WINOGRAD_STEP approx_winograd4_output_s16(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers, int shift,
    int32_t zp, int32_t lo, int32_t hi, int16_t *y0, int16_t *y1, int16_t *y2, int16_t *y3,
    int32_t row, int32_t pixel) {
  APPROX_WINOGRAD4_OUTPUT(0, bias, 1, int16_t);
}

#endif /* APPROX_WINOGRAD4_OUTPUT_H */
