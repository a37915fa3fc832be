// RUN: approx-opt %s --verify-diagnostics --split-input-file | filecheck %s

// An address has one stride for every index...

func.func @strides(%p: !cortexm.ptr<i16>, %i: index) {
  // CHECK: needs one stride for every index
  %q = cortexm.address %p[%i] {strides = array<i64: 64, 2>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  func.return
}

// -----

// ... and does not reinterpret memory: only cortexm.buffer does.

func.func @element_type(%p: !cortexm.ptr<i16>) {
  // CHECK: pointer arithmetic keeps the element type
  %q = cortexm.address %p[] {strides = array<i64>, offset = 1 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i8>
  func.return
}

// -----

// There are kernels for one or two channels at one, two or four pixels.

func.func @tile_shape(%b: i32) {
  // CHECK: no kernel has a 3x4 tile
  %t = cortexm.tile %b, %b, %b : i32, i32, i32 -> vector<3x4xi32>
  func.return
}

// -----

func.func @start_values(%b: i32) {
  // CHECK: needs one start value for every row
  %t = cortexm.tile %b : i32 -> vector<2x4xi32>
  func.return
}

// -----

// A tile is changed in place.

func.func @tile_type(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: a tile keeps its shape
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x2xi32>
  func.return
}

// -----

func.func @two_users(%b: i32, %x: !cortexm.ptr<i16>) {
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  // CHECK: a tile is updated in place: it can have one user only
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  %v = cortexm.mac %t, %x[2] stride 2 rows [0] weights [3, 4] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

// The rows of a multiply-accumulate ascend, exist, and have a pair of int16 weights each.

func.func @row_exists(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: rows must ascend and exist in the tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [1] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @rows_ascend(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: rows must ascend and exist in the tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [1, 0] weights [1, 2, 3, 4] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  func.return
}

// -----

func.func @pairs(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: needs one pair of weights for every row
  %u = cortexm.mac %t, %x[0] stride 2 rows [0, 1] weights [1, 2, 3] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  func.return
}

// -----

func.func @weight_range(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: weights must be within int16
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [32768, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

// Inputs are read in pairs.

func.func @odd_run(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: the length of a run is even and positive
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 3 : vector<1x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<1x4xi32>
  func.return
}

// -----

func.func @multipliers(%t: vector<2x4xi32>, %m: i32) {
  // CHECK: needs one multiplier for every row
  %q = cortexm.requantize %t, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32 -> vector<2x4xi32>
  func.return
}

// -----

// A tile is a matrix.

func.func @rank(%b: i32) {
  // CHECK: a tile is channels x pixels, not vector<4xi32>
  %t = cortexm.tile %b : i32 -> vector<4xi32>
  func.return
}

// -----

// The loads of four pixels, 512 elements apart, are 2 * (514 + 3 * 512) bytes from the base.

func.func @reach(%b: i32, %x: !cortexm.ptr<i16>) {
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  // CHECK: a load reaches 4095 bytes from its base, not 4100
  %u = cortexm.mac %t, %x[514] stride 512 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @bounds(%v: i32) {
  // CHECK: needs a lower and an upper bound, not [127, -128]
  %y = cortexm.clamp %v {bounds = array<i64: 127, -128>} : i32 -> i32
  func.return
}

// -----

func.func @clamp(%v: i32, %m: i32) {
  // CHECK: needs a lower and an upper bound, not [0]
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 0>} : i32, i32 -> i32
  func.return
}

// -----

func.func @rounding(%v: i32, %m: i32) {
  // CHECK: unknown rounding up
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 0, 1>, rounding = "up"} : i32, i32 -> i32
  func.return
}

// -----

func.func @fill(%p: !cortexm.ptr<i8>) {
  // CHECK: cannot fill 0 elements
  cortexm.fill %p[0] {value = 1 : i32, count = 0 : i32} : !cortexm.ptr<i8>
  func.return
}

// -----

func.func @buffer(%w: !cortexm.ptr<i8>) {
  // CHECK: the offset of a buffer is not negative
  %b = cortexm.buffer %w[-8] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  func.return
}

// -----

// A load widens to i32.

func.func @load(%p: !cortexm.ptr<i8>) {
  // CHECK: Expected attribute i32 but got i8
  %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i8
  func.return
}
