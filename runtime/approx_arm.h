/*
 * Cortex-M with the DSP extension (M4, M7, M33, ...), optimizing compilers that know GNU asm.
 * Included by approx_runtime.h, which says what everything means.
 *
 * A kernel step is one asm statement: the compiler chooses the registers, the order of instructions
 * stays. A load costs two cycles, one if it follows another, so loads stand back to back; left to
 * itself the compiler spreads them out. "memory" orders the loads of a step against other accesses;
 * a step keeps all else in registers, so it costs nothing.
 *
 * A 2x4 step needs the 14 registers there are: no frame pointer, no -ffixed-reg.
 */
#ifndef APPROX_ARM_H
#define APPROX_ARM_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

/*
 * With an FPU gcc keeps values in its registers when it runs out of others, and then, now and then,
 * finds none for a step that needs them all ("impossible constraints"). Nothing here is a float.
 */
#if defined(__ARM_FP) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("general-regs-only")
#endif

/* Bytes of a loop's code that the instruction cache is to hold; at most 4096. */
#ifndef APPROX_LOOP_BYTES
#define APPROX_LOOP_BYTES 4096
#elif APPROX_LOOP_BYTES > 4096
#error "APPROX_LOOP_BYTES is at most 4096"
#endif

/* Bytes of weights copied to the stack to be read several times; 0 where a cache has them. */
#ifndef APPROX_STAGE_BYTES
#define APPROX_STAGE_BYTES 0
#endif

/* clamp(zp + floor((acc 2^shift m + 2^31) / 2^32), lo, hi); acc 2^shift is within int32. */
static inline int32_t approx_requantize(int32_t acc, int32_t m, int shift, int32_t zp, int32_t lo,
                                        int32_t hi) {
  int32_t v;
  acc = (int32_t)((uint32_t)acc << shift);
  __asm__("smmlar %0, %1, %2, %3" : "=r"(v) : "r"(acc), "r"(m), "r"(zp));
  if (__builtin_constant_p(lo) && __builtin_constant_p(hi) && lo == -128 && hi == 127) {
    __asm__("ssat %0, #8, %1" : "=r"(v) : "r"(v));
    return v;
  }
  return approx_clamp(v, lo, hi);
}

/* PKHBT and one store. */
static inline void approx_store_pair(int16_t *y, int32_t first, int32_t second) {
  uint32_t word;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(word) : "r"(first), "r"(second));
  __builtin_memcpy(__builtin_assume_aligned(y, 4), &word, sizeof word);
}

/* A tile is variables acc00 .. acc13: row and column pasted to its name. */
#define APPROX_ACC(acc, r, p) acc##r##p
#define APPROX_TILE_1X1(acc, b0) int32_t acc##00 = (b0)
#define APPROX_TILE_1X2(acc, b0) int32_t acc##00 = (b0), acc##01 = acc##00
#define APPROX_TILE_1X4(acc, b0) \
  int32_t acc##00 = (b0), acc##01 = acc##00, acc##02 = acc##00, acc##03 = acc##00
#define APPROX_TILE_2X1(acc, b0, b1) int32_t acc##00 = (b0), acc##10 = (b1)
#define APPROX_TILE_2X2(acc, b0, b1) \
  int32_t acc##00 = (b0), acc##10 = (b1), acc##01 = acc##00, acc##11 = acc##10
#define APPROX_TILE_2X4(acc, b0, b1)                                                   \
  int32_t acc##00 = (b0), acc##10 = (b1), acc##01 = acc##00, acc##02 = acc##00,        \
          acc##03 = acc##00, acc##11 = acc##10, acc##12 = acc##10, acc##13 = acc##10

/*
 * APPROX_MAC: load one pair of inputs a pixel; for each row the weight pair as an immediate (one
 * instruction where the high half is 0) and one SMLAD a pixel.
 *
 * Temporaries are the same registers everywhere: if the compiler chose them it would move the
 * accumulators around from step to step. They leave r0-r7 and r9 for eight accumulators and a base.
 */
#define APPROX_ASM_X0 "r8"
#define APPROX_ASM_X1 "r10"
#define APPROX_ASM_X2 "r11"
#define APPROX_ASM_X3 "r12"
#define APPROX_ASM_W "lr"
#define APPROX_ASM_CLOBBERS \
  APPROX_ASM_X0, APPROX_ASM_X1, APPROX_ASM_X2, APPROX_ASM_X3, APPROX_ASM_W, "memory"

