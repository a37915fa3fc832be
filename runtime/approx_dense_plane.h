/*
 * Streamed dot products of a whole plane: four output channels at all its pixels, tile by tile of
 * two, finished and stored. Included by approx_runtime.h after approx_dense.h, which says what a
 * tile of APPROX_DOT_S16_4X2, S8 and SUMS is and how its weights lie in memory.
 *
 * APPROX_DENSE_PLANE_S8_S16(lines, count, x, x_line, x_pixel, w, n, runs, below, bias, m, zp,
 *                           y, y_line, y_pixel, y_channel): for channel r < 4 and output (i, j),
 * i < lines, j < count
 *   acc = bias[r] + dot product of the window at x[i * x_line + j * x_pixel]
 *   y[i * y_line + j * y_pixel + r * y_channel] = approx_requantize(acc, m[r], 0, zp, -128, 127)
 * The first half of the suffix is the order of the weights (S16, S8, SUMS), the second the type of
 * y. Start values of SUMS are sums, too: that of an odd row is the one of the row before plus 256
 * times its own. All but pointers is a constant. The last output of an odd line is
 * a tile of its own.
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
 * free. Beside its products a tile of two takes 45 cycles, 5 more for SUMS, 4 more where channels
 * are far apart, 4 more where its window is a loop; 4 less where two of them are written out.
 *
 * approx_stops bytes on top of the stack belong to the loops over a window (APPROX_DENSE_STOPS),
 * which moves x by approx_moved bytes; approx_tile counts the tiles of a round.
 */
#define APPROX_PLANE_W "0"
#define APPROX_PLANE_BIAS(r) "4+4*" #r
#define APPROX_PLANE_M(r) "20+4*" #r
#define APPROX_PLANE_ZP "36"
#define APPROX_PLANE_ZP_HIGH "40"
#define APPROX_PLANE_Y "44"
#define APPROX_PLANE_END "48"
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

/* Tiles of two of a line: bytes of x and y, and where x ends. */
#define APPROX_PLANE_PAIRS "(%c[count]/2*2)"
#define APPROX_PLANE_LINE                                                                       \
  ".if %c[count]>1\n"                                                                           \
  APPROX_PLANE_SUM(APPROX_DENSE_W0, "%[x]", APPROX_PLANE_PAIRS "*%c[across]")                   \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_END) ".endif\n"
#define APPROX_PLANE_BEGIN                                                                      \
  "sub sp,sp,#" APPROX_PLANE_BYTES "\n.set approx_stops,0\n"                                    \
  APPROX_PLANE_STR("%[w]", APPROX_PLANE_W) APPROX_PLANE_STR("%[a00]", APPROX_PLANE_Y)           \
  APPROX_PLANE_COPY("%[a10]", APPROX_PLANE_BIAS) APPROX_PLANE_COPY("%[a20]", APPROX_PLANE_M)    \
  "mov " APPROX_DENSE_W0 ",#%c[zp]\n" APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_ZP)        \
  "lsl " APPROX_DENSE_W0 "," APPROX_DENSE_W0 ",#8\nadd " APPROX_DENSE_W0 ",#128\n"              \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_ZP_HIGH)                                       \
  "movw " APPROX_DENSE_W0 ",#%c[height]\n"                                                      \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                                         \
  APPROX_DENSE_STOPS ".set approx_stops,4*(((%c[runs]>1)&1)+((%c[rounds]>1)&1))\n"              \
  ".if %c[runs]>1\n.set approx_moved,%c[runs]*%c[below]\n"                                      \
  ".elseif %c[rounds]>1||%c[rest]\n.set approx_moved,4*%c[rounds]*%c[unroll]\n"                 \
  ".else\n.set approx_moved,0\n.endif\n3:\n"                                                   \
  APPROX_PLANE_LINE

/* Start values of pixel 0; those of pixel 1 where its first products do not see to it. */
#define APPROX_PLANE_PIXEL1_1
#define APPROX_PLANE_PIXEL1_2                                                                   \
  ".if %c[runs]>1||%c[rounds]>1\n"                                                              \
  "mov %[a01],%[a00]\nmov %[a11],%[a10]\nmov %[a21],%[a20]\nmov %[a31],%[a30]\n"                \
  ".set approx_first,0\n.else\n.set approx_first,1\n.endif\n"
