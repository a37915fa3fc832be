/*
 * Depthwise 3x3 convolution of channels whose inputs are planes of their own (int16, padded).
 * Included by approx_runtime.h.
 *
 * APPROX_DEPTHWISE_STRIDEs_Sb(planes, x_plane, y_plane, height, width, x, row, w, y, y_row,
 * y_pixel, zp, lo, hi), s 1 or 2 and y an int8_t * (b = 8) or int16_t * (b = 16): for c < planes,
 * i < height and j < width
 *   y[c * y_plane + i * y_row + j * y_pixel] = approx_requantize(acc, multiplier, 0, zp, lo, hi),
 *   acc = bias + the sum over a, b < 3 of
 *         x[c * x_plane + (s * i + a) * row + s * j + b] * w(a, b).
 * Numbers are literals. x and w are aligned to 4, `row` and x_plane are even. Outputs come in tiles
 * of 2x2, and words of x are read whole, so that x can be read for one more row and column of
 * outputs. For each c, w holds bias and multiplier, then pairs of int16:
 *   stride 1   w(a, 0) w(a, 1)  w(a, 1) w(a, 2)  for a = 0, 1, 2
 *   stride 2   w(a, 0) w(a, 1)  for a = 0, 1, 2;  w(0, 2) w(1, 2);  w(2, 2) 0
 */
#ifndef APPROX_DEPTHWISE_H
#define APPROX_DEPTHWISE_H

#ifndef APPROX_RUNTIME_H
#error "include approx_runtime.h"
#endif

#ifdef APPROX_ARM_H

/*
 * A tile is straight-line code, unrolled down its two columns: 49 cycles (stride 2: 55), of which
 * 24 multiply and 12 scale, saturate and store. x is r6 and y is r7, weights are in r8 - r12 and lr
 * (stride 2: r8 - r12). Six registers (seven) are left, so sums take the places of the inputs that
 * they are made of. The last row of inputs stays for the tile below, which therefore has these
 * registers in another order; the next one has them in the first order again.
 *
 * On the stack: bias, multiplier and where the next table is; then how often the loops over
 * channels, columns and unrolled tiles of a column are still to be run.
 *
 * The statement has its own instructions, approx_..., and these numbers: approx_x and approx_y, the
 * bytes from r6 and r7 to the first input and output of a tile (r6 and r7 move when an immediate
 * does not reach that far any more); approx_two, whether there is a right column, and approx_low,
 * whether there is a lower row; approx_turn, the order of the registers.
 */
#define APPROX_DEPTHWISE_IF(condition, text) ".if " condition "\n" text ".endif\n"
#define APPROX_DEPTHWISE_TWO(text) APPROX_DEPTHWISE_IF("approx_two", text)

/* approx_move: r6 or r7 to where it should be; `with` may be lost. An ADD where there is one. */
#define APPROX_DEPTHWISE_MOVE                                                                   \
  ".macro approx_move to,at,with\n.set approx_by,\\at\n"                                        \
  APPROX_DEPTHWISE_IF("\\at<0", ".set approx_by,-\\at\n")                                       \
  ".if (approx_by>4095)&(approx_by>255*(approx_by&-approx_by))\n"                               \
  "movw \\with,#\\at&65535\nmovt \\with,#(\\at>>16)&65535\nadd \\to,\\with\n"                   \
  ".elseif \\at<0\nsub \\to,\\to,#approx_by\n.elseif \\at>0\nadd \\to,\\to,#approx_by\n.endif\n" \
  ".set \\at,0\n.endm\n"
#define APPROX_DEPTHWISE_REACH(at, span, move) \
  APPROX_DEPTHWISE_IF("(" at "<0)|(" at "+" span ">4095)", "approx_move " move "\n")
#define APPROX_DEPTHWISE_REACH_X(with) \
  APPROX_DEPTHWISE_REACH("approx_x", "%c[span]", "r6,approx_x," with)
#define APPROX_DEPTHWISE_REACH_Y(with) \
  APPROX_DEPTHWISE_REACH("approx_y", "%c[right]", "r7,approx_y," with)