#define APPROX_MAC_LOAD(p) \
  "ldr " APPROX_ASM_X##p ", [%[x], #2 * (%c[offset] + " #p " * %c[stride])]\n\t"
#define APPROX_MAC_LOAD_X1 APPROX_MAC_LOAD(0)
#define APPROX_MAC_LOAD_X2 APPROX_MAC_LOAD_X1 APPROX_MAC_LOAD(1)
#define APPROX_MAC_LOAD_X4 APPROX_MAC_LOAD_X2 APPROX_MAC_LOAD(2) APPROX_MAC_LOAD(3)
#define APPROX_MAC_PAIR(r)                                \
  "movw " APPROX_ASM_W ", #%c[lo" #r "]\n\t"              \
  ".if %c[hi" #r "]\n\t"                                  \
  "movt " APPROX_ASM_W ", #%c[hi" #r "]\n\t"              \
  ".endif\n\t"
#define APPROX_MAC_DUAL(r, p) \
  "smlad %[a" #r #p "], " APPROX_ASM_X##p ", " APPROX_ASM_W ", %[a" #r #p "]\n\t"
#define APPROX_MAC_DUALS_X1(r) APPROX_MAC_PAIR(r) APPROX_MAC_DUAL(r, 0)
#define APPROX_MAC_DUALS_X2(r) APPROX_MAC_DUALS_X1(r) APPROX_MAC_DUAL(r, 1)
#define APPROX_MAC_DUALS_X4(r) APPROX_MAC_DUALS_X2(r) APPROX_MAC_DUAL(r, 2) APPROX_MAC_DUAL(r, 3)

/* Operands: the accumulators of row r (row `as` in the text), a weight pair. */
#define APPROX_ASM_ROW_X1(acc, r, as) [a##as##0] "+r"(acc##r##0)
#define APPROX_ASM_ROW_X2(acc, r, as) APPROX_ASM_ROW_X1(acc, r, as), [a##as##1] "+r"(acc##r##1)
#define APPROX_ASM_ROW_X4(acc, r, as) \
  APPROX_ASM_ROW_X2(acc, r, as), [a##as##2] "+r"(acc##r##2), [a##as##3] "+r"(acc##r##3)
#define APPROX_MAC_WEIGHTS(r, a, b) [lo##r] "i"((a) & 0xffff), [hi##r] "i"((b) & 0xffff)

#define APPROX_MAC_ROW(P, acc, r, input, at, by, lo, hi)                       \
  __asm__ volatile(APPROX_MAC_LOAD_##P APPROX_MAC_DUALS_##P(0)                 \
                   : APPROX_ASM_ROW_##P(acc, r, 0)                             \
                   : [x] "r"(input), [offset] "i"(at), [stride] "i"(by),       \
                     APPROX_MAC_WEIGHTS(0, lo, hi)                             \
                   : APPROX_ASM_CLOBBERS)
#define APPROX_MAC_ROWS(P, acc, input, at, by, w0lo, w0hi, w1lo, w1hi)                        \
  __asm__ volatile(APPROX_MAC_LOAD_##P APPROX_MAC_DUALS_##P(0) APPROX_MAC_DUALS_##P(1)        \
                   : APPROX_ASM_ROW_##P(acc, 0, 0), APPROX_ASM_ROW_##P(acc, 1, 1)             \
                   : [x] "r"(input), [offset] "i"(at), [stride] "i"(by),                      \
                     APPROX_MAC_WEIGHTS(0, w0lo, w0hi), APPROX_MAC_WEIGHTS(1, w1lo, w1hi)     \
                   : APPROX_ASM_CLOBBERS)
#define APPROX_MAC_ROW_X1(acc, r, x, offset, stride, lo, hi) \
  APPROX_MAC_ROW(X1, acc, r, x, offset, stride, lo, hi)
#define APPROX_MAC_ROW_X2(acc, r, x, offset, stride, lo, hi) \
  APPROX_MAC_ROW(X2, acc, r, x, offset, stride, lo, hi)
#define APPROX_MAC_ROW_X4(acc, r, x, offset, stride, lo, hi) \
  APPROX_MAC_ROW(X4, acc, r, x, offset, stride, lo, hi)
#define APPROX_MAC_2X1(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(X1, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)
#define APPROX_MAC_2X2(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(X2, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)
#define APPROX_MAC_2X4(acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi) \
  APPROX_MAC_ROWS(X4, acc, x, offset, stride, w0lo, w0hi, w1lo, w1hi)

#endif /* APPROX_ARM_H */