#define APPROX_PLANE_START(P)                                                                   \
  APPROX_PLANE_LDR("%[w]", APPROX_PLANE_W)                                                      \
  APPROX_PLANE_LDR("%[a00]", APPROX_PLANE_BIAS(0))                                              \
  APPROX_PLANE_LDR("%[a10]", APPROX_PLANE_BIAS(1))                                              \
  APPROX_PLANE_LDR("%[a20]", APPROX_PLANE_BIAS(2))                                              \
  APPROX_PLANE_LDR("%[a30]", APPROX_PLANE_BIAS(3)) APPROX_PLANE_PIXEL1_##P                      \
  ".if %c[runs]>1&&%c[rounds]>1\n"                                                              \
  APPROX_PLANE_SUM(APPROX_DENSE_W0, "%[w]", "4*approx_words*%c[rounds]*%c[unroll]")             \
  "str.w " APPROX_DENSE_W0 ",[sp]\n.endif\n"

/*
 * The sum b of an odd row of SUMS is left as 256 b. So SMMLA gives 256 b m / 2^32, rounded down,
 * plus 256 zp + 128, and what SSAT makes of that without its low byte is zp plus b m / 2^32,
 * rounded to nearest.
 */
#define APPROX_PLANE_SPLIT_1 "subs %[a10],%[a00]\nsubs %[a30],%[a20]\n"
#define APPROX_PLANE_SPLIT_2 APPROX_PLANE_SPLIT_1 "subs %[a11],%[a01]\nsubs %[a31],%[a21]\n"
#define APPROX_PLANE_SPLIT_S16(P)
#define APPROX_PLANE_SPLIT_S8(P)
#define APPROX_PLANE_SPLIT_SUMS(P) APPROX_PLANE_SPLIT_##P
#define APPROX_PLANE_HIGH_S16
#define APPROX_PLANE_HIGH_S8
#define APPROX_PLANE_HIGH_SUMS APPROX_PLANE_LDR(APPROX_DENSE_W1, APPROX_PLANE_ZP_HIGH)

#define APPROX_PLANE_VALUE(r, p, op, m, low)                                                    \
  op " %[a" #r #p "],%[a" #r #p "]," m "," APPROX_DENSE_W1 "\n"                                 \
  "ssat %[a" #r #p "],#8,%[a" #r #p "]" low "\n"
#define APPROX_PLANE_VALUES_1(r, ...) APPROX_PLANE_VALUE(r, 0, __VA_ARGS__)
#define APPROX_PLANE_VALUES_2(r, ...) \
  APPROX_PLANE_VALUE(r, 0, __VA_ARGS__) APPROX_PLANE_VALUE(r, 1, __VA_ARGS__)
#define APPROX_PLANE_EVEN(P, r, m) APPROX_PLANE_VALUES_##P(r, "smmlar", m, "")
#define APPROX_PLANE_ODD_S16(P, r, m) APPROX_PLANE_EVEN(P, r, m)
#define APPROX_PLANE_ODD_S8(P, r, m) APPROX_PLANE_EVEN(P, r, m)
#define APPROX_PLANE_ODD_SUMS(P, r, m) APPROX_PLANE_VALUES_##P(r, "smmla", m, ",asr #8")

/* y is in W0. To channels far apart it goes 0, 2, 1, 3, by what is in a00, free by then. */
#define APPROX_PLANE_FAR "%c[plane]*3+%c[y_across]*2*%c[tiles]>4095"
#define APPROX_PLANE_GO_0 APPROX_DENSE_NUMBER("%[a00]", "%c[plane]")
#define APPROX_PLANE_GO_2 "add " APPROX_DENSE_W0 "," APPROX_DENSE_W0 ",%[a00],lsl #1\n"
#define APPROX_PLANE_GO_1 "sub " APPROX_DENSE_W0 "," APPROX_DENSE_W0 ",%[a00]\n"
#define APPROX_PLANE_GO_3 APPROX_PLANE_GO_2
#define APPROX_PLANE_PUT_S8 "strb.w "
#define APPROX_PLANE_PUT_S16 "strh.w "
#define APPROX_PLANE_PUT(r, p, put, plane)                                                      \
  put "%[a" #r #p "],[" APPROX_DENSE_W0 ",#" plane "+(2*approx_tile+" #p ")*%c[y_across]]\n"
#define APPROX_PLANE_PUTS_1(r, put, plane) APPROX_PLANE_PUT(r, 0, put, plane)
#define APPROX_PLANE_PUTS_2(r, put, plane) \
  APPROX_PLANE_PUT(r, 0, put, plane) APPROX_PLANE_PUT(r, 1, put, plane)
