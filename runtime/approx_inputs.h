/*
 * Inputs of the network as their caller has them, made int8. Included by approx_runtime.h.
 *
 * approx_signed_u8_sA(x, i, y, j, n): y[k * j] = x[k * i] - 128, k < n, A the bits (8 or 16) of the
 * elements of y.
 *
 * approx_quantize_f32_sA(x, i, y, j, n, scale, zp): y[k * j] = x[k * i] / s, rounded to the nearest
 * (ties to even), plus zp, within int8, k < n; NaN: -128. As QuantizeLinear of ONNX does it: the
 * division is one of floats, so -ffast-math is not for this file. `scale` are the bits of the float
 * s: those who call have no floats (approx_arm.h), which is why this comes before them.
 */
#ifndef APPROX_INPUTS_H
#define APPROX_INPUTS_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

typedef union {
  float real;
  uint32_t word;
} approx_float;

#define APPROX_SIGNED_FUNCTION(bits)                                                              \
  APPROX_STEP void approx_signed_u8_s##bits(const uint8_t *x, uint32_t i, int##bits##_t *y,       \
                                            uint32_t j, uint32_t n) {                             \
    for (; n >= 4u; n -= 4u, x += 4u * i, y += 4u * j) {                                          \
      const int32_t a = x[0], b = x[i], c = x[2u * i], d = x[3u * i];                             \
      y[0] = (int##bits##_t)(a - 128);                                                            \
      y[j] = (int##bits##_t)(b - 128);                                                            \
      y[2u * j] = (int##bits##_t)(c - 128);                                                       \
      y[3u * j] = (int##bits##_t)(d - 128);                                                       \
    }                                                                                             \
    for (; n != 0u; n--, x += i, y += j) {                                                        \
      *y = (int##bits##_t)(*x - 128);                                                             \
    }                                                                                             \
  }

/*
 * A float of magnitude below 2^22 plus 1.5 * 2^23 is rounded to a whole number, ties to even, which
 * is what its low bits then hold (IEEE 754, binary32). Of comparisons with NaN none is true. The
 * compiler is not to know the scale, or else a power of two would take other cycles than the rest.
 */
#define APPROX_QUANTIZE_FUNCTION(bits)                                                            \
  APPROX_STEP void approx_quantize_f32_s##bits(const float *x, uint32_t i, int##bits##_t *y,      \
                                               uint32_t j, uint32_t n, uint32_t scale,            \
                                               int32_t zp) {                                      \
    approx_float divisor;                                                                         \
    const float lo = (float)(-128 - zp), hi = (float)(127 - zp);                                  \
    __asm__("" : "+r"(scale));                                                                    \
    divisor.word = scale;                                                                         \
    for (; n != 0u; n--, x += i, y += j) {                                                        \
      const float scaled = *x / divisor.real;                                                     \
      const float least = scaled > lo ? scaled : lo;                                              \
      const approx_float sum = {(least < hi ? least : hi) + 12582912.0f};                         \
      *y = (int##bits##_t)((int32_t)(sum.word - 0x4B400000u) + zp);                               \
    }                                                                                             \
  }

APPROX_SIGNED_FUNCTION(8)
APPROX_SIGNED_FUNCTION(16)
APPROX_QUANTIZE_FUNCTION(8)
APPROX_QUANTIZE_FUNCTION(16)

#endif /* APPROX_INPUTS_H */
