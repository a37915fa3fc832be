/*
 * Values moved in rows, and padding. Included by approx_runtime.h.
 *
 * approx_copy_sA_sB(x, y, n): y[i] = x[i], i < n, A and B the bits (8 or 16) of the elements of x
 * and y; values fit what they are copied to, and y does not overlap x. Memory is read in words, from
 * wherever x is: the loads used need no alignment (CCR.UNALIGN_TRP stays clear), only more time.
 *
 * approx_fill_sA(p, v, n): p[i] = v, i < n.
 *
 * approx_fill_runs_sA(p, v, n, runs, stride): p[k * stride + i] = v, i < n and k < runs.
 */
#ifndef APPROX_MOVES_H
#define APPROX_MOVES_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

typedef uint32_t __attribute__((may_alias)) approx_word;

#ifdef APPROX_ARM_H

/*
 * Sixteen bytes of input at a time, then words, whose loads do not overlap; %[a] to %[d] are loaded,
 * and replaced by what is stored. Bytes 0 and 2 of a word are extended at once, bytes 1 and 3, too.
 */
#define APPROX_COPY_LOADS                                             \
  "ldr %[b], [%[x], #4]\n\tldr %[c], [%[x], #8]\n\t"                  \
  "ldr %[d], [%[x], #12]\n\tldr %[a], [%[x]], #16\n\t"
#define APPROX_COPY_LOAD "ldr %[a], [%[x]], #4\n\t"
#define APPROX_WIDEN(v, at)                                                          \
  "sxtb16 %[e], %[" v "]\n\tsxtb16 %[o], %[" v "], ror #8\n\t"                       \
  "pkhbt %[" v "], %[e], %[o], lsl #16\n\tpkhtb %[o], %[o], %[e], asr #16\n\t"       \
  "str %[" v "], [%[y], #" #at "]\n\tstr %[o], [%[y], #" #at " + 4]\n\t"
#define APPROX_WIDEN_MANY \
  APPROX_COPY_LOADS APPROX_WIDEN("a", 0) APPROX_WIDEN("b", 8) APPROX_WIDEN("c", 16) \
  APPROX_WIDEN("d", 24) "adds %[y], #32\n\t"
#define APPROX_WIDEN_WORD APPROX_COPY_LOAD APPROX_WIDEN("a", 0) "adds %[y], #8\n\t"
#define APPROX_NARROW(v, w, at)                                                        \
  "pkhbt %[e], %[" v "], %[" w "], lsl #16\n\tpkhtb %[o], %[" w "], %[" v "], asr #16\n\t" \
  "uxtb16 %[e], %[e]\n\tuxtb16 %[o], %[o]\n\torr %[e], %[e], %[o], lsl #8\n\t"         \
  "str %[e], [%[y], #" #at "]\n\t"
#define APPROX_NARROW_MANY \
  APPROX_COPY_LOADS APPROX_NARROW("a", "b", 0) APPROX_NARROW("c", "d", 4) "adds %[y], #8\n\t"
#define APPROX_NARROW_WORD \
  "ldr %[b], [%[x], #4]\n\tldr %[a], [%[x]], #8\n\t" APPROX_NARROW("a", "b", 0) "adds %[y], #4\n\t"
#define APPROX_COPY_MANY                                                    \
  APPROX_COPY_LOADS "str %[b], [%[y], #4]\n\tstr %[c], [%[y], #8]\n\t"      \
  "str %[d], [%[y], #12]\n\tstr %[a], [%[y]], #16\n\t"
#define APPROX_COPY_WORD APPROX_COPY_LOAD "str %[a], [%[y]], #4\n\t"
#define APPROX_COPY_ROUNDS(round, rounds)                                                        \
  if ((rounds) != 0u) {                                                                          \
    uint32_t approx_a, approx_b, approx_c, approx_d, approx_e, approx_o, approx_n = (rounds);    \
    __asm__ volatile("1:\n\t" round "subs %[n], #1\n\tbne 1b"                                    \
                     : [x] "+&l"(x), [y] "+&l"(y), [n] "+&l"(approx_n), [a] "=&r"(approx_a),     \
                       [b] "=&r"(approx_b), [c] "=&r"(approx_c), [d] "=&r"(approx_d),            \
                       [e] "=&r"(approx_e), [o] "=&r"(approx_o)                                  \
                     :                                                                           \
                     : "cc", "memory");                                                          \
  }
