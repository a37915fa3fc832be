// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of copies, runs and sums refuse.

// CHECK: does not verify: cannot copy 0 values
func.func @no_values(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  cortexm.copy %x, %y {count = 0 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: values are i8 or i16, not !cortexm.ptr<i32>
func.func @wide(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i32>) {
  cortexm.copy %x, %y {count = 5 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: cannot fill 0 runs of 2 elements
func.func @no_runs(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  cortexm.fill_runs %y[0] {value = 0 : i32, count = 2 : i32, runs = 0 : i32, stride = 5 : i32} : !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: cannot fill 3 runs of 0 elements
func.func @empty_runs(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  cortexm.fill_runs %y[0] {value = 0 : i32, count = 0 : i32, runs = 3 : i32, stride = 5 : i32} : !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: runs of 6 elements overlap after 5
func.func @overlap(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  cortexm.fill_runs %y[0] {value = 0 : i32, count = 6 : i32, runs = 3 : i32, stride = 5 : i32} : !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: runs are of i8 or i16, not !cortexm.ptr<i32>
func.func @wide_runs(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i32>) {
  cortexm.fill_runs %y[0] {value = 0 : i32, count = 2 : i32, runs = 3 : i32, stride = 5 : i32} : !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: 128 does not fit !cortexm.ptr<i8>
func.func @too_large(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.fill_runs %y[0] {value = 128 : i32, count = 2 : i32, runs = 3 : i32, stride = 5 : i32} : !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: -32769 does not fit !cortexm.ptr<i16>
func.func @too_small(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  cortexm.fill_runs %y[0] {value = -32769 : i32, count = 2 : i32, runs = 3 : i32, stride = 5 : i32} : !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: windows are summed up in tiles of 4x1
func.func @pairs(%x: !cortexm.ptr<i8>, %t: vector<2x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 4 : i32} : vector<2x1xi32>, !cortexm.ptr<i8> -> vector<2x1xi32>
  return
}

// -----

// CHECK: does not verify: values are i8 or i16, not !cortexm.ptr<i32>
func.func @wide_sums(%x: !cortexm.ptr<i32>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i32> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: a window has 1 to 256 pixels, not 1x257
func.func @many_pixels(%x: !cortexm.ptr<i8>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 1 : i32, width = 257 : i32, row = 8 : i32, pixel = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: a window has 1 to 256 pixels, not 0x2
func.func @no_pixels(%x: !cortexm.ptr<i8>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 0 : i32, width = 2 : i32, row = 8 : i32, pixel = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: pixels of 3 values are too short or too long
func.func @short_pixels(%x: !cortexm.ptr<i8>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 3 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: pixels of 1366 values are too short or too long
func.func @long_pixels(%x: !cortexm.ptr<i8>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 1366 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: pixels of 2046 values are too short or too long
func.func @long_words(%x: !cortexm.ptr<i16>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 2046 : i32} : vector<4x1xi32>, !cortexm.ptr<i16> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: pixels of 5 values are too short or too long
func.func @odd_pixels(%x: !cortexm.ptr<i16>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 8 : i32, pixel = 5 : i32} : vector<4x1xi32>, !cortexm.ptr<i16> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: there are no rows of 9 values
func.func @odd_rows(%x: !cortexm.ptr<i16>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = 9 : i32, pixel = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i16> -> vector<4x1xi32>
  return
}

// -----

// CHECK: does not verify: there are no rows of -8 values
func.func @upwards(%x: !cortexm.ptr<i8>, %t: vector<4x1xi32>) {
  %s = cortexm.sum_window %t, %x {height = 2 : i32, width = 2 : i32, row = -8 : i32, pixel = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  return
}