/*
 * approx_load: the words of row `at` of inputs. approx_row: that row (x, z; stride 2: x, y, z) by
 * weights, to the left sum and the right one; approx_first: the first row and the bias, where l may
 * be z or the bias (stride 2: l may be x, r may be z).
 */
#define APPROX_DEPTHWISE_WORD(to, k) "ldr " to ",[r6,#approx_x+\\at*%c[row]+4*" #k "]\n"
#define APPROX_DEPTHWISE_ROWS_1                                                                 \
  ".macro approx_load at,x,z\n"                                                                 \
  APPROX_DEPTHWISE_WORD("\\x", 0) APPROX_DEPTHWISE_WORD("\\z", 1) ".endm\n"                     \
  ".macro approx_row l,r,x,z,v,w\nsmlad \\l,\\x,\\v,\\l\nsmlabt \\l,\\z,\\w,\\l\n"              \
  APPROX_DEPTHWISE_TWO("smlatb \\r,\\x,\\v,\\r\nsmlad \\r,\\z,\\w,\\r\n") ".endm\n"             \
  ".macro approx_first l,r,x,z,bias\n"                                                          \
  APPROX_DEPTHWISE_TWO("smlatb \\r,\\x,r8,\\bias\nsmlad \\r,\\z,r9,\\r\n")                      \
  "smlabt \\l,\\z,r9,\\bias\nsmlad \\l,\\x,r8,\\l\n.endm\n"
#define APPROX_DEPTHWISE_ROWS_2                                                                 \
  ".macro approx_load at,x,y,z\n"                                                               \
  APPROX_DEPTHWISE_WORD("\\x", 0) APPROX_DEPTHWISE_WORD("\\y", 1)                               \
  APPROX_DEPTHWISE_TWO(APPROX_DEPTHWISE_WORD("\\z", 2)) ".endm\n"                               \
  ".macro approx_row l,r,x,y,z,v,by,w\nsmlad \\l,\\x,\\v,\\l\n\\by \\l,\\y,\\w,\\l\n"           \
  APPROX_DEPTHWISE_TWO("smlad \\r,\\y,\\v,\\r\n\\by \\r,\\z,\\w,\\r\n") ".endm\n"               \
  ".macro approx_first l,r,x,y,z,bias\nsmlad \\l,\\x,r8,\\bias\nsmlabb \\l,\\y,r11,\\l\n"       \
  APPROX_DEPTHWISE_TWO("smlabb \\r,\\z,r11,\\bias\nsmlad \\r,\\y,r8,\\r\n") ".endm\n"

/* approx_out: a row of outputs from its sums. Where y moves, for lower rows only, m may be lost. */
#define APPROX_DEPTHWISE_SCALE(v) "smmlar " v "," v ",\\m,\\zp\n"
#define APPROX_DEPTHWISE_SATURATE(v) "ssat " v ",#8," v "\n"
#define APPROX_DEPTHWISE_BOUND(v)                    \
  "cmp " v ",#%c[lo]\nit lt\nmovlt " v ",#%c[lo]\n"  \
  "cmp " v ",#%c[hi]\nit gt\nmovgt " v ",#%c[hi]\n"
#define APPROX_DEPTHWISE_EACH(step) step("\\l") APPROX_DEPTHWISE_TWO(step("\\r"))
#define APPROX_DEPTHWISE_OUT(store)                                                             \
  ".macro approx_out l,r,m,zp\n" APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_SCALE)                  \
  ".if (%c[lo]==-128)&(%c[hi]==127)\n" APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_SATURATE)         \
  ".else\n" APPROX_DEPTHWISE_EACH(APPROX_DEPTHWISE_BOUND) ".endif\n"                            \
  APPROX_DEPTHWISE_REACH_Y("\\m") store " \\l,[r7,#approx_y]\n"                                 \
  APPROX_DEPTHWISE_TWO(store " \\r,[r7,#approx_y+%c[right]]\n")                                 \
  ".set approx_y,approx_y+%c[down]\n.endm\n"

