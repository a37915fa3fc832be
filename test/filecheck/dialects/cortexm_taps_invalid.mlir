// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of lists of taps refuse.

// Pairs of inputs are words.

// CHECK: does not verify: pixels are an even number of elements from the first, within 4095 bytes
func.func @odd(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %b: i32) {
  %acc = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 3 line 8 copies [1, 1, 1]
    : vector<2x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<2x4xi32>
  return
}

// -----

// The load of the last pixel would not reach it: 7 * 300 * 2 = 4200 bytes.

// CHECK: does not verify: pixels are an even number of elements from the first, within 4095 bytes
func.func @far(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %b: i32) {
  %acc = cortexm.tile %b : i32 -> vector<1x8xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 300 line 1200 copies [0, 1, 0]
    : vector<1x8xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<1x8xi32>
  return
}

// -----

// CHECK: does not verify: needs three numbers of copies of 0 to 255
func.func @copies(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %b: i32) {
  %acc = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 4 line 8 copies [1, 1]
    : vector<2x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<2x4xi32>
  return
}

// -----

// CHECK: does not verify: a tile of one row has taps of the first row only
func.func @no_second_row(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %b: i32) {
  %acc = cortexm.tile %b : i32 -> vector<1x4xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 4 line 8 copies [0, 1, 1]
    : vector<1x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<1x4xi32>
  return
}

// -----

// CHECK: does not verify: no kernel has a 4x2 tile
func.func @streamed(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %b: i32) {
  %acc = cortexm.tile %b, %b, %b, %b : i32, i32, i32, i32 -> vector<4x2xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 4 line 4 copies [1, 1, 1]
    : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<4x2xi32>
  return
}

// -----

// CHECK: does not verify: two lines of pixels are four or more, of all rows of a tile
func.func @two_pixels(%y: !cortexm.ptr<i16>, %b: i32) {
  %acc = cortexm.tile %b : i32 -> vector<1x2xi32>
  cortexm.store_tile %acc, %y[0] stride 4 {line = 40 : i32} : vector<1x2xi32>, !cortexm.ptr<i16>
  return
}