#define APPROX_PLANE_STORE(P, r, put)                                                           \
  ".if " APPROX_PLANE_FAR "\n.if " #r "\n" APPROX_PLANE_GO_##r ".endif\n"                       \
  APPROX_PLANE_PUTS_##P(r, put, "0") ".if " #r "==0\n" APPROX_PLANE_GO_0 ".endif\n.else\n"      \
  APPROX_PLANE_PUTS_##P(r, put, #r "*%c[plane]") ".endif\n"

/* Behind the last tile of a round y moves on, and END is loaded beside the last multiplier. */
#define APPROX_PLANE_NEXT_Y_1
#define APPROX_PLANE_NEXT_Y_2                                                                   \
  ".if approx_tile==(%c[tiles]-1)\n.if 2*%c[tiles]*%c[y_across]>4095\n"                           \
  APPROX_PLANE_SUM(APPROX_DENSE_X0, APPROX_DENSE_W0, "2*%c[tiles]*%c[y_across]")                \
  ".else\naddw " APPROX_DENSE_X0 "," APPROX_DENSE_W0 ",#2*%c[tiles]*%c[y_across]\n.endif\n"     \
  APPROX_PLANE_STR(APPROX_DENSE_X0, APPROX_PLANE_Y) ".endif\n"
#define APPROX_PLANE_LOAD_END_1
#define APPROX_PLANE_LOAD_END_2                                                                 \
  ".if approx_tile==(%c[tiles]-1)\n" APPROX_PLANE_LDR(APPROX_DENSE_X1, APPROX_PLANE_END) ".endif\n"
#define APPROX_PLANE_FINISH(form, P, put)                                                       \
  APPROX_PLANE_LDR(APPROX_DENSE_W0, APPROX_PLANE_Y)                                             \
  APPROX_PLANE_LDR(APPROX_DENSE_W1, APPROX_PLANE_ZP)                                            \
  APPROX_PLANE_LDR(APPROX_DENSE_X0, APPROX_PLANE_M(0))                                          \
  APPROX_PLANE_LDR(APPROX_DENSE_X1, APPROX_PLANE_M(2))                                          \
  APPROX_PLANE_LDR("%[w]", APPROX_PLANE_M(1)) APPROX_PLANE_SPLIT_##form(P)                      \
  APPROX_PLANE_EVEN(P, 0, APPROX_DENSE_X0) APPROX_PLANE_NEXT_Y_##P                              \
  APPROX_PLANE_STORE(P, 0, put)                                                                 \
  APPROX_PLANE_EVEN(P, 2, APPROX_DENSE_X1) APPROX_PLANE_STORE(P, 2, put)                        \
  APPROX_PLANE_LDR(APPROX_DENSE_X0, APPROX_PLANE_M(3)) APPROX_PLANE_HIGH_##form                 \
  APPROX_PLANE_LOAD_END_##P                                                                     \
  APPROX_PLANE_ODD_##form(P, 1, "%[w]") APPROX_PLANE_STORE(P, 1, put)                           \
  APPROX_PLANE_ODD_##form(P, 3, APPROX_DENSE_X0) APPROX_PLANE_STORE(P, 3, put)

