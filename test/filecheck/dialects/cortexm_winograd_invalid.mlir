// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of Winograd's convolution refuse.

// CHECK: does not verify: pairs must be at least 1, not 0
func.func @no_pairs(%x: !cortexm.ptr<i16>) {
  cortexm.winograd_input %x, %x {row = 8 : i32, pixel = 2 : i32, pairs = 0 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>
  return
}

// -----

// Pairs of channels are words.

// CHECK: does not verify: rows and pixels are whole pairs, all channels of a pixel
func.func @odd_row(%x: !cortexm.ptr<i16>) {
  cortexm.winograd_input %x, %x {row = 9 : i32, pixel = 2 : i32, pairs = 1 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: rows and pixels are whole pairs, all channels of a pixel
func.func @narrow_pixel(%x: !cortexm.ptr<i16>) {
  cortexm.winograd_input %x, %x {row = 8 : i32, pixel = 2 : i32, pairs = 2 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: pairs must be at least 1, not -1
func.func @no_products(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd_product %v, %v, %m {pairs = -1 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: rows must be at least 1, not 0
func.func @no_rows(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -3, 127>,
    row = 8 : i32, pixel = 2 : i32, rows = 0 : i32, columns = 8 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: a group has at most 2 channels of 2 x 8 outputs
func.func @channels(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 3 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -3, 127>,
    row = 8 : i32, pixel = 2 : i32, rows = 2 : i32, columns = 8 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: a group has at most 2 channels of 2 x 8 outputs
func.func @columns(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -3, 127>,
    row = 8 : i32, pixel = 2 : i32, rows = 2 : i32, columns = 9 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: outputs are stored as i8 or i16, not to !cortexm.ptr<i32>
func.func @words(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i32>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -3, 127>,
    row = 8 : i32, pixel = 2 : i32, rows = 2 : i32, columns = 8 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: clamp [3, -3] is not a range within int8
func.func @clamp(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 3, -3>,
    row = 8 : i32, pixel = 2 : i32, rows = 2 : i32, columns = 8 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: shift 31 is out of range
func.func @shift(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>) {
  cortexm.winograd_output %m, %m, %m, %y {
    channels = 2 : i32, shift = 31 : i32, zero_point = 0 : i32, clamp = array<i64: -3, 127>,
    row = 8 : i32, pixel = 2 : i32, rows = 2 : i32, columns = 8 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}
