// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// F(4x4, 3x3) with filters that lie in flash as they are: those of two output channels, 36 bytes for
// a pair of input channels, are transformed, and serve the products of one group after the other.

// CHECK-LABEL: func.func @group
func.func @group(
    %filters: !cortexm.ptr<i8>, %v: !cortexm.ptr<i16>, %u: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>) {

  // CHECK: cortexm.winograd4_filters %filters, %u {pairs = 5 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  cortexm.winograd4_filters %filters, %u {pairs = 5 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>

  // CHECK-NEXT: cortexm.winograd4_packed_product %v, %u, %m {pairs = 5 : i32} : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  cortexm.winograd4_packed_product %v, %u, %m {pairs = 5 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  return
}
