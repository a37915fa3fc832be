/*
 * Streamed dot products of a whole plane: four output channels at all its pixels, tile by tile of
 * two, finished and stored. Included by approx_runtime.h after approx_dense.h, which says what a
 * tile of APPROX_DOT_S16_4X2, S8 and SUMS is and how its weights lie in memory.
 *
 * APPROX_DENSE_PLANE_S8_S16(lines, count, x, x_line, x_pixel, w, n, runs, below, bias, m, zp,
 *                           y, y_line, y_pixel, y_channel): for channel r < 4 and output (i, j),
 * i < lines, j < count (at least 2)
 *   acc = bias[r] + dot product of the window at x[i * x_line + j * x_pixel]
 *   y[i * y_line + j * y_pixel + r * y_channel] = approx_requantize(acc, m[r], 0, zp, -128, 127)
 * The first half of the suffix is the order of the weights (S16, S8, SUMS), the second the type of
 * y. Start values of SUMS are sums, too: that of an odd row is the one of the row before plus 256
 * times its own. All but pointers is a constant. Where count is odd the last tile of a line
 * overlaps the one before: it stores the same values again.
 */
#ifndef APPROX_DENSE_PLANE_H
#define APPROX_DENSE_PLANE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * One statement, for between the tiles there are no registers to spare: eight accumulators, x, w
 * and four temporaries are all. What else is needed lies on the stack and is loaded by groups, at
 * the beginning of a tile with the first inputs, behind its products where temporaries and w are
 * free. Beside its products a tile takes 45 cycles, 8 more for SUMS, 4 more where channels are far
 * apart, 4 more where its window is a loop.
 *
 * approx_stops bytes on top of the stack belong to the loops over a window (APPROX_DENSE_STOPS).
 */
#define APPROX_PLANE_W "0"
#define APPROX_PLANE_BIAS(r) "4+4*" #r
#define APPROX_PLANE_M(r) "20+4*" #r
#define APPROX_PLANE_ZP "36"
#define APPROX_PLANE_Y "40"
#define APPROX_PLANE_END "44"
#define APPROX_PLANE_LINE_END "48"
#define APPROX_PLANE_LINES "52"
#define APPROX_PLANE_BYTES "56"

#define APPROX_PLANE_LDR(to, slot) "ldr.w " to ",[sp,#approx_stops+" slot "]\n"
#define APPROX_PLANE_STR(from, slot) "str.w " from ",[sp,#approx_stops+" slot "]\n"
#define APPROX_PLANE_MOVE(to, bytes)                                                            \
  ".if (" bytes ")>=0\n" APPROX_DENSE_ADD(to, bytes) ".elseif (" bytes ")>-4096\n"              \
  "subw " to "," to ",#-(" bytes ")\n.else\n"                                                   \
  APPROX_DENSE_NUMBER(APPROX_DENSE_X0, "-(" bytes ")") "sub " to "," APPROX_DENSE_X0 "\n.endif\n"
#define APPROX_PLANE_SUM(to, from, bytes) \
  APPROX_DENSE_NUMBER(to, bytes) "add " to "," from "\n"

/* Four words from where `from` points to into slots. */
#define APPROX_PLANE_COPY(from, slot)                                                           \
  "ldmia " from ",{r8,r10,r12,lr}\n" APPROX_PLANE_STR("r8", slot(0))                            \
  APPROX_PLANE_STR("r10", slot(1)) APPROX_PLANE_STR("r12", slot(2)) APPROX_PLANE_STR("lr", slot(3))

/* Where a line ends: behind its last whole tile, and behind all its outputs. */
#define APPROX_PLANE_LINE                                                                       \
  APPROX_PLANE_SUM(APPROX_DENSE_W0, "%[x]", "%c[count]/2*2*%c[across]")                         \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_END)                                           \
  ".if %c[count]&1\naddw " APPROX_DENSE_W0 "," APPROX_DENSE_W0 ",#%c[across]\n"                 \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_LINE_END) ".endif\n"
#define APPROX_PLANE_BEGIN                                                                      \
  "sub sp,sp,#" APPROX_PLANE_BYTES "\n.set approx_stops,0\n"                                    \
  APPROX_PLANE_STR("%[w]", APPROX_PLANE_W) APPROX_PLANE_STR("%[a00]", APPROX_PLANE_Y)           \
  APPROX_PLANE_COPY("%[a10]", APPROX_PLANE_BIAS) APPROX_PLANE_COPY("%[a20]", APPROX_PLANE_M)    \
  "mov " APPROX_DENSE_W0 ",#%c[zp]\n" APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_ZP)        \
  "movw " APPROX_DENSE_W0 ",#%c[height]\n"                                                      \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                                         \
  APPROX_PLANE_LINE APPROX_DENSE_STOPS                                                          \
  ".set approx_stops,4*(((%c[runs]>1)&1)+((%c[rounds]>1)&1))\n"