#define APPROX_PLANE_TILE(form, P, put)                                                         \
  ".set approx_side,2*approx_tile*%c[across]\n" APPROX_PLANE_START(P)                           \
  APPROX_DENSE_RUNS(APPROX_DENSE_STEP_##form##_4(P)) APPROX_PLANE_FINISH(form, P, put)          \
  ".set approx_tile,approx_tile+1\n"

/* The tiles of two of a line, the last output if it is odd, the next line. */
#define APPROX_PLANE_PAIRS_OF_LINE(form, put)                                                   \
  ".if %c[count]>1\n4:\n.set approx_tile,0\n.rept %c[tiles]\n"                                  \
  APPROX_PLANE_TILE(form, 2, put) ".endr\n"                                                     \
  APPROX_PLANE_MOVE("%[x]", "2*%c[tiles]*%c[across]-approx_moved")                                 \
  "cmp %[x]," APPROX_DENSE_X1 "\nbne.w 4b\n.endif\n"
#define APPROX_PLANE_LAST_OF_LINE(form, put) \
  ".if %c[count]&1\n.set approx_tile,0\n" APPROX_PLANE_TILE(form, 1, put) ".endif\n"
#define APPROX_PLANE_NEXT_LINE                                                                  \
  ".if %c[height]>1\n" APPROX_PLANE_LDR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                    \
  APPROX_PLANE_LDR(APPROX_DENSE_W1, APPROX_PLANE_Y)                                             \
  "subs " APPROX_DENSE_W0 ",#1\nbeq.w 5f\n"                                                     \
  APPROX_PLANE_STR(APPROX_DENSE_W0, APPROX_PLANE_LINES)                                         \
  APPROX_PLANE_MOVE("%[x]", "%c[down]-" APPROX_PLANE_PAIRS                                      \
                    "*%c[across]-(%c[count]&1)*approx_moved")                                      \
  APPROX_PLANE_MOVE(APPROX_DENSE_W1, "%c[y_down]-" APPROX_PLANE_PAIRS "*%c[y_across]")          \
  APPROX_PLANE_STR(APPROX_DENSE_W1, APPROX_PLANE_Y) "b.w 3b\n5:\n.endif\n"
#define APPROX_PLANE_END_ALL APPROX_DENSE_NO_STOPS "add sp,sp,#" APPROX_PLANE_BYTES "\n"

/* Steps of a block: code of pairs and of a last output stay in the cache, 64 and 44 bytes each. */
#define APPROX_PLANE_MOST(count) (APPROX_LOOP_BYTES / ((count) % 2 ? 108 : 64))
#define APPROX_PLANE_ROUNDS(steps, most) (((steps) + (most) - 1) / (most))
#define APPROX_PLANE_WHOLE(n, runs, below, across, most)                                        \
  ((n) / 2 * (runs) <= (most) && 2 * ((runs) - 1) * (below) + (across) + 2 * (n) <= 4095)
/* Two tiles are written out if they make up lines, are in reach, and a fourth of what may be. */
#define APPROX_PLANE_TILES(count, steps, most, x_reach, y_reach)                                \
  ((count) % 4 == 0 && 4 * (steps) <= (most) && (x_reach) <= 4095 && (y_reach) <= 4095 ? 2 : 1)
/* gcc takes a line for an instruction: at least as many as .rept makes. */
#define APPROX_PLANE_LINES_256                                                                  \
  APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64 APPROX_DENSE_LINES_64
#define APPROX_PLANE_ALL_LINES                                                                  \
  APPROX_PLANE_LINES_256 APPROX_PLANE_LINES_256 APPROX_PLANE_LINES_256 APPROX_PLANE_LINES_256   \
  APPROX_PLANE_LINES_256 APPROX_PLANE_LINES_256

/*
 * Up to APPROX_STAGE_BYTES of weights that several tiles read are copied to the stack first: where
 * no cache holds constants, every tile would wait for the flash.
 */
#define APPROX_PLANE_STAGED(bytes, outputs) \
  ((bytes) <= APPROX_STAGE_BYTES && (outputs) >= 8 ? (bytes) : 0)

#define APPROX_PLANE(form, per_step, bits, height_, count_, x_, x_line, x_pixel, w_, n, runs_,  \
                     below_, bias, m, zp_, y_, y_line, y_pixel, y_channel)                      \
  do {                                                                                          \
    enum {                                                                                      \
      approx_staged = APPROX_PLANE_STAGED(4 * (per_step) * ((n) / 2) * (runs_),                 \
                                          (height_) * (count_)),                                \
      approx_most = APPROX_PLANE_MOST(count_),                                                  \
      approx_whole = APPROX_PLANE_WHOLE(n, runs_, below_, 2 * (x_pixel), approx_most),          \
      approx_steps = (n) / 2,                                                                   \
      approx_rounds = approx_whole ? 1 : APPROX_PLANE_ROUNDS(approx_steps, approx_most),        \
      approx_unroll = approx_steps / approx_rounds,                                             \
      approx_rest = approx_steps % approx_rounds,                                               \
      approx_runs = approx_whole ? 1 : (runs_),                                                 \
      approx_size = (bits) / 8,                                                                 \
      approx_tiles = APPROX_PLANE_TILES(                                                        \
          count_, approx_whole ? approx_steps * (runs_) : approx_most, approx_most,             \
          2 * ((runs_) - 1) * (below_) + 6 * (x_pixel) + 2 * (n), 4 * approx_size * (y_pixel))  \
    };                                                                                          \
    uint32_t approx_stage[approx_staged / 4 + 1];                                               \
    if (approx_staged != 0) {                                                                   \
      approx_copy_s8_s8((const int8_t *)(w_), (int8_t *)approx_stage, approx_staged);           \
    }                                                                                           \
    uintptr_t approx_x = (uintptr_t)(x_) - 4u;                                                  \
    uintptr_t approx_w = (approx_staged != 0 ? (uintptr_t)approx_stage : (uintptr_t)(w_)) - 4u; \
    uintptr_t approx_00 = (uintptr_t)(y_), approx_10 = (uintptr_t)(bias);                       \
    uintptr_t approx_20 = (uintptr_t)(m), approx_30, approx_01, approx_11, approx_21, approx_31; \
    __asm__ volatile(                                                                           \
        ".set approx_words," #per_step "\n" APPROX_PLANE_BEGIN                                  \
        APPROX_PLANE_PAIRS_OF_LINE(form, APPROX_PLANE_PUT_S##bits)                              \
        APPROX_PLANE_LAST_OF_LINE(form, APPROX_PLANE_PUT_S##bits) APPROX_PLANE_NEXT_LINE        \
        APPROX_PLANE_END_ALL APPROX_PLANE_ALL_LINES                                             \
        : [a00] "+r"(approx_00), [a10] "+r"(approx_10), [a20] "+r"(approx_20),                  \
          [a30] "=&r"(approx_30), [a01] "=&r"(approx_01), [a11] "=&r"(approx_11),               \
          [a21] "=&r"(approx_21), [a31] "=&r"(approx_31), [x] "+r"(approx_x),                   \
          [w] "+r"(approx_w)                                                                    \
        : [across] "i"(2 * (x_pixel)), [lines] "i"(approx_whole ? (runs_) : 1),                 \
          [unroll] "i"(approx_unroll), [rounds] "i"(approx_rounds), [rest] "i"(approx_rest),    \
          [runs] "i"(approx_runs), [below] "i"(2 * (below_)), [height] "i"(height_),            \
          [count] "i"(count_), [down] "i"(2 * (x_line)), [zp] "i"(zp_),                         \
          [y_across] "i"(approx_size * (y_pixel)), [y_down] "i"(approx_size * (y_line)),        \
          [plane] "i"(approx_size * (y_channel)), [tiles] "i"(approx_tiles)                     \
        : APPROX_DENSE_W0, APPROX_DENSE_W1, APPROX_DENSE_X0, APPROX_DENSE_X1, "cc", "memory");  \
  } while (0)

#else

#define APPROX_PLANE_SPLIT_S16(P, acc) ((void)0)
#define APPROX_PLANE_SPLIT_S8(P, acc) ((void)0)
#define APPROX_PLANE_SPLIT_SUMS(P, acc) APPROX_SPLIT_4X##P(acc)
#define APPROX_PLANE_TILE(P, form, bits, x, x_pixel, w, n, runs, below, bias, m, zp, y, y_at,    \
                          y_pixel, y_channel)                                                   \
  do {                                                                                          \
    APPROX_TILE_4X##P(approx_acc, (bias)[0], (bias)[1], (bias)[2], (bias)[3]);                  \
    APPROX_DENSE_##form(4, P, approx_acc, x, x_pixel, w, n, runs, below);                       \
    APPROX_PLANE_SPLIT_##form(P, approx_acc);                                                   \
    APPROX_REQUANTIZE_4X##P(approx_acc, (m)[0], (m)[1], (m)[2], (m)[3], 0, zp, -128, 127);      \
    APPROX_PUT_4X##P##_S##bits(approx_acc, 4, y, y_at, y_pixel, y_channel);                     \
  } while (0)
#define APPROX_PLANE(form, per_step, bits, height, count, x, x_line, x_pixel, w, n, runs, below, \
                     bias, m, zp, y, y_line, y_pixel, y_channel)                                \
  do {                                                                                          \
    for (int32_t approx_i = 0; approx_i < (height); approx_i++) {                               \
      const int16_t *approx_x = (x) + approx_i * (x_line);                                      \
      int32_t approx_y = approx_i * (y_line);                                                   \
      for (int32_t approx_j = 0; approx_j < (count) / 2; approx_j++) {                          \
        APPROX_PLANE_TILE(2, form, bits, approx_x, x_pixel, w, n, runs, below, bias, m, zp, y,  \
                          approx_y, y_pixel, y_channel);                                        \
        approx_x += 2 * (x_pixel);                                                              \
        approx_y += 2 * (y_pixel);                                                              \
      }                                                                                         \
      if ((count) % 2 != 0) {                                                                   \
        APPROX_PLANE_TILE(1, form, bits, approx_x, x_pixel, w, n, runs, below, bias, m, zp, y,  \
                          approx_y, y_pixel, y_channel);                                        \
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
