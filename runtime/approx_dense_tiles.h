/*
 * What generated code does with the tiles of approx_dense.h: APPROX_DOT_..., which it documents, with
 * rows and pixels in the name; then sums taken apart, requantized and stored. Included by
 * approx_runtime.h.
 */
#ifndef APPROX_DENSE_TILES_H
#define APPROX_DENSE_TILES_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#define APPROX_DOT_S8_2X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S8(2, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S8_2X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S8(2, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S8_4X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S8(4, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S8_4X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S8(4, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S8_8X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S8(8, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_SUMS_2X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_SUMS(2, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_SUMS_2X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_SUMS(2, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_SUMS_4X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_SUMS(4, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_SUMS_4X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_SUMS(4, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_SUMS_8X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_SUMS(8, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S16_2X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S16(2, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S16_2X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S16(2, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S16_4X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S16(4, 1, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S16_4X2(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S16(4, 2, acc, (x) + (offset), stride, w, n, runs, below)
#define APPROX_DOT_S16_8X1(acc, x, offset, stride, w, n, runs, below) \
  APPROX_DENSE_S16(8, 1, acc, (x) + (offset), stride, w, n, runs, below)

/* APPROX_SPLIT_CXP(acc): acc[r][p] = (acc[r][p] - acc[r - 1][p]) / 256 for odd rows r, in place. */
static inline int32_t approx_high(int32_t sum, int32_t low) {
  return (int32_t)((uint32_t)sum - (uint32_t)low) >> 8;
}

#define APPROX_SPLIT_AT(acc, a, b, p) \
  APPROX_ACC(acc, b, p) = approx_high(APPROX_ACC(acc, b, p), APPROX_ACC(acc, a, p))
#define APPROX_SPLIT_2X1(acc) APPROX_SPLIT_AT(acc, 0, 1, 0)
#define APPROX_SPLIT_2X2(acc) (APPROX_SPLIT_AT(acc, 0, 1, 0), APPROX_SPLIT_AT(acc, 0, 1, 1))
#define APPROX_SPLIT_4X1(acc) (APPROX_SPLIT_2X1(acc), APPROX_SPLIT_AT(acc, 2, 3, 0))
#define APPROX_SPLIT_4X2(acc) \
  (APPROX_SPLIT_2X2(acc), APPROX_SPLIT_AT(acc, 2, 3, 0), APPROX_SPLIT_AT(acc, 2, 3, 1))
#define APPROX_SPLIT_8X1(acc) \
  (APPROX_SPLIT_4X1(acc), APPROX_SPLIT_AT(acc, 4, 5, 0), APPROX_SPLIT_AT(acc, 6, 7, 0))

/* As those of approx_runtime.h, for more rows. */
#define APPROX_TO_ROWS_4(row, f, acc, m0, m1, m2, m3, shift, zp, lo, hi) \
  do {                                                                   \
    row(f, acc, 0, m0, shift, zp, lo, hi);                               \
    row(f, acc, 1, m1, shift, zp, lo, hi);                               \
    row(f, acc, 2, m2, shift, zp, lo, hi);                               \
    row(f, acc, 3, m3, shift, zp, lo, hi);                               \
  } while (0)
#define APPROX_TO_ROWS_8(row, f, acc, m0, m1, m2, m3, m4, m5, m6, m7, shift, zp, lo, hi) \
  do {                                                                                   \
    APPROX_TO_ROWS_4(row, f, acc, m0, m1, m2, m3, shift, zp, lo, hi);                    \
    row(f, acc, 4, m4, shift, zp, lo, hi);                                               \
    row(f, acc, 5, m5, shift, zp, lo, hi);                                               \
    row(f, acc, 6, m6, shift, zp, lo, hi);                                               \
    row(f, acc, 7, m7, shift, zp, lo, hi);                                               \
  } while (0)
#define APPROX_REQUANTIZE_4X1(acc, m0, m1, m2, m3, shift, zp, lo, hi)                           \
  APPROX_TO_ROWS_4(APPROX_TO_ROW_X1, approx_requantize, acc, m0, m1, m2, m3, shift, zp, lo, hi)
#define APPROX_REQUANTIZE_4X2(acc, m0, m1, m2, m3, shift, zp, lo, hi)                           \
  APPROX_TO_ROWS_4(APPROX_TO_ROW_X2, approx_requantize, acc, m0, m1, m2, m3, shift, zp, lo, hi)
#define APPROX_REQUANTIZE_8X1(acc, m0, m1, m2, m3, m4, m5, m6, m7, shift, zp, lo, hi)           \
  APPROX_TO_ROWS_8(APPROX_TO_ROW_X1, approx_requantize, acc, m0, m1, m2, m3, m4, m5, m6, m7,    \
                   shift, zp, lo, hi)