/* Start values of pixel 0; those of pixel 1 where its first products do not see to it. */
#define APPROX_PLANE_TILE                                                                       \
  "3:\n" APPROX_PLANE_LDR("%[w]", APPROX_PLANE_W)                                               \
  APPROX_PLANE_LDR("%[a00]", APPROX_PLANE_BIAS(0))                                              \
  APPROX_PLANE_LDR("%[a10]", APPROX_PLANE_BIAS(1))                                              \
  APPROX_PLANE_LDR("%[a20]", APPROX_PLANE_BIAS(2))                                              \
  APPROX_PLANE_LDR("%[a30]", APPROX_PLANE_BIAS(3))                                              \
  ".if %c[runs]>1||%c[rounds]>1\n"                                                              \
  "mov %[a01],%[a00]\nmov %[a11],%[a10]\nmov %[a21],%[a20]\nmov %[a31],%[a30]\n"                \
  ".set approx_first,0\n.else\n.set approx_first,1\n.endif\n"                                   \
  ".if %c[runs]>1&&%c[rounds]>1\n"                                                              \
  APPROX_PLANE_SUM(APPROX_DENSE_W0, "%[w]", "4*approx_words*%c[rounds]*%c[unroll]")             \
  "str.w " APPROX_DENSE_W0 ",[sp]\n.endif\n"

#define APPROX_PLANE_SPLIT_S16
#define APPROX_PLANE_SPLIT_S8
#define APPROX_PLANE_SPLIT_SUMS                                                                 \
  "subs %[a10],%[a00]\nsubs %[a11],%[a01]\nsubs %[a30],%[a20]\nsubs %[a31],%[a21]\n"            \
  "asrs %[a10],#8\nasrs %[a11],#8\nasrs %[a30],#8\nasrs %[a31],#8\n"
#define APPROX_PLANE_PUT_S8 "strb.w "
#define APPROX_PLANE_PUT_S16 "strh.w "

/* Channel r, whose multiplier is in `m`; y is in W0, zp in W1. Channels far apart are gone to. */
#define APPROX_PLANE_SCALE(r, m)                                                                \
  "smmlar %[a" #r "0],%[a" #r "0]," m "," APPROX_DENSE_W1 "\n"                                  \
  "smmlar %[a" #r "1],%[a" #r "1]," m "," APPROX_DENSE_W1 "\n"                                  \
  "ssat %[a" #r "0],#8,%[a" #r "0]\nssat %[a" #r "1],#8,%[a" #r "1]\n"
#define APPROX_PLANE_STORE(r, put)                                                              \
  ".if %c[y_across]+3*%c[plane]>4095\n"                                                         \
  ".if " #r ">0\nadd " APPROX_DENSE_W0 ",%[a00]\n.endif\n"                                      \
  put "%[a" #r "0],[" APPROX_DENSE_W0 "]\n"                                                     \
  put "%[a" #r "1],[" APPROX_DENSE_W0 ",#%c[y_across]]\n"                                       \
  ".if " #r "==0\n" APPROX_DENSE_NUMBER("%[a00]", "%c[plane]") ".endif\n"                       \
  ".else\n" put "%[a" #r "0],[" APPROX_DENSE_W0 ",#" #r "*%c[plane]]\n"                         \
  put "%[a" #r "1],[" APPROX_DENSE_W0 ",#" #r "*%c[plane]+%c[y_across]]\n.endif\n"
#define APPROX_PLANE_NEXT_Y                                                                     \
  ".if 2*%c[y_across]>4095\n"                                                                   \
  APPROX_PLANE_SUM(APPROX_DENSE_X0, APPROX_DENSE_W0, "2*%c[y_across]")                          \
  ".else\naddw " APPROX_DENSE_X0 "," APPROX_DENSE_W0 ",#2*%c[y_across]\n.endif\n"               \
  APPROX_PLANE_STR(APPROX_DENSE_X0, APPROX_PLANE_Y)
