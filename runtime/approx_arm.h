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

/*
 * APPROX_DOT: for a group g of four inputs, weights by one LDR a row and SXTB16, inputs by one LDR
 * a pair and pixel. Registers: weights W as loaded and V widened, XKP pair K of pixel P.
 *
 * One pixel or two load a whole group at once. Four pixels load its pairs one after the other, and
 * with two rows there are only four registers for all that: the pixels share X00 and X01, W is
 * loaded again for the second pair, which costs one cycle amid other loads, and the end of the run
 * waits on the stack.
 */
#define APPROX_DOT_W0 "r8"
#define APPROX_DOT_W1 "r10"
#define APPROX_DOT_X00 "r11"
#define APPROX_DOT_X01 "r12"
#define APPROX_DOT_V0 "lr"
#define APPROX_DOT_V1 "r5"
#define APPROX_DOT_X02 "r6"
#define APPROX_DOT_X03 "r7"
#define APPROX_DOT_X10 "r6"
#define APPROX_DOT_X11 "r7"
#define APPROX_DOT_CLOBBERS_X1 "r5", "r6", "r10", "r11", "lr"
#define APPROX_DOT_CLOBBERS_1X1 APPROX_DOT_CLOBBERS_X1
#define APPROX_DOT_CLOBBERS_2X1 APPROX_DOT_CLOBBERS_X1
#define APPROX_DOT_CLOBBERS_1X2 APPROX_DOT_CLOBBERS_X1, "r7", "r12"
#define APPROX_DOT_CLOBBERS_2X2 APPROX_DOT_CLOBBERS_X1, "r7", "r12"
#define APPROX_DOT_CLOBBERS_1X4 "r6", "r7", "r11", "r12", "lr"
#define APPROX_DOT_CLOBBERS_2X4 "r10", "r11", "r12"

#define APPROX_DOT_LDW(r, g) "ldr " APPROX_DOT_W##r ",[%[w],#4*(%c[rows]*" #g "+" #r ")]\n"
#define APPROX_DOT_LDX(x, p, k, g) \
  "ldr " APPROX_DOT_##x ",[%[x],#2*" #p "*%c[by]+4*" #k "+8*" #g "]\n"
#define APPROX_DOT_SXT(v, w, k) "sxtb16 " APPROX_DOT_##v "," APPROX_DOT_##w ",ror #8*" #k "\n"
#define APPROX_DOT_MAC(a, x, v) \
  "smlad %[" #a "]," APPROX_DOT_##x "," APPROX_DOT_##v ",%[" #a "]\n"

#define APPROX_DOT_LDW_1(g) APPROX_DOT_LDW(0, g)
#define APPROX_DOT_LDW_2(g) APPROX_DOT_LDW(0, g) APPROX_DOT_LDW(1, g)
#define APPROX_DOT_SXT_1(k) APPROX_DOT_SXT(V0, W0, k)
#define APPROX_DOT_SXT_2(k) APPROX_DOT_SXT(V0, W0, k) APPROX_DOT_SXT(V1, W1, k)
#define APPROX_DOT_MAC_1(p, x) APPROX_DOT_MAC(a0##p, x, V0)
#define APPROX_DOT_MAC_2(p, x) APPROX_DOT_MAC(a0##p, x, V0) APPROX_DOT_MAC(a1##p, x, V1)

/* By number of pixels, for C rows: a group, and its first pair alone. */
#define APPROX_DOT_PAIR_X1(C)                                                          \
  APPROX_DOT_LDW_##C(0) APPROX_DOT_LDX(X00, 0, 0, 0)                                   \
  APPROX_DOT_SXT_##C(0) APPROX_DOT_MAC_##C(0, X00)
#define APPROX_DOT_GROUP_X1(C, g)                                                      \
  APPROX_DOT_LDW_##C(g) APPROX_DOT_LDX(X00, 0, 0, g) APPROX_DOT_LDX(X10, 0, 1, g)      \
  APPROX_DOT_SXT_##C(0) APPROX_DOT_MAC_##C(0, X00)                                     \
  APPROX_DOT_SXT_##C(1) APPROX_DOT_MAC_##C(0, X10)
