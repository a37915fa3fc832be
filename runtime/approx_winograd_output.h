/*
 * The outputs of tiles from their sums: the last step of approx_winograd.h. Included by
 * approx_runtime.h.
 */
#ifndef APPROX_WINOGRAD_OUTPUT_H
#define APPROX_WINOGRAD_OUTPUT_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

typedef struct {
  const int32_t *bias, *multipliers;
  int shift;
  int32_t zp, lo, hi;
} approx_winograd_scale;

/* Where outputs go: `at` is an int16_t * if `wide`, else an int8_t *. */
typedef struct {
  void *at;
  int wide;
  int32_t row, pixel, rows, columns;
} approx_winograd_target;

APPROX_WINOGRAD_INLINE void approx_winograd_requantized(const int32_t *m, int32_t r,
                                                        approx_winograd_scale s, int32_t out[4]) {
  approx_winograd_tile(m + 4 * r, s.bias[r], out);
  out[0] = approx_requantize(out[0] >> 2, s.multipliers[r], s.shift, s.zp, s.lo, s.hi);
  out[1] = approx_requantize(out[1] >> 2, s.multipliers[r], s.shift, s.zp, s.lo, s.hi);
  out[2] = approx_requantize(out[2] >> 2, s.multipliers[r], s.shift, s.zp, s.lo, s.hi);
  out[3] = approx_requantize(out[3] >> 2, s.multipliers[r], s.shift, s.zp, s.lo, s.hi);
}

APPROX_WINOGRAD_INLINE void approx_winograd_put(approx_winograd_target y, int32_t offset,
                                                int32_t channels, int32_t first, int32_t second) {
  if (y.wide && channels > 1) {
    approx_store_pair((int16_t *)y.at + offset, first, second);
  } else if (y.wide) {
    ((int16_t *)y.at)[offset] = (int16_t)first;
  } else {
    ((int8_t *)y.at)[offset] = (int8_t)first;
    if (channels > 1) {
      ((int8_t *)y.at)[offset + 1] = (int8_t)second;
    }
  }
}

APPROX_WINOGRAD_INLINE void approx_winograd_tiles(const int32_t *m, int32_t channels,
                                                  approx_winograd_scale s,
                                                  approx_winograd_target y) {
  for (int32_t j = 0, at = 0; j < y.columns; j += 2, at += 2 * y.pixel, m++) {
    int32_t a[4], b[4] = {0, 0, 0, 0};
    approx_winograd_requantized(m, 0, s, a);
    if (channels > 1) {
      approx_winograd_requantized(m, 1, s, b);
    }
    approx_winograd_put(y, at, channels, a[0], b[0]);
    if (y.rows > 1) {
      approx_winograd_put(y, at + y.row, channels, a[2], b[2]);
    }
    if (j + 1 < y.columns) {
      approx_winograd_put(y, at + y.pixel, channels, a[1], b[1]);
      if (y.rows > 1) {
        approx_winograd_put(y, at + y.row + y.pixel, channels, a[3], b[3]);
      }
    }
  }
}

/* The common case has what it need not test, and bounds SSAT knows, as constants. */
APPROX_WINOGRAD_INLINE void approx_winograd_output(const int32_t *m, int32_t channels,
                                                   approx_winograd_scale s,
                                                   approx_winograd_target y) {
  if (channels == 2 && y.rows == 2 && y.columns == 8 && s.lo == -128 && s.hi == 127) {
    s.lo = -128;
    s.hi = 127;
    y.rows = 2;
    y.columns = 8;
    approx_winograd_tiles(m, 2, s, y);
  } else {
    approx_winograd_tiles(m, channels, s, y);
  }
}

/*
 * For channel r < channels (1 or 2), i < rows (1 or 2) and j < columns (1 .. 8):
 *   y[i * row + j * pixel + r] = approx_requantize(acc >> 2, multipliers[r], shift, zp, lo, hi),
 *   acc = (A^T M A)[i][j % 2] + bias[r], M[a][b] = m[((4 a + b) * 2 + r) * 4 + j / 2].
 */
APPROX_WINOGRAD_STEP approx_winograd_output_s8(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers, int shift,
    int32_t zp, int32_t lo, int32_t hi, int8_t *y, int32_t row, int32_t pixel, int32_t rows,
    int32_t columns) {
  const approx_winograd_scale scale = {bias, multipliers, shift, zp, lo, hi};
  const approx_winograd_target target = {y, 0, row, pixel, rows, columns};
  approx_winograd_output(m, channels, scale, target);
}

/* The same in int16; with two channels y is aligned to 4, `row` and `pixel` are even. */
APPROX_WINOGRAD_STEP approx_winograd_output_s16(
    const int32_t *m, int32_t channels, const int32_t *bias, const int32_t *multipliers, int shift,
    int32_t zp, int32_t lo, int32_t hi, int16_t *y, int32_t row, int32_t pixel, int32_t rows,
    int32_t columns) {
  const approx_winograd_scale scale = {bias, multipliers, shift, zp, lo, hi};
  const approx_winograd_target target = {y, 1, row, pixel, rows, columns};
  approx_winograd_output(m, channels, scale, target);
}

#endif /* APPROX_WINOGRAD_OUTPUT_H */