/* `many` values a round, then `few`, then one by one; one by one too until y is aligned. */
#define APPROX_COPY_FUNCTION(from, to, kind, many, few)                                          \
  APPROX_STEP void approx_copy_s##from##_s##to(const int##from##_t *x, int##to##_t *y,           \
                                               uint32_t n) {                                     \
    for (; n != 0u && ((uintptr_t)y & 3u) != 0u; n--) {                                          \
      *y++ = (int##to##_t)*x++;                                                                  \
    }                                                                                            \
    APPROX_COPY_ROUNDS(APPROX_##kind##_MANY, n / (many))                                         \
    APPROX_COPY_ROUNDS(APPROX_##kind##_WORD, n % (many) / (few))                                 \
    for (n %= (few); n != 0u; n--) {                                                             \
      *y++ = (int##to##_t)*x++;                                                                  \
    }                                                                                            \
  }

/* Eight words a round. */
static inline approx_word *approx_fill_words(approx_word *p, uint32_t word, uint32_t n) {
  if (n >= 8u) {
    uint32_t rounds = n / 8u;
    __asm__ volatile(
        "1:\n\tstr %[v], [%[p]]\n\tstr %[v], [%[p], #4]\n\tstr %[v], [%[p], #8]\n\t"
        "str %[v], [%[p], #12]\n\tstr %[v], [%[p], #16]\n\tstr %[v], [%[p], #20]\n\t"
        "str %[v], [%[p], #24]\n\tstr %[v], [%[p], #28]\n\tadds %[p], #32\n\t"
        "subs %[n], #1\n\tbne 1b"
        : [p] "+&l"(p), [n] "+&l"(rounds)
        : [v] "l"(word)
        : "cc", "memory");
  }
  for (n %= 8u; n != 0u; n--) {
    *p++ = word;
    __asm__("" : "+r"(word));
  }
  return p;
}

/* A store every `stride` bytes, eight a round. */
#define APPROX_COLUMN_FOUR(store)                                                          \
  store " %[v], [%[p]]\n\t" store " %[v], [%[p], %[s]]\n\t" store                          \
        " %[v], [%[p], %[s], lsl #1]\n\t" store " %[v], [%[p], %[t]]\n\tadd %[p], %[p], %[s], lsl #2\n\t"
#define APPROX_FILL_COLUMN(store, type, p, value, runs, stride)                                    \
  do {                                                                                             \
    uintptr_t approx_p = (uintptr_t)(p);                                                           \
    uint32_t approx_n = (runs) / 8u;                                                               \
    if (approx_n != 0u) {                                                                          \
      __asm__ volatile("1:\n\t" APPROX_COLUMN_FOUR(store) APPROX_COLUMN_FOUR(store)                \
                       "subs %[n], #1\n\tbne 1b"                                                   \
                       : [p] "+&r"(approx_p), [n] "+&l"(approx_n)                                  \
                       : [v] "r"(value), [s] "r"(stride), [t] "r"(3u * (stride))                   \
                       : "cc", "memory");                                                          \
    }                                                                                              \
    for (approx_n = (runs) % 8u; approx_n != 0u; approx_n--) {                                     \
      *(type *)approx_p = (type)(value);                                                           \
      approx_p += (stride);                                                                        \
    }                                                                                              \
  } while (0)

#else

#define APPROX_COPY_FUNCTION(from, to, kind, many, few)                                          \
  APPROX_STEP void approx_copy_s##from##_s##to(const int##from##_t *x, int##to##_t *y,           \
                                               uint32_t n) {                                     \
    for (uint32_t i = 0u; i < n; i++) {                                                          \
      y[i] = (int##to##_t)x[i];                                                                  \
    }                                                                                            \
  }

/* The compiler is kept from making the loop a call of memset. */
static inline approx_word *approx_fill_words(approx_word *p, uint32_t word, uint32_t n) {
  for (; n != 0u; n--) {
    *p++ = word;
    __asm__("" : "+r"(word));
  }
  return p;
}

#define APPROX_FILL_COLUMN(store, type, p, value, runs, stride)                \
  do {                                                                         \
    for (uint32_t approx_n = 0u; approx_n < (runs); approx_n++) {              \
      *(type *)((uintptr_t)(p) + approx_n * (stride)) = (type)(value);         \
    }                                                                          \
  } while (0)

#endif /* APPROX_ARM_H */

APPROX_COPY_FUNCTION(8, 8, COPY, 16u, 4u)
APPROX_COPY_FUNCTION(8, 16, WIDEN, 16u, 4u)
APPROX_COPY_FUNCTION(16, 8, NARROW, 8u, 4u)
APPROX_COPY_FUNCTION(16, 16, COPY, 8u, 2u)

APPROX_STEP void approx_fill_s8(int8_t *p, int8_t v, uint32_t n) {
  for (; n != 0u && ((uintptr_t)p & 3u) != 0u; n--) {
    *p++ = v;
  }
  p = (int8_t *)approx_fill_words((approx_word *)(void *)p, (uint8_t)v * 0x01010101u, n / 4u);
  for (n %= 4u; n != 0u; n--) {
    *p++ = v;
  }
}

APPROX_STEP void approx_fill_s16(int16_t *p, int16_t v, uint32_t n) {
  if (n != 0u && ((uintptr_t)p & 3u) != 0u) {
    *p++ = v;
    n--;
  }
  p = (int16_t *)approx_fill_words((approx_word *)(void *)p, (uint16_t)v * 0x00010001u, n / 2u);
  if ((n & 1u) != 0u) {
    *p = v;
  }
}

APPROX_STEP void approx_fill_runs_s8(int8_t *p, int8_t v, uint32_t n, uint32_t runs,
                                     uint32_t stride) {
  for (; runs != 0u; runs--, p += stride) {
    approx_fill_s8(p, v, n);
  }
}

/* Many short runs are filled column by column: pairs where all of them are aligned. */
APPROX_STEP void approx_fill_runs_s16(int16_t *p, int16_t v, uint32_t n, uint32_t runs,
                                      uint32_t stride) {
  const uint32_t step = 2u * stride;
  if (n > runs) {
    for (; runs != 0u; runs--, p += stride) {
      approx_fill_s16(p, v, n);
    }
    return;
  }
  while (n != 0u) {
    if (n >= 2u && (((uintptr_t)p | step) & 3u) == 0u) {
      APPROX_FILL_COLUMN("str", approx_word, p, (uint16_t)v * 0x00010001u, runs, step);
      p += 2;
      n -= 2u;
    } else {
      APPROX_FILL_COLUMN("strh", int16_t, p, v, runs, step);
      p++;
      n--;
    }
  }
}

#endif /* APPROX_MOVES_H */