#define APPROX_PLANE_FINISH(form, put)                                                          \
  APPROX_PLANE_LDR(APPROX_DENSE_W0, APPROX_PLANE_Y)                                             \
  APPROX_PLANE_LDR(APPROX_DENSE_W1, APPROX_PLANE_ZP)                                            \
  APPROX_PLANE_LDR(APPROX_DENSE_X0, APPROX_PLANE_M(0))                                          \
  APPROX_PLANE_LDR(APPROX_DENSE_X1, APPROX_PLANE_M(1))                                          \
  APPROX_PLANE_LDR("%[w]", APPROX_PLANE_M(2)) APPROX_PLANE_SPLIT_##form                         \
  APPROX_PLANE_SCALE(0, APPROX_DENSE_X0) APPROX_PLANE_NEXT_Y APPROX_PLANE_STORE(0, put)         \
  APPROX_PLANE_SCALE(1, APPROX_DENSE_X1) APPROX_PLANE_STORE(1, put)                             \
  APPROX_PLANE_SCALE(2, "%[w]") APPROX_PLANE_STORE(2, put)                                      \
  APPROX_PLANE_LDR(APPROX_DENSE_X0, APPROX_PLANE_M(3))                                          \
  APPROX_PLANE_LDR(APPROX_DENSE_X1, APPROX_PLANE_END)                                           \
  APPROX_PLANE_SCALE(3, APPROX_DENSE_X0) APPROX_PLANE_STORE(3, put)

/* To the next tile, to an output back for the last one of an odd line, to the next line. */
#define APPROX_PLANE_Y_MOVE(bytes)                                                              \
  APPROX_PLANE_LDR(APPROX_DENSE_W1, APPROX_PLANE_Y) APPROX_PLANE_MOVE(APPROX_DENSE_W1, bytes)   \
  APPROX_PLANE_STR(APPROX_DENSE_W1, APPROX_PLANE_Y)
#define APPROX_PLANE_NEXT                                                                       \
  APPROX_PLANE_MOVE("%[x]", "2*%c[across]-%c[moved]")                                           \
  "cmp %[x]," APPROX_DENSE_X1 "\nbne.w 3b\n.if %c[count]&1\n"                                   \
  APPROX_PLANE_LDR(APPROX_DENSE_W0, APPROX_PLANE_LINE_END)                                      \
  "cmp %[x]," APPROX_DENSE_W0 "\nbeq.w 4f\n"                                                    \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_END) "subw %[x],%[x],#%c[across]\n"            \
  APPROX_PLANE_Y_MOVE("-%c[y_across]") "b.w 3b\n4:\n.endif\n.if %c[height]>1\n"                 \
  APPROX_PLANE_LDR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                                         \
  "subs " APPROX_DENSE_W0 ",#1\nbeq.w 5f\n"                                                     \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                                         \
  APPROX_PLANE_MOVE("%[x]", "%c[down]-%c[count]*%c[across]")                                    \
  APPROX_PLANE_Y_MOVE("%c[y_down]-%c[count]*%c[y_across]")                                      \
  APPROX_PLANE_LINE "b.w 3b\n5:\n.endif\n"
#define APPROX_PLANE_END_ALL APPROX_DENSE_NO_STOPS "add sp,sp,#" APPROX_PLANE_BYTES "\n"