#define APPROX_REQUANTIZE_TFLITE_4X1(acc, m0, m1, m2, m3, shift, zp, lo, hi)                    \
  APPROX_TO_ROWS_4(APPROX_TO_ROW_X1, approx_requantize_tflite, acc, m0, m1, m2, m3, shift, zp,  \
                   lo, hi)
#define APPROX_REQUANTIZE_TFLITE_4X2(acc, m0, m1, m2, m3, shift, zp, lo, hi)                    \
  APPROX_TO_ROWS_4(APPROX_TO_ROW_X2, approx_requantize_tflite, acc, m0, m1, m2, m3, shift, zp,  \
                   lo, hi)
#define APPROX_REQUANTIZE_TFLITE_8X1(acc, m0, m1, m2, m3, m4, m5, m6, m7, shift, zp, lo, hi)    \
  APPROX_TO_ROWS_8(APPROX_TO_ROW_X1, approx_requantize_tflite, acc, m0, m1, m2, m3, m4, m5, m6, \
                   m7, shift, zp, lo, hi)

/* One store a value: the compiler would join two with more instructions than that. */
static inline void approx_put_int8_t(int8_t *y, int32_t value) {
#ifdef APPROX_ARM_H
  __asm__("strb %1, %0" : "=m"(*y) : "r"(value));
#else
  *y = (int8_t)value;
#endif
}

static inline void approx_put_int16_t(int16_t *y, int32_t value) {
#ifdef APPROX_ARM_H
  __asm__("strh %1, %0" : "=m"(*y) : "r"(value));
#else
  *y = (int16_t)value;
#endif
}

/*
 * APPROX_PUT_CXP_S8(acc, rows, y, offset, stride, plane):
 *   y[offset + p * stride + r * plane] = acc[r][p]
 * for r < rows, a constant; _S16 with an int16_t *y. One by one: y needs no alignment.
 */
#define APPROX_PUT_AT(acc, rows, r, p, y, at, plane, type) \
  ((r) < (rows) ? approx_put_##type((y) + (at) + (r) * (plane), APPROX_ACC(acc, r, p)) : (void)0)
#define APPROX_PUT_2(acc, rows, p, y, at, plane, type) \
  (APPROX_PUT_AT(acc, rows, 0, p, y, at, plane, type),  \
   APPROX_PUT_AT(acc, rows, 1, p, y, at, plane, type))
#define APPROX_PUT_4(acc, rows, p, y, at, plane, type) \
  (APPROX_PUT_2(acc, rows, p, y, at, plane, type),      \
   APPROX_PUT_AT(acc, rows, 2, p, y, at, plane, type),  \
   APPROX_PUT_AT(acc, rows, 3, p, y, at, plane, type))
#define APPROX_PUT_8(acc, rows, p, y, at, plane, type) \
  (APPROX_PUT_4(acc, rows, p, y, at, plane, type),      \
   APPROX_PUT_AT(acc, rows, 4, p, y, at, plane, type),  \
   APPROX_PUT_AT(acc, rows, 5, p, y, at, plane, type),  \
   APPROX_PUT_AT(acc, rows, 6, p, y, at, plane, type),  \
   APPROX_PUT_AT(acc, rows, 7, p, y, at, plane, type))
#define APPROX_PUT_PIXELS(put, acc, rows, y, offset, stride, plane, type) \
  (put(acc, rows, 0, y, offset, plane, type),                                       \
   put(acc, rows, 1, y, (offset) + (stride), plane, type))
#define APPROX_PUT_2X1_S8(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_2(acc, rows, 0, y, offset, plane, int8_t)
#define APPROX_PUT_2X1_S16(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_2(acc, rows, 0, y, offset, plane, int16_t)
#define APPROX_PUT_2X2_S8(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_PIXELS(APPROX_PUT_2, acc, rows, y, offset, stride, plane, int8_t)
#define APPROX_PUT_2X2_S16(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_PIXELS(APPROX_PUT_2, acc, rows, y, offset, stride, plane, int16_t)
#define APPROX_PUT_4X1_S8(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_4(acc, rows, 0, y, offset, plane, int8_t)
#define APPROX_PUT_4X1_S16(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_4(acc, rows, 0, y, offset, plane, int16_t)
#define APPROX_PUT_4X2_S8(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_PIXELS(APPROX_PUT_4, acc, rows, y, offset, stride, plane, int8_t)
#define APPROX_PUT_4X2_S16(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_PIXELS(APPROX_PUT_4, acc, rows, y, offset, stride, plane, int16_t)
#define APPROX_PUT_8X1_S8(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_8(acc, rows, 0, y, offset, plane, int8_t)
#define APPROX_PUT_8X1_S16(acc, rows, y, offset, stride, plane) \
  APPROX_PUT_8(acc, rows, 0, y, offset, plane, int16_t)

#endif /* APPROX_DENSE_TILES_H */
