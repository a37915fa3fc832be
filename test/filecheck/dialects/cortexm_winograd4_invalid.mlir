// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of F(4x4, 3x3) refuse.

// CHECK: does not verify: rows and pixels are whole pairs, all channels of a pixel
func.func @odd_pixel(%x: !cortexm.ptr<i16>) {
  cortexm.winograd4_input %x, %x {row = 8 : i32, pixel = 3 : i32, pairs = 1 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>
  return
}

// -----

// The code of a product steps over all pairs with one number of 16 bits.

// CHECK: does not verify: pairs must be at most 112
func.func @many_pairs(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd4_product %v, %v, %m {pairs = 113 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: pairs must be at least 1, not 0
func.func @no_pairs(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd4_product %v, %v, %m {pairs = 0 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: a group has at most 2 channels
func.func @many_channels(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.winograd4_output %m, %m, %m, %y, %y, %y, %y {
    channels = 3 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>,
    row = 8 : i32, pixel = 2 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>,
      !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: a group has four tiles, not 2
func.func @two_tiles(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.winograd4_output %m, %m, %m, %y, %y {
    channels = 1 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>,
    row = 8 : i32, pixel = 2 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: all outputs are stored as i8, or all as i16
func.func @mixed(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>, %z: !cortexm.ptr<i16>) {
  cortexm.winograd4_output %m, %m, %m, %y, %y, %y, %z {
    channels = 1 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>,
    row = 8 : i32, pixel = 2 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>,
      !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i16>
  return
}
