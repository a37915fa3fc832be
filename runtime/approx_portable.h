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

/*
 * Steps are calls of this. Written out where it stands, a step takes 300 bytes on a Cortex-M0+,
 * and a compiler minutes for a function of some hundreds.
 */
APPROX_STEP void approx_mac_row(int32_t *acc, int32_t pixels,
                                                             const int16_t *x, int32_t stride,
                                                             int32_t lo, int32_t hi) {
  for (int32_t p = 0; p < pixels; p++) {
    acc[p] = approx_mac(approx_mac(acc[p], x[p * stride], lo), x[p * stride + 1], hi);
  }
}

static inline void approx_store_pair(int16_t *y, int32_t first, int32_t second) {
  y[0] = (int16_t)first;
  y[1] = (int16_t)second;
}

/* A tile is an array. */
#define APPROX_ACC(acc, r, p) acc[r][p]
#define APPROX_TILE_1X1(acc, b0) int32_t acc[1][1] = {{b0}}
#define APPROX_TILE_1X2(acc, b0) int32_t acc[1][2] = {{b0, b0}}
#define APPROX_TILE_1X4(acc, b0) int32_t acc[1][4] = {{b0, b0, b0, b0}}
#define APPROX_TILE_2X1(acc, b0, b1) int32_t acc[2][1] = {{b0}, {b1}}
#define APPROX_TILE_2X2(acc, b0, b1) int32_t acc[2][2] = {{b0, b0}, {b1, b1}}
#define APPROX_TILE_2X4(acc, b0, b1) int32_t acc[2][4] = {{b0, b0, b0, b0}, {b1, b1, b1, b1}}

#define APPROX_MAC_ROW_X1(acc, r, x, offset, stride, lo, hi) \
  approx_mac_row(acc[r], 1, (x) + (offset), stride, lo, hi)
#define APPROX_MAC_ROW_X2(acc, r, x, offset, stride, lo, hi) \
  approx_mac_row(acc[r], 2, (x) + (offset), stride, lo, hi)
#define APPROX_MAC_ROW_X4(acc, r, x, offset, stride, lo, hi) \
  approx_mac_row(acc[r], 4, (x) + (offset), stride, lo, hi)
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

#endif /* APPROX_PORTABLE_H */