#define APPROX_DOT_PAIR_X2(C)                                                          \
  APPROX_DOT_LDW_##C(0) APPROX_DOT_LDX(X00, 0, 0, 0) APPROX_DOT_LDX(X01, 1, 0, 0)      \
  APPROX_DOT_SXT_##C(0) APPROX_DOT_MAC_##C(0, X00) APPROX_DOT_MAC_##C(1, X01)
#define APPROX_DOT_GROUP_X2(C, g)                                                      \
  APPROX_DOT_LDW_##C(g) APPROX_DOT_LDX(X00, 0, 0, g) APPROX_DOT_LDX(X01, 1, 0, g)      \
  APPROX_DOT_LDX(X10, 0, 1, g) APPROX_DOT_LDX(X11, 1, 1, g)                            \
  APPROX_DOT_SXT_##C(0) APPROX_DOT_MAC_##C(0, X00) APPROX_DOT_MAC_##C(1, X01)          \
  APPROX_DOT_SXT_##C(1) APPROX_DOT_MAC_##C(0, X10) APPROX_DOT_MAC_##C(1, X11)
#define APPROX_DOT_HALF_1X4(k, g)                                                      \
  APPROX_DOT_LDX(X00, 0, k, g) APPROX_DOT_LDX(X01, 1, k, g)                            \
  APPROX_DOT_LDX(X02, 2, k, g) APPROX_DOT_LDX(X03, 3, k, g)                            \
  APPROX_DOT_SXT_1(k) APPROX_DOT_MAC_1(0, X00) APPROX_DOT_MAC_1(1, X01)                \
  APPROX_DOT_MAC_1(2, X02) APPROX_DOT_MAC_1(3, X03)
#define APPROX_DOT_HALF_2X4(k, g)                                                      \
  APPROX_DOT_LDW_2(g) APPROX_DOT_LDX(X00, 0, k, g) APPROX_DOT_LDX(X01, 1, k, g)        \
  APPROX_DOT_SXT(W0, W0, k) APPROX_DOT_SXT(W1, W1, k)                                  \
  APPROX_DOT_MAC(a00, X00, W0) APPROX_DOT_MAC(a10, X00, W1)                            \
  APPROX_DOT_MAC(a01, X01, W0) APPROX_DOT_MAC(a11, X01, W1)                            \
  APPROX_DOT_LDX(X00, 2, k, g) APPROX_DOT_LDX(X01, 3, k, g)                            \
  APPROX_DOT_MAC(a02, X00, W0) APPROX_DOT_MAC(a12, X00, W1)                            \
  APPROX_DOT_MAC(a03, X01, W0) APPROX_DOT_MAC(a13, X01, W1)

/* By tile: the same, and its accumulators (of a narrow tile: in column p). */
#define APPROX_DOT_PAIR_1X1 APPROX_DOT_PAIR_X1(1)
#define APPROX_DOT_PAIR_2X1 APPROX_DOT_PAIR_X1(2)
#define APPROX_DOT_PAIR_1X2 APPROX_DOT_PAIR_X2(1)
#define APPROX_DOT_PAIR_2X2 APPROX_DOT_PAIR_X2(2)
#define APPROX_DOT_PAIR_1X4 APPROX_DOT_LDW_1(0) APPROX_DOT_HALF_1X4(0, 0)
#define APPROX_DOT_PAIR_2X4 APPROX_DOT_HALF_2X4(0, 0)
#define APPROX_DOT_GROUP_1X1(g) APPROX_DOT_GROUP_X1(1, g)
#define APPROX_DOT_GROUP_2X1(g) APPROX_DOT_GROUP_X1(2, g)
#define APPROX_DOT_GROUP_1X2(g) APPROX_DOT_GROUP_X2(1, g)
#define APPROX_DOT_GROUP_2X2(g) APPROX_DOT_GROUP_X2(2, g)
#define APPROX_DOT_GROUP_1X4(g) \
  APPROX_DOT_LDW_1(g) APPROX_DOT_HALF_1X4(0, g) APPROX_DOT_HALF_1X4(1, g)
