// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Accumulators by a list of taps, pairs of inputs with the weights that are left there, and tiles of
// two lines of pixels.

// CHECK-LABEL: func.func @tile
func.func @tile(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>, %b: i32) {

  // Two channels at 2 x 2 pixels, which are 32 elements apart in lines 256 elements apart. The code
  // has 16 copies of a tap of both channels, 9 and 8 of one of the first and of the second only.

  %acc = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>
  // CHECK: cortexm.taps %acc, %x, %w pixel 32 line 256 copies [16, 9, 8] : vector<2x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<2x4xi32>
  %sum = cortexm.taps %acc, %x, %w pixel 32 line 256 copies [16, 9, 8]
    : vector<2x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<2x4xi32>

  // The results go to planes of 100 elements, two below the others.

  // CHECK-NEXT: cortexm.store_tile %sum, %y[11] stride 1 plane 100 {line = 10 : i32} : vector<2x4xi32>, !cortexm.ptr<i16>
  cortexm.store_tile %sum, %y[11] stride 1 plane 100 {line = 10 : i32}
    : vector<2x4xi32>, !cortexm.ptr<i16>

  // One channel at eight pixels of a line.

  %one = cortexm.tile %b : i32 -> vector<1x8xi32>
  // CHECK: cortexm.taps %one, %x, %w pixel 4 line 16 copies [0, 12, 0] : vector<1x8xi32>
  %eight = cortexm.taps %one, %x, %w pixel 4 line 16 copies [0, 12, 0]
    : vector<1x8xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<1x8xi32>
  cortexm.store_tile %eight, %y[0] stride 4 : vector<1x8xi32>, !cortexm.ptr<i16>
  return
}