/* approx_tile. Row 1 is in c and d, row 3 goes to b and f; the second order has it in c and d. */
#define APPROX_DEPTHWISE_ORDER_1 "a,b,c,d,e,f"
#define APPROX_DEPTHWISE_ORDERS_1 "r0,r1,r2,r3,r4,r5", "r0,r2,r1,r5,r4,r3"
#define APPROX_DEPTHWISE_TOP_1 "approx_load 1,r2,r3\n"
#define APPROX_DEPTHWISE_TILE_1                                                                 \
  "approx_load 0,\\a,\\b\nldr \\e,[sp]\napprox_first \\b,\\f,\\a,\\b,\\e\n"                     \
  "approx_row \\b,\\f,\\c,\\d,r10,r11\n"                                                        \
  APPROX_DEPTHWISE_IF("approx_low", "approx_first \\e,\\a,\\c,\\d,\\e\n")                       \
  "approx_load 2,\\c,\\d\napprox_row \\b,\\f,\\c,\\d,r12,lr\n"                                  \
  APPROX_DEPTHWISE_IF("approx_low", "approx_row \\e,\\a,\\c,\\d,r10,r11\n")                     \
  "ldr \\c,[sp,#4]\nmov \\d,#%c[zp]\napprox_out \\b,\\f,\\c,\\d\n"                              \
  APPROX_DEPTHWISE_IF("approx_low", "approx_load 3,\\b,\\f\napprox_row \\e,\\a,\\b,\\f,r12,lr\n" \
                                    "approx_out \\e,\\a,\\c,\\d\n")
/* Row 0 is in b, c and d, row 4 goes to b, f and d. */
#define APPROX_DEPTHWISE_ORDER_2 "a,b,c,d,e,f,g"
#define APPROX_DEPTHWISE_ORDERS_2 "r0,r1,r2,r3,r4,r5,lr", "r0,r1,r5,r3,r4,r2,lr"
#define APPROX_DEPTHWISE_TOP_2 "approx_load 0,r1,r2,r3\n"
#define APPROX_DEPTHWISE_TILE_2                                                                 \
  "approx_load 1,\\e,\\f,\\g\nldr \\a,[sp]\napprox_first \\b,\\d,\\b,\\c,\\d,\\a\n"             \
  "approx_row \\b,\\d,\\e,\\f,\\g,r9,smlabt,r11\n"                                              \
  "approx_load 2,\\e,\\f,\\g\nldr \\c,[sp,#4]\napprox_row \\b,\\d,\\e,\\f,\\g,r10,smlabb,r12\n" \
  APPROX_DEPTHWISE_IF("approx_low", "approx_first \\e,\\g,\\e,\\f,\\g,\\a\n")                   \
  "mov \\a,#%c[zp]\napprox_out \\b,\\d,\\c,\\a\n"                                               \
  APPROX_DEPTHWISE_IF("approx_low", "approx_load 3,\\b,\\f,\\d\n"                               \
                                    "approx_row \\e,\\g,\\b,\\f,\\d,r9,smlabt,r11\n"            \
                                    "approx_load 4,\\b,\\f,\\d\n"                               \
                                    "approx_row \\e,\\g,\\b,\\f,\\d,r10,smlabb,r12\n"           \
                                    "approx_out \\e,\\g,\\c,\\a\n")
#define APPROX_DEPTHWISE_TILE(s)                                                                \
  ".macro approx_tile " APPROX_DEPTHWISE_ORDER_##s "\n" APPROX_DEPTHWISE_REACH_X("\\a")         \
  APPROX_DEPTHWISE_REACH_Y("\\a") APPROX_DEPTHWISE_TILE_##s                                     \
  ".set approx_turn,1-approx_turn\n.set approx_x,approx_x+" #s "*2*%c[row]\n.endm\n"
#define APPROX_DEPTHWISE_TURN(first, second) \
  ".if approx_turn\napprox_tile " second "\n.else\napprox_tile " first "\n.endif\n"
