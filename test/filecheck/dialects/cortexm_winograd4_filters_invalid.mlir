// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of F(4x4, 3x3) with filters transformed at run time refuse.

// CHECK: does not verify: pairs must be at least 1, not 0
func.func @no_filters(%w: !cortexm.ptr<i8>, %u: !cortexm.ptr<i16>) {
  cortexm.winograd4_filters %w, %u {pairs = 0 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  return
}

// -----

// CHECK: does not verify: pairs must be at least 1, not 0
func.func @no_pairs(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd4_packed_product %v, %v, %m {pairs = 0 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: pairs must be at most 112
func.func @many_pairs(%v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {
  cortexm.winograd4_packed_product %v, %v, %m {pairs = 113 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}
