// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of conversions refuse.

// CHECK: does not verify: perm is not a permutation of the dimensions
!y = tensor<4x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @no_permutation(%x: tensor<3x4xui8>) {
  %y = approx.convert "x" %x {perm = array<i64: 1, 1>} : tensor<3x4xui8> -> !y
  return
}

// -----

// CHECK: does not verify: the result has another shape than perm gives
!y = tensor<3x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @shape(%x: tensor<3x4xf32>) {
  %y = approx.convert "x" %x {perm = array<i64: 1, 0>} : tensor<3x4xf32> -> !y
  return
}

// -----

// CHECK: does not verify: the result must be a tensor with #approx.quant
func.func @no_scale(%x: tensor<3xf32>) {
  %y = approx.convert "x" %x {perm = array<i64: 0>} : tensor<3xf32> -> tensor<3xi8>
  return
}

// -----

// CHECK: does not verify: the input has no #approx.quant: it is told by the result
!x = tensor<3xui8, #approx.quant<scale = 5.0e-01, zero_point = 1>>
!y = tensor<3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @two_scales(%x: !x) {
  %y = approx.convert "x" %x {perm = array<i64: 0>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: cannot convert 0 values
func.func @no_values(%x: !cortexm.ptr<ui8>, %y: !cortexm.ptr<i8>) {
  cortexm.to_signed %x, %y {count = 0 : i32, strides = array<i64: 1, 1>} : !cortexm.ptr<ui8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: a line has two strides, each at least 1
func.func @one_place(%x: !cortexm.ptr<ui8>, %y: !cortexm.ptr<i8>) {
  cortexm.to_signed %x, %y {count = 2 : i32, strides = array<i64: 1, 0>} : !cortexm.ptr<ui8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: quantization scale must be positive and finite
func.func @scale(%x: !cortexm.ptr<f32>, %y: !cortexm.ptr<i8>) {
  cortexm.quantize %x, %y {
    count = 2 : i32, strides = array<i64: 1, 1>, scale = 0.0 : f32, zero_point = 0 : i32
  } : !cortexm.ptr<f32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: zero point must be within int8
func.func @zero_point(%x: !cortexm.ptr<f32>, %y: !cortexm.ptr<i8>) {
  cortexm.quantize %x, %y {
    count = 2 : i32, strides = array<i64: 1, 1>, scale = 1.0 : f32, zero_point = 128 : i32
  } : !cortexm.ptr<f32>, !cortexm.ptr<i8>
  return
}

// -----

// Numbers are loaded from where there are signed ones only.

// CHECK: Expected one of {{.*}}, but got !cortexm.ptr<f32>
func.func @load(%x: !cortexm.ptr<f32>) {
  %v = cortexm.load %x[0] : !cortexm.ptr<f32> -> i32
  return
}

// -----

// CHECK: elements in memory are i8, i16 or i32, of inputs ui8 or f32, not i64
func.func @element(%x: !cortexm.ptr<i64>) {
  return
}
