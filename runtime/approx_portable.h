/*
 * Plain C: for compilers without optimization, cores without the DSP extension, and PCs.
 * Included by approx_runtime.h, which says what everything means.
 */
#ifndef APPROX_PORTABLE_H
#define APPROX_PORTABLE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

/* clamp(zp + floor((acc 2^shift m + 2^31) / 2^32), lo, hi); acc 2^shift is within int32. */
static inline int32_t approx_requantize(int32_t acc, int32_t m, int shift, int32_t zp, int32_t lo,
                                        int32_t hi) {
  const int64_t product = (int64_t)acc * ((int64_t)1 << shift) * m;
  return approx_clamp(zp + (int32_t)((product + ((int64_t)1 << 31)) >> 32), lo, hi);
}

/* Sums wrap, as those of the DSP extension do. */
static inline int32_t approx_mac(int32_t acc, int32_t x, int32_t w) {
  return (int32_t)((uint32_t)acc + (uint32_t)(x * w));
}

static inline int32_t approx_mac_pair(int32_t acc, const int16_t *x, int32_t lo, int32_t hi) {
  return approx_mac(approx_mac(acc, x[0], lo), x[1], hi);
}

/* One row of `rows` at one pixel. */
static inline int32_t approx_dot(int32_t acc, const int16_t *x, const int8_t *w, int32_t rows,
                                 int32_t n) {
  for (int32_t k = 0; k < n; k += 4) {
    acc = approx_mac(approx_mac(acc, x[k], w[k * rows]), x[k + 1], w[k * rows + 2]);
    if (k + 2 < n) {
      acc = approx_mac(approx_mac(acc, x[k + 2], w[k * rows + 1]), x[k + 3], w[k * rows + 3]);
    }
  }
  return acc;
}

static inline void approx_store_pair(int16_t *y, int32_t first, int32_t second) {
  y[0] = (int16_t)first;
  y[1] = (int16_t)second;
}

#define APPROX_MAC_AT(acc, r, p, x, at, lo, hi) \
  (acc##r##p = approx_mac_pair(acc##r##p, (x) + (at), lo, hi))
#define APPROX_MAC_ROW_X1(acc, r, x, offset, stride, lo, hi) \
  APPROX_MAC_AT(acc, r, 0, x, offset, lo, hi)
#define APPROX_MAC_ROW_X2(acc, r, x, offset, stride, lo, hi)          \
  do {                                                                \
    APPROX_MAC_AT(acc, r, 0, x, offset, lo, hi);                      \
    APPROX_MAC_AT(acc, r, 1, x, (offset) + (stride), lo, hi);         \
  } while (0)
#define APPROX_MAC_ROW_X4(acc, r, x, offset, stride, lo, hi)          \
  do {                                                                \
    APPROX_MAC_ROW_X2(acc, r, x, offset, stride, lo, hi);             \
    APPROX_MAC_AT(acc, r, 2, x, (offset) + 2 * (stride), lo, hi);     \
    APPROX_MAC_AT(acc, r, 3, x, (offset) + 3 * (stride), lo, hi);     \
  } while (0)
#define APPROX_MAC_ROWS(row, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  do {                                                                       \
    row(acc, 0, x, offset, stride, w0lo, w0hi);                              \
    row(acc, 1, x, offset, stride, w1lo, w1hi);                              \
  } while (0)
#define APPROX_MAC_2X1(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(APPROX_MAC_ROW_X1, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)
#define APPROX_MAC_2X2(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(APPROX_MAC_ROW_X2, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)
#define APPROX_MAC_2X4(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(APPROX_MAC_ROW_X4, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)

#define APPROX_DOT_COLUMN_1(acc, p, x, at, w, n) \
  (acc##0##p = approx_dot(acc##0##p, (x) + (at), w, 1, n))
#define APPROX_DOT_COLUMN_2(acc, p, x, at, w, n)                        \
  do {                                                                  \
    acc##0##p = approx_dot(acc##0##p, (x) + (at), w, 2, n);            \
    acc##1##p = approx_dot(acc##1##p, (x) + (at), (w) + 4, 2, n);      \
  } while (0)
#define APPROX_DOT_COLUMNS_2(column, acc, x, offset, stride, w, n) \
  do {                                                             \
    column(acc, 0, x, offset, w, n);                               \
    column(acc, 1, x, (offset) + (stride), w, n);                  \
  } while (0)
#define APPROX_DOT_COLUMNS_4(column, acc, x, offset, stride, w, n)  \
  do {                                                              \
    APPROX_DOT_COLUMNS_2(column, acc, x, offset, stride, w, n);     \
    column(acc, 2, x, (offset) + 2 * (stride), w, n);               \
    column(acc, 3, x, (offset) + 3 * (stride), w, n);               \
  } while (0)
#define APPROX_DOT_1X1(acc, x, offset, stride, w, n) APPROX_DOT_COLUMN_1(acc, 0, x, offset, w, n)
#define APPROX_DOT_1X2(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMNS_2(APPROX_DOT_COLUMN_1, acc, x, offset, stride, w, n)
#define APPROX_DOT_1X4(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMNS_4(APPROX_DOT_COLUMN_1, acc, x, offset, stride, w, n)
#define APPROX_DOT_2X1(acc, x, offset, stride, w, n) APPROX_DOT_COLUMN_2(acc, 0, x, offset, w, n)
#define APPROX_DOT_2X2(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMNS_2(APPROX_DOT_COLUMN_2, acc, x, offset, stride, w, n)
#define APPROX_DOT_2X4(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMNS_4(APPROX_DOT_COLUMN_2, acc, x, offset, stride, w, n)

#endif /* APPROX_PORTABLE_H */