#define APPROX_DOT_GROUP_2X4(g) APPROX_DOT_HALF_2X4(0, g) APPROX_DOT_HALF_2X4(1, g)
#define APPROX_DOT_ACCS_1X1(acc, p) [a00] "+r"(acc##0##p)
#define APPROX_DOT_ACCS_2X1(acc, p) [a00] "+r"(acc##0##p), [a10] "+r"(acc##1##p)
#define APPROX_DOT_ACCS_1X2(acc, p) APPROX_ASM_ROW_X2(acc, 0, 0)
#define APPROX_DOT_ACCS_2X2(acc, p) APPROX_ASM_ROW_X2(acc, 0, 0), APPROX_ASM_ROW_X2(acc, 1, 1)
#define APPROX_DOT_ACCS_1X4(acc, p) APPROX_ASM_ROW_X4(acc, 0, 0)
#define APPROX_DOT_ACCS_2X4(acc, p) APPROX_ASM_ROW_X4(acc, 0, 0), APPROX_ASM_ROW_X4(acc, 1, 1)

/* The groups of a block; one pixel takes twice as many inputs at a time. */
#define APPROX_DOT_TWO(form) APPROX_DOT_GROUP_##form(0) APPROX_DOT_GROUP_##form(1)
#define APPROX_DOT_FOUR(form) \
  APPROX_DOT_TWO(form) APPROX_DOT_GROUP_##form(2) APPROX_DOT_GROUP_##form(3)
#define APPROX_DOT_EIGHT(form)                                                          \
  APPROX_DOT_FOUR(form) APPROX_DOT_GROUP_##form(4) APPROX_DOT_GROUP_##form(5)           \
  APPROX_DOT_GROUP_##form(6) APPROX_DOT_GROUP_##form(7)
#define APPROX_DOT_BLOCK_X1 32
#define APPROX_DOT_BLOCK_X2 16
#define APPROX_DOT_BLOCK_X4 16
#define APPROX_DOT_ALL_X1(form) APPROX_DOT_EIGHT(form) APPROX_DOT_ADVANCE(32)
#define APPROX_DOT_ALL_X2(form) APPROX_DOT_FOUR(form) APPROX_DOT_ADVANCE(16)
#define APPROX_DOT_ALL_X4(form) APPROX_DOT_FOUR(form) APPROX_DOT_ADVANCE(16)
#define APPROX_DOT_ADVANCE(inputs) \
  "add %[x],%[x],#2*" #inputs "\nadd %[w],%[w],#%c[rows]*" #inputs "\n"
#define APPROX_DOT_LOOP(form, P)                                                        \
  "push {" APPROX_DOT_W0 "}\n1:\n" APPROX_DOT_ALL_##P(form)                             \
  "ldr " APPROX_DOT_W0 ",[sp]\ncmp %[x]," APPROX_DOT_W0 "\nbne 1b\nadd sp,#4\n"

#define APPROX_DOT_OPERANDS(form, acc, p) \
  APPROX_DOT_ACCS_##form(acc, p), [x] "+r"(approx_x), [w] "+r"(approx_w)
