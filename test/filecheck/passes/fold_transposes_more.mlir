// RUN: approx-opt %s -p fold-transposes --split-input-file | filecheck %s

// More of fold_transposes.mlir: what transposes move down through. A table does not ask where a value
// is, and so the transposes around it meet.

!chw = tensor<2x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @lookup
func.func @lookup(%x: !hwc) -> !hwc {
  // CHECK-NEXT: %[[Y:.*]] = approx.lookup "f" %x {table = dense<7> : tensor<256xi8>} : tensor<4x5x2xi8, {{.*}} -> tensor<4x5x2xi8,
  // CHECK-NEXT: func.return %[[Y]]
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.lookup "f" %0 {table = dense<7> : tensor<256xi8>} : !chw -> !chw
  %2 = approx.transpose "y" %1 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  func.return %2 : !hwc
}

// -----

// One with a table for each channel, the last dimension, does: above it there stays a transpose.

!hcw = tensor<4x2x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @tables
func.func @tables(%x: !hcw) -> (!hwc, !hcw) {
  // CHECK: %[[T:.*]] = approx.transpose "x" %{{.*}} {perm = array<i64: 0, 2, 1>}
  // CHECK-NEXT: approx.lookup "f" %[[T]] {table = dense<7> : tensor<2x256xi8>} : tensor<4x5x2xi8,
  %0 = approx.transpose "x" %x {perm = array<i64: 0, 2, 1>} : !hcw -> !hwc
  %1 = approx.lookup "f" %0 {table = dense<7> : tensor<2x256xi8>} : !hwc -> !hwc
  %2 = approx.lookup "g" %x {table = dense<7> : tensor<256xi8>} : !hcw -> !hcw
  func.return %1, %2 : !hwc, !hcw
}

// -----

// Of a product both operands are permuted alike.

!chw = tensor<2x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @mul
func.func @mul(%x: !hwc, %y: !hwc) -> !hwc {
  // CHECK-NEXT: %[[P:.*]] = approx.mul "mul" %x, %y {{.*}} -> tensor<4x5x2xi8,
  // CHECK-NEXT: func.return %[[P]]
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.transpose "y" %y {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %2 = approx.mul "mul" %0, %1 {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: -128, 127>
  } : !chw, !chw -> !chw
  %3 = approx.transpose "z" %2 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  func.return %3 : !hwc
}

// -----

// A factor for each channel, 2x1x1, has one order only: it is taken as 1x1x2, and no value moves.

!chw = tensor<2x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!c = tensor<2x1x1xi8, #approx.quant<scale = 5.0e-01, zero_point = 0>>

// CHECK-LABEL: func.func @scale
func.func @scale(%x: !hwc, %c: !c) -> !hwc {
  // CHECK-NEXT: %[[C:.*]] = approx.reshape "mul" %c : tensor<2x1x1xi8, {{.*}} -> tensor<1x1x2xi8, #approx.quant<scale = 5.0e-01, zero_point = 0>>
  // CHECK-NEXT: %[[P:.*]] = approx.mul "mul" %x, %[[C]] {{.*}} : tensor<4x5x2xi8, {{.*}}, tensor<1x1x2xi8, {{.*}} -> tensor<4x5x2xi8,
  // CHECK-NEXT: func.return %[[P]]
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.mul "mul" %0, %c {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: -128, 127>
  } : !chw, !c -> !chw
  %2 = approx.transpose "z" %1 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  func.return %2 : !hwc
}

// -----

// An image that is not transposed minds it: the transposes stay.

!chw = tensor<2x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @other
func.func @other(%x: !hwc, %y: !chw) -> (!chw, !hwc, !chw) {
  // CHECK-NEXT: %[[T:.*]] = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>}
  // CHECK-NEXT: %[[S:.*]] = approx.add "add" %[[T]], %y {{.*}} -> tensor<2x4x5xi8,
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.add "add" %0, %y {
    lhs_multiplier = 64 : i32, rhs_multiplier = 64 : i32, constant = 32 : i32, shift = 6 : i32,
    clamp = array<i64: -128, 127>
  } : !chw, !chw -> !chw
  %2 = approx.lookup "f" %x {table = dense<7> : tensor<256xi8>} : !hwc -> !hwc
  %3 = approx.lookup "g" %y {table = dense<7> : tensor<256xi8>} : !chw -> !chw
  func.return %1, %2, %3 : !chw, !hwc, !chw
}

// -----

// Operands of a concat are permuted alike, and its axis with them: dimension 0, the channels, is the
// last one below.

!chw = tensor<2x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!chw4 = tensor<4x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc4 = tensor<4x5x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @concat
func.func @concat(%x: !hwc, %y: !hwc) -> !hwc4 {
  // CHECK-NEXT: %[[J:.*]] = approx.concat "join" %x, %y {axis = 2 : i32} : {{.*}} -> tensor<4x5x4xi8,
  // CHECK-NEXT: func.return %[[J]]
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.transpose "y" %y {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %2 = approx.concat "join" %0, %1 {axis = 0 : i32} : !chw, !chw -> !chw4
  %3 = approx.transpose "z" %2 {perm = array<i64: 1, 2, 0>} : !chw4 -> !hwc4
  func.return %3 : !hwc4
}
