// RUN: approx-opt %s -t c | filecheck %s

// One op, one C statement: the macros and functions are those of runtime/approx_runtime.h, and all
// numbers are in the IR.

cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_memory(int8_t *workspace, int32_t row, int32_t column) {
func.func private @net_memory(%workspace: !cortexm.ptr<i8>, %row: index, %column: index) {
  // CHECK-NEXT: APPROX_CONST_SECTION APPROX_ALIGNED(4) static const int8_t weights[2] = {1, -2};
  %w = cortexm.table "weights" dense<[1, -2]> : tensor<2xi8> -> !cortexm.ptr<i8>

  // CHECK-NEXT: int16_t *const x = (int16_t *)(void *)(workspace + 16);
  %x = cortexm.buffer %workspace[16] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>

  // CHECK-NEXT: int16_t *const p = x + 64 * row + column + 6;
  %p = cortexm.address %x[%row, %column] {strides = array<i64: 64, 1>, offset = 6 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>

  // CHECK-NEXT: int32_t v = weights[1];
  // CHECK-NEXT: p[3] = (int16_t)v;
  %v = cortexm.load %w[1] : !cortexm.ptr<i8> -> i32
  cortexm.store %v, %p[3] : i32, !cortexm.ptr<i16>

  // CHECK-NEXT: approx_fill_s16(x + 2, -128, 24);
  cortexm.fill %x[2] {value = -128 : i32, count = 24 : i32} : !cortexm.ptr<i16>
  func.return
}

// A tile keeps its name: the statements change its variables.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_tile(
func.func private @net_tile(
    %x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>) {
  %b0 = arith.constant 100 : i32
  %b1 = arith.constant -7 : i32
  %m = arith.constant 1000 : i32

  // CHECK-NEXT: APPROX_TILE_2X4(acc, 100, -7);
  %acc = cortexm.tile %b0, %b1 : i32, i32 -> vector<2x4xi32>

  // Both rows use the pair; only row 1 uses it.
  // CHECK-NEXT: APPROX_MAC_2X4(acc, x, 6, 32, 5, -3, 7, 0);
  // CHECK-NEXT: APPROX_MAC_ROW_X4(acc, 1, x, 8, 32, 2, 4);
  %both = cortexm.mac %acc, %x[6] stride 32 rows [0, 1] weights [5, -3, 7, 0] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  %one = cortexm.mac %both, %x[8] stride 32 rows [1] weights [2, 4] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>

  // CHECK-NEXT: APPROX_REQUANTIZE_2X4(acc, 1000, 1000, 0, 3, -128, 127);
  // CHECK-NEXT: APPROX_STORE_2X4_S16(acc, y, 0, 16);
  %q = cortexm.requantize %one, %m, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32, i32 -> vector<2x4xi32>
  cortexm.store_tile %q, %y[0] stride 16 : vector<2x4xi32>, !cortexm.ptr<i16>
  func.return
}

// Weights from memory: a macro for each order that they can have. A tile is stored whole, or the
// first of its rows.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_streamed(
func.func private @net_streamed(
    %x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %v: !cortexm.ptr<i16>, %b: i32) {
  // CHECK-NEXT: APPROX_TILE_4X2(acc, b, b, b, b);
  // CHECK-NEXT: APPROX_DOT_SUMS_4X2(acc, x, 0, 32, w + 96, 48, 3, 544);
  // CHECK-NEXT: APPROX_SPLIT_4X2(acc);
  // CHECK-NEXT: APPROX_DOT_S8_4X2(acc, x, 0, 32, w, 48, 1, 0);
  // CHECK-NEXT: APPROX_DOT_S16_4X2(acc, x, 0, 32, v, 48, 1, 0);
  // CHECK-NEXT: APPROX_PUT_4X2_S16(acc, 3, y, 0, 16, 1);
  %acc = cortexm.tile %b, %b, %b, %b : i32, i32, i32, i32 -> vector<4x2xi32>
  %sums = cortexm.dot %acc, %x[0], %w[96] stride 32 length 48 runs 3 below 544 {sums} : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>
  %apart = cortexm.split %sums : vector<4x2xi32> -> vector<4x2xi32>
  %bytes = cortexm.dot %apart, %x[0], %w[0] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>
  %words = cortexm.dot %bytes, %x[0], %v[0] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i16> -> vector<4x2xi32>
  cortexm.store_tile %words, %y[0] stride 16 {rows = 3 : i32} : vector<4x2xi32>, !cortexm.ptr<i16>
  func.return
}

// One channel at two pixels; the row of a one-row tile is all of it.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_small_tile(
func.func private @net_small_tile(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>, %b: i32) {
  // CHECK-NEXT: APPROX_TILE_1X2(acc, b);
  // CHECK-NEXT: APPROX_MAC_1X2(acc, x, 0, 4, 5, -3);
  // CHECK-NEXT: APPROX_STORE_1X2_S8(acc, y, 0, 1);
  %acc = cortexm.tile %b : i32 -> vector<1x2xi32>
  %sum = cortexm.mac %acc, %x[0] stride 4 rows [0] weights [5, -3] : vector<1x2xi32>, !cortexm.ptr<i16> -> vector<1x2xi32>
  cortexm.store_tile %sum, %y[0] stride 1 : vector<1x2xi32>, !cortexm.ptr<i8>
  func.return
}

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_scalar(int32_t acc, int32_t m) {
func.func private @net_scalar(%acc: i32, %m: i32) -> i32 {
  // CHECK-NEXT: int32_t q = approx_requantize(acc, m, 1, 3, -128, 127);
  // CHECK-NEXT: int32_t r = approx_requantize_tflite(q, m, -2, 3, -128, 127);
  // CHECK-NEXT: int32_t e = approx_requantize_even(r, m, 0, 3, -128, 127);
  // CHECK-NEXT: int32_t c = approx_clamp(r, 0, 6);
  // CHECK-NEXT: return c;
  %q = cortexm.requantize %acc, %m {shift = 1 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : i32, i32 -> i32
  %r = cortexm.requantize %q, %m {shift = -2 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>, rounding = "tflite"} : i32, i32 -> i32
  %e = cortexm.requantize %r, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>, rounding = "even"} : i32, i32 -> i32
  %c = cortexm.clamp %r {bounds = array<i64: 0, 6>} : i32 -> i32
  func.return %c : i32
}

// The multiplier of a softmax is unsigned.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_softmax(const int8_t *x, int8_t *y, const int32_t *table) {
func.func private @net_softmax(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>, %table: !cortexm.ptr<i32>) {
  // CHECK-NEXT: approx_softmax_s8(x, y, 10, table, 4294967219u, -128);
  cortexm.softmax %x, %y, %table {count = 10 : i32, multiplier = -77 : i32, zero_point = -128 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  func.return
}

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_arithmetic(int32_t a, int32_t b, int32_t at) {
func.func private @net_arithmetic(%a: i32, %b: i32, %at: index) -> i32 {
  %c3 = arith.constant 3 : i32
  %lowest = arith.constant -2147483648 : i32

  // CHECK-NEXT: int32_t sum = a + b;
  // CHECK-NEXT: int32_t difference = sum - 3;
  // CHECK-NEXT: int32_t product = difference * b;
  %sum = arith.addi %a, %b : i32
  %difference = arith.subi %sum, %c3 : i32
  %product = arith.muli %difference, %b : i32

  // A left shift of a negative number is undefined in C, a multiplication is not.
  // CHECK-NEXT: int32_t high = product * 8;
  // CHECK-NEXT: int32_t low = high >> 3;
  %high = arith.shli %product, %c3 : i32
  %low = arith.shrsi %high, %c3 : i32

  // CHECK-NEXT: int32_t bits = low & 3;
  // CHECK-NEXT: int32_t larger = bits > (-2147483647 - 1) ? bits : (-2147483647 - 1);
  // CHECK-NEXT: int32_t smaller = larger < b ? larger : b;
  %bits = arith.andi %low, %c3 : i32
  %larger = arith.maxsi %bits, %lowest : i32
  %smaller = arith.minsi %larger, %b : i32

  // An index is an int32_t.
  // CHECK-NEXT: int32_t less = smaller < at;
  // CHECK-NEXT: int32_t chosen = less ? smaller : at;
  %cast = arith.index_cast %at : index to i32
  %less = arith.cmpi slt, %smaller, %cast : i32
  %chosen = arith.select %less, %smaller, %cast : i32
  func.return %chosen : i32
}

// Long tables are broken into lines.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_table(void) {
// CHECK-NEXT: APPROX_CONST_SECTION static const int32_t ramp[17] = {
// CHECK-NEXT:   0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
// CHECK-NEXT:   16,
// CHECK-NEXT: };
func.func private @net_table() -> i32 {
  %p = cortexm.table "ramp" dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]> : tensor<17xi32> -> !cortexm.ptr<i32>
  %v = cortexm.load %p[16] : !cortexm.ptr<i32> -> i32
  func.return %v : i32
}
