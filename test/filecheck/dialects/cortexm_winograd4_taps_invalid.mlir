// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of F(4x4, 3x3) with products skipped refuse.

// CHECK: does not verify: pairs must be at least 1, not 0
func.func @no_pairs(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd4_taps %v, %m, %m {pairs = 0 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: a group has four tiles, not 1
func.func @one_tile(%m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.winograd4_skipped %m, %m, %m, %m, %y {
    channels = 1 : i32, shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>,
    row = 8 : i32, pixel = 2 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}