#define APPROX_PLANE(form, per_step, bits, height_, count_, x_, x_line, x_pixel, w_, n, runs_,  \
                     below_, bias, m, zp_, y_, y_line, y_pixel, y_channel)                      \
  do {                                                                                          \
    enum {                                                                                      \
      approx_whole = APPROX_DENSE_WHOLE(n, runs_, below_, 2 * (x_pixel)),                       \
      approx_steps = (n) / 2,                                                                   \
      approx_unroll = approx_whole ? approx_steps                                               \
                                   : APPROX_DENSE_UNROLL(approx_steps, per_step),               \
      approx_rounds = approx_steps / approx_unroll,                                             \
      approx_rest = approx_steps % approx_unroll,                                               \
      approx_runs = approx_whole ? 1 : (runs_),                                                 \
      approx_moved = approx_runs > 1                        ? 2 * (runs_) * (below_)            \
                     : approx_rounds > 1 || approx_rest > 0 ? 4 * approx_rounds * approx_unroll \
                                                            : 0,                                \
      approx_size = (bits) / 8                                                                  \
    };                                                                                          \
    uintptr_t approx_x = (uintptr_t)(x_) - 4u, approx_w = (uintptr_t)(w_) - 4u;                 \
    uintptr_t approx_00 = (uintptr_t)(y_), approx_10 = (uintptr_t)(bias);                       \
    uintptr_t approx_20 = (uintptr_t)(m), approx_30, approx_01, approx_11, approx_21, approx_31; \
    __asm__ volatile(                                                                           \
        ".set approx_words," #per_step "\n" APPROX_PLANE_BEGIN APPROX_PLANE_TILE                \
        APPROX_DENSE_RUNS(APPROX_DENSE_STEP_##form##_4(2))                                      \
        APPROX_PLANE_FINISH(form, APPROX_PLANE_PUT_S##bits) APPROX_PLANE_NEXT                   \
        APPROX_PLANE_END_ALL APPROX_DENSE_LINES_##form                                          \
        : [a00] "+r"(approx_00), [a10] "+r"(approx_10), [a20] "+r"(approx_20),                  \
          [a30] "=&r"(approx_30), [a01] "=&r"(approx_01), [a11] "=&r"(approx_11),               \
          [a21] "=&r"(approx_21), [a31] "=&r"(approx_31), [x] "+r"(approx_x),                   \
          [w] "+r"(approx_w)                                                                    \
        : [across] "i"(2 * (x_pixel)), [lines] "i"(approx_whole ? (runs_) : 1),                 \
          [unroll] "i"(approx_unroll), [rounds] "i"(approx_rounds), [rest] "i"(approx_rest),    \
          [runs] "i"(approx_runs), [below] "i"(2 * (below_)), [moved] "i"(approx_moved),        \
          [height] "i"(height_), [count] "i"(count_), [down] "i"(2 * (x_line)), [zp] "i"(zp_),  \
          [y_across] "i"(approx_size * (y_pixel)), [y_down] "i"(approx_size * (y_line)),        \
          [plane] "i"(approx_size * (y_channel))                                                \
        : APPROX_DENSE_W0, APPROX_DENSE_W1, APPROX_DENSE_X0, APPROX_DENSE_X1, "cc", "memory");  \
  } while (0)

#else

#define APPROX_PLANE_SPLIT_S16(acc) ((void)0)
#define APPROX_PLANE_SPLIT_S8(acc) ((void)0)
#define APPROX_PLANE_SPLIT_SUMS(acc) APPROX_SPLIT_4X2(acc)
#define APPROX_PLANE(form, per_step, bits, height, count, x, x_line, x_pixel, w, n, runs, below, \
                     bias, m, zp, y, y_line, y_pixel, y_channel)                                \
  do {                                                                                          \
    for (int32_t approx_i = 0; approx_i < (height); approx_i++) {                               \
      for (int32_t approx_tile = 0; approx_tile < (count); approx_tile += 2) {                  \
        const int32_t approx_j = approx_tile < (count) - 1 ? approx_tile : (count) - 2;         \
        const int16_t *const approx_x = (x) + approx_i * (x_line) + approx_j * (x_pixel);       \
        APPROX_TILE_4X2(approx_acc, (bias)[0], (bias)[1], (bias)[2], (bias)[3]);                \
        APPROX_DENSE_##form(4, 2, approx_acc, approx_x, x_pixel, w, n, runs, below);            \
        APPROX_PLANE_SPLIT_##form(approx_acc);                                                  \
        APPROX_REQUANTIZE_4X2(approx_acc, (m)[0], (m)[1], (m)[2], (m)[3], 0, zp, -128, 127);    \
        APPROX_PUT_4X2_S##bits(approx_acc, 4, y, approx_i * (y_line) + approx_j * (y_pixel),    \
                               y_pixel, y_channel);                                             \
      }                                                                                         \
    }                                                                                           \
  } while (0)

#endif /* APPROX_ARM_H */

#define APPROX_DENSE_PLANE_S8_S8(...) APPROX_PLANE(S8, 2, 8, __VA_ARGS__)
#define APPROX_DENSE_PLANE_S8_S16(...) APPROX_PLANE(S8, 2, 16, __VA_ARGS__)
#define APPROX_DENSE_PLANE_SUMS_S8(...) APPROX_PLANE(SUMS, 2, 8, __VA_ARGS__)
#define APPROX_DENSE_PLANE_SUMS_S16(...) APPROX_PLANE(SUMS, 2, 16, __VA_ARGS__)
#define APPROX_DENSE_PLANE_S16_S8(...) APPROX_PLANE(S16, 4, 8, __VA_ARGS__)
#define APPROX_DENSE_PLANE_S16_S16(...) APPROX_PLANE(S16, 4, 16, __VA_ARGS__)

#endif /* APPROX_DENSE_PLANE_H */