#define APPROX_DEPTHWISE_CALL(macro, ...) macro(__VA_ARGS__)
#define APPROX_DEPTHWISE_NEXT(s) \
  APPROX_DEPTHWISE_CALL(APPROX_DEPTHWISE_TURN, APPROX_DEPTHWISE_ORDERS_##s)

/* r0 holds no inputs between tiles. A round of a loop costs 7 cycles and the moves. */
#define APPROX_DEPTHWISE_COUNT(slot, count) "movw r0,#" count "\nstr r0,[sp,#" slot "]\n"
#define APPROX_DEPTHWISE_AGAIN(slot, label) \
  "ldr r0,[sp,#" slot "]\nsubs r0,#1\nstr r0,[sp,#" slot "]\nbne " label "\n"
#define APPROX_DEPTHWISE_SETTLE "approx_move r6,approx_x,r0\napprox_move r7,approx_y,r0\n"

/* approx_column: two columns or the last one, and on to the top of the next. */
#define APPROX_DEPTHWISE_COLUMN(s)                                                              \
  ".macro approx_column\n.set approx_low,1\n.set approx_turn,0\n"                               \
  APPROX_DEPTHWISE_IF("%c[blocks]>1",                                                           \
                      APPROX_DEPTHWISE_SETTLE APPROX_DEPTHWISE_COUNT("20", "%c[blocks]"))       \
  APPROX_DEPTHWISE_REACH_X("r0") APPROX_DEPTHWISE_REACH_Y("r0") APPROX_DEPTHWISE_TOP_##s        \
  "1:\n.rept %c[unroll]\n" APPROX_DEPTHWISE_NEXT(s) ".endr\n"                                   \
  APPROX_DEPTHWISE_IF("%c[blocks]>1",                                                           \
                      APPROX_DEPTHWISE_SETTLE APPROX_DEPTHWISE_AGAIN("20", "1b"))               \
  ".rept %c[rest]\n" APPROX_DEPTHWISE_NEXT(s) ".endr\n"                                         \
  APPROX_DEPTHWISE_IF("%c[height]&1", ".set approx_low,0\n" APPROX_DEPTHWISE_NEXT(s))           \
  ".set approx_x,approx_x-(%c[height]+1)/2*" #s "*2*%c[row]+" #s "*4\n"                         \
  ".set approx_y,approx_y-%c[height]*%c[down]+2*%c[right]\n.endm\n"

/* gcc takes a line for an instruction, so there are about as many as the longest code has. */
#define APPROX_DEPTHWISE_LINES_32 \
  "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
#define APPROX_DEPTHWISE_LINES_160                                                              \
  APPROX_DEPTHWISE_LINES_32 APPROX_DEPTHWISE_LINES_32 APPROX_DEPTHWISE_LINES_32                 \
  APPROX_DEPTHWISE_LINES_32 APPROX_DEPTHWISE_LINES_32
#define APPROX_DEPTHWISE_LINES                                                                  \
  APPROX_DEPTHWISE_LINES_160 APPROX_DEPTHWISE_LINES_160 APPROX_DEPTHWISE_LINES_160              \
  APPROX_DEPTHWISE_LINES_160 APPROX_DEPTHWISE_LINES_160 APPROX_DEPTHWISE_LINES_160
#define APPROX_DEPTHWISE_WEIGHTS_1 "r8-r12,lr"
#define APPROX_DEPTHWISE_WEIGHTS_2 "r8-r12"
#define APPROX_DEPTHWISE_STORE_8 "strb"
#define APPROX_DEPTHWISE_STORE_16 "strh"
#define APPROX_DEPTHWISE_PLANES(s, bits)                                                        \
  APPROX_DEPTHWISE_MOVE APPROX_DEPTHWISE_ROWS_##s                                               \
  APPROX_DEPTHWISE_OUT(APPROX_DEPTHWISE_STORE_##bits)                                           \
  APPROX_DEPTHWISE_TILE(s) APPROX_DEPTHWISE_COLUMN(s)                                           \
  "sub sp,#24\n" APPROX_DEPTHWISE_COUNT("12", "%c[planes]")                                     \
  "3:\nldm r2!,{r0,r1," APPROX_DEPTHWISE_WEIGHTS_##s "}\n"                                      \
  "str r0,[sp]\nstr r1,[sp,#4]\nstr r2,[sp,#8]\n"                                              \
  ".set approx_x,0\n.set approx_y,0\n.set approx_two,1\n"                                       \
  APPROX_DEPTHWISE_IF("%c[rounds]>1", APPROX_DEPTHWISE_COUNT("16", "%c[rounds]"))               \
  "2:\n.rept %c[across]\napprox_column\n.endr\n"                                                \
  APPROX_DEPTHWISE_IF("%c[rounds]>1",                                                           \
                      APPROX_DEPTHWISE_SETTLE APPROX_DEPTHWISE_AGAIN("16", "2b"))               \
  APPROX_DEPTHWISE_IF("%c[width]&1", ".set approx_two,0\napprox_column\n")                      \
  ".set approx_x,approx_x+%c[x_on]\n.set approx_y,approx_y+%c[y_on]\n" APPROX_DEPTHWISE_SETTLE  \
  "ldr r2,[sp,#8]\n" APPROX_DEPTHWISE_AGAIN("12", "3b") "add sp,#24\n"                          \
  ".irp name,move,load,row,first,out,tile,column\n.purgem approx_\\name\n.endr\n"               \
  APPROX_DEPTHWISE_LINES

/*
 * What is unrolled, at about 200 bytes a tile: all of a plane of up to twelve tiles, else a column;
 * a column of twelve or more is a loop over six (an even number, for the order of registers) and
 * then the rest. Twelve in the loop would be 3 % faster on an STM32U5, but 20 % slower with the
 * 1 KiB of instruction cache of an STM32L4.
 */
#define APPROX_DEPTHWISE_FIT(tiles)                                                             \
  (APPROX_LOOP_BYTES < 400             ? 2                                                      \
   : APPROX_LOOP_BYTES < 200 * (tiles) ? APPROX_LOOP_BYTES / 200                                \
                                       : (tiles))
#define APPROX_DEPTHWISE_UNROLL(tiles) \
  ((tiles) < 2 * APPROX_DEPTHWISE_FIT(6) ? (tiles) : APPROX_DEPTHWISE_FIT(6) / 2 * 2)
#define APPROX_DEPTHWISE(s, bits, channels, x_plane, y_plane, rows, columns, input,             \
                         step, table, output, y_row, y_pixel, zero, least, most)                \
  do {                                                                                          \
    enum {                                                                                      \
      approx_tall = (rows) / 2,                                                                 \
      approx_across = ((columns) + 1) / 2,                                                      \
      approx_whole = ((rows) + 1) / 2 * approx_across <= APPROX_DEPTHWISE_FIT(12),              \
      approx_unroll = approx_whole ? approx_tall : APPROX_DEPTHWISE_UNROLL(approx_tall),        \
      approx_blocks = approx_tall ? approx_tall / approx_unroll : 0,                            \
      approx_size = (int)sizeof *(output)                                                       \
    };                                                                                          \
    register const int16_t *approx_x __asm__("r6") = (input);                                   \
    register void *approx_y __asm__("r7") = (output);                                           \
    register const int32_t *approx_w __asm__("r2") = (table);                                   \
    __asm__ volatile(                                                                           \
        APPROX_DEPTHWISE_PLANES(s, bits)                                                        \
        : "+r"(approx_x), "+r"(approx_y), "+r"(approx_w)                                        \
        : [planes] "i"(channels), [height] "i"(rows), [width] "i"(columns),                     \
          [row] "i"(2 * (step)), [span] "i"(2 * (s + 2) * (step) + 4 * s), [zp] "i"(zero),      \
          [lo] "i"(least), [hi] "i"(most), [right] "i"((y_pixel) * approx_size),                \
          [down] "i"((y_row) * approx_size), [x_on] "i"(2 * (x_plane) - 4 * s * approx_across), \
          [y_on] "i"(((y_plane) - 2 * approx_across * (y_pixel)) * approx_size),                \
          [across] "i"(approx_whole ? (columns) / 2 : (columns) > 1),                           \
          [rounds] "i"(approx_whole ? 1 : (columns) / 2), [blocks] "i"(approx_blocks),          \
          [unroll] "i"(approx_unroll), [rest] "i"(approx_tall - approx_blocks * approx_unroll)  \
        : "r0", "r1", "r3", "r4", "r5", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory"); \
  } while (0)

#else

/* Weight (a, b) of the pairs for a stride. */
static inline int32_t approx_depthwise_weight(const int32_t *w, int32_t stride, int32_t a,
                                              int32_t b) {
  const int32_t pair = stride == 1 ? 2 * a + b / 2 : b < 2 ? a : 3 + a / 2;
  const int32_t second = stride == 1 ? (b + 1) / 2 : b < 2 ? b : a % 2;
  return second != 0 ? w[pair] >> 16 : (int16_t)w[pair];
}

/* The output of the window at x. */
static inline int32_t approx_depthwise_output(const int16_t *x, int32_t row, const int32_t *w,
                                              int32_t stride, int32_t zp, int32_t lo, int32_t hi) {
  uint32_t acc = (uint32_t)w[0];
  for (int32_t a = 0; a < 3; a++) {
    for (int32_t b = 0; b < 3; b++) {
      acc += (uint32_t)(x[a * row + b] * approx_depthwise_weight(w + 2, stride, a, b));
    }
  }
  return approx_requantize((int32_t)acc, w[1], 0, zp, lo, hi);
}

#define APPROX_DEPTHWISE(s, bits, planes, x_plane, y_plane, height, width, x, row, w, y, y_row, \
                         y_pixel, zp, lo, hi)                                                   \
  do {                                                                                          \
    for (int32_t approx_c = 0; approx_c < (planes); approx_c++) {                               \
      for (int32_t approx_i = 0; approx_i < (height); approx_i++) {                             \
        for (int32_t approx_j = 0; approx_j < (width); approx_j++) {                            \
          (y)[approx_c * (y_plane) + approx_i * (y_row) + approx_j * (y_pixel)] =               \
              (int##bits##_t)approx_depthwise_output(                                           \
                  (x) + approx_c * (x_plane) + s * (approx_i * (row) + approx_j), row,          \
                  (w) + approx_c * (s == 1 ? 8 : 7), s, zp, lo, hi);                            \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  } while (0)

#endif /* APPROX_ARM_H */

#define APPROX_DEPTHWISE_STRIDE1_S8(...) APPROX_DEPTHWISE(1, 8, __VA_ARGS__)
#define APPROX_DEPTHWISE_STRIDE1_S16(...) APPROX_DEPTHWISE(1, 16, __VA_ARGS__)
#define APPROX_DEPTHWISE_STRIDE2_S8(...) APPROX_DEPTHWISE(2, 8, __VA_ARGS__)
#define APPROX_DEPTHWISE_STRIDE2_S16(...) APPROX_DEPTHWISE(2, 16, __VA_ARGS__)

/*
 * APPROX_STORE_PLANES_2XP_Sb(acc, y, offset, stride, plane): a tile of which each row goes to a
 * plane of its own, y[offset + p * stride + r * plane] = acc[r][p].
 */
#define APPROX_PLANE_X1(type, acc, r, y, at, stride) ((y)[at] = (type)APPROX_ACC(acc, r, 0))
#define APPROX_PLANE_X2(type, acc, r, y, at, stride) \
  (APPROX_PLANE_X1(type, acc, r, y, at, stride), (y)[(at) + (stride)] = (type)APPROX_ACC(acc, r, 1))
#define APPROX_PLANE_X4(type, acc, r, y, at, stride)       \
  (APPROX_PLANE_X2(type, acc, r, y, at, stride),           \
   (y)[(at) + 2 * (stride)] = (type)APPROX_ACC(acc, r, 2), \
   (y)[(at) + 3 * (stride)] = (type)APPROX_ACC(acc, r, 3))
#define APPROX_PLANES(row, type, acc, y, offset, stride, plane) \
  do {                                                          \
    row(type, acc, 0, y, offset, stride);                       \
    row(type, acc, 1, y, (offset) + (plane), stride);           \
  } while (0)
#define APPROX_STORE_PLANES_2X1_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X1, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X1_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X1, int16_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X2_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X2, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X2_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X2, int16_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X4_S8(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X4, int8_t, acc, y, offset, stride, plane)
#define APPROX_STORE_PLANES_2X4_S16(acc, y, offset, stride, plane) \
  APPROX_PLANES(APPROX_PLANE_X4, int16_t, acc, y, offset, stride, plane)

#endif /* APPROX_DEPTHWISE_H */
