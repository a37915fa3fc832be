// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Winograd's F(4x4, 3x3) where products were skipped: a list of those that are left, and an output
// transform for sums that are no multiples any more. Inputs are transformed as for all products.

// CHECK-LABEL: func.func @group
func.func @group(
    %v: !cortexm.ptr<i16>, %u: !cortexm.ptr<i32>, %m: !cortexm.ptr<i32>, %b: !cortexm.ptr<i32>,
    %f: !cortexm.ptr<i32>, %c: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {

  // No product is of a channel beyond the five pairs at v.

  // CHECK: cortexm.winograd4_taps %v, %u, %m {pairs = 5 : i32} : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>
  cortexm.winograd4_taps %v, %u, %m {pairs = 5 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>

  // CHECK-NEXT: cortexm.winograd4_skipped %m, %b, %f, %c, %y, %y, %y, %y {channels = 2 : i32, shift = 0 : i32, zero_point = -3 : i32
  // CHECK-SAME:   clamp = array<i64: -3, 127>
  cortexm.winograd4_skipped %m, %b, %f, %c, %y, %y, %y, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = -3 : i32, clamp = array<i64: -3, 127>,
    row = 40 : i32, pixel = 10 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>,
      !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}