#define APPROX_DOT_STEP(text, form, C, acc, p, stride)                                  \
  __asm__ volatile(text                                                                 \
                   : APPROX_DOT_OPERANDS(form, acc, p)                                  \
                   : [by] "i"(stride), [rows] "i"(C)                                    \
                   : APPROX_DOT_W0, APPROX_DOT_CLOBBERS_##form, "memory")

/* Blocks, then what is left; a literal n leaves only what it needs. */
#define APPROX_DOT_RUN(form, C, P, acc, p, input, stride, weights, n)                   \
  do {                                                                                  \
    const int16_t *approx_x = (input);                                                  \
    const int8_t *approx_w = (weights);                                                 \
    if ((n) >= APPROX_DOT_BLOCK_##P) {                                                  \
      register const int16_t *approx_end __asm__(APPROX_DOT_W0) =                       \
          approx_x + ((n) & -APPROX_DOT_BLOCK_##P);                                     \
      __asm__ volatile(APPROX_DOT_LOOP(form, P)                                         \
                       : APPROX_DOT_OPERANDS(form, acc, p), "+r"(approx_end)            \
                       : [by] "i"(stride), [rows] "i"(C)                                \
                       : APPROX_DOT_CLOBBERS_##form, "cc", "memory");                   \
    }                                                                                   \
    if (APPROX_DOT_BLOCK_##P > 16 && ((n) & 16) != 0) {                                 \
      APPROX_DOT_STEP(APPROX_DOT_FOUR(form), form, C, acc, p, stride);                      \
      approx_x += 16;                                                                   \
      approx_w += 16 * (C);                                                             \
    }                                                                                   \
    if (((n) & 8) != 0) {                                                               \
      APPROX_DOT_STEP(APPROX_DOT_TWO(form), form, C, acc, p, stride);                       \
      approx_x += 8;                                                                    \
      approx_w += 8 * (C);                                                              \
    }                                                                                   \
    if (((n) & 4) != 0) {                                                               \
      APPROX_DOT_STEP(APPROX_DOT_GROUP_##form(0), form, C, acc, p, stride);                 \
      approx_x += 4;                                                                    \
      approx_w += 4 * (C);                                                              \
    }                                                                                   \
    if (((n) & 2) != 0) {                                                               \
      APPROX_DOT_STEP(APPROX_DOT_PAIR_##form, form, C, acc, p, stride);                     \
    }                                                                                   \
  } while (0)

#define APPROX_DOT_COLUMN_1(acc, p, x, w, n) APPROX_DOT_RUN(1X1, 1, X1, acc, p, x, 0, w, n)
#define APPROX_DOT_COLUMN_2(acc, p, x, w, n) APPROX_DOT_RUN(2X1, 2, X1, acc, p, x, 0, w, n)

/* Pixels too far apart for the 12 bits of an LDR's offset are done one after the other. */
#define APPROX_DOT_FAR_X2(C, acc, x, stride, w, n)           \
  do {                                                       \
    APPROX_DOT_COLUMN_##C(acc, 0, x, w, n);                  \
    APPROX_DOT_COLUMN_##C(acc, 1, (x) + (stride), w, n);     \
  } while (0)
#define APPROX_DOT_FAR_X4(C, acc, x, stride, w, n)           \
  do {                                                       \
    APPROX_DOT_FAR_X2(C, acc, x, stride, w, n);              \
    APPROX_DOT_COLUMN_##C(acc, 2, (x) + 2 * (stride), w, n); \
    APPROX_DOT_COLUMN_##C(acc, 3, (x) + 3 * (stride), w, n); \
  } while (0)
#define APPROX_DOT_WIDE(C, P, acc, x, stride, w, n)                  \
  do {                                                               \
    if (2 * ((P) - 1) * (stride) + 28 <= 4095) {                     \
      APPROX_DOT_RUN(C##X##P, C, X##P, acc, 0, x, stride, w, n);           \
    } else {                                                         \
      APPROX_DOT_FAR_X##P(C, acc, x, stride, w, n);                  \
    }                                                                \
  } while (0)

#define APPROX_DOT_1X1(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMN_1(acc, 0, (x) + (offset), w, n)
#define APPROX_DOT_2X1(acc, x, offset, stride, w, n) \
  APPROX_DOT_COLUMN_2(acc, 0, (x) + (offset), w, n)
#define APPROX_DOT_1X2(acc, x, offset, stride, w, n) \
  APPROX_DOT_WIDE(1, 2, acc, (x) + (offset), stride, w, n)
#define APPROX_DOT_2X2(acc, x, offset, stride, w, n) \
  APPROX_DOT_WIDE(2, 2, acc, (x) + (offset), stride, w, n)
#define APPROX_DOT_1X4(acc, x, offset, stride, w, n) \
  APPROX_DOT_WIDE(1, 4, acc, (x) + (offset), stride, w, n)
#define APPROX_DOT_2X4(acc, x, offset, stride, w, n) \
  APPROX_DOT_WIDE(2, 4, acc, (x) + (offset), stride, w, n)

#endif /* APPROX_ARM_H */
