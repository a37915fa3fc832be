// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of layers refuse that treat every value alike: sums, products, functions.
// (Requantization is in network_ops_invalid.mlir.)

// Sums and products have two quantized operands.

// CHECK: does not verify: operands must be tensors with #approx.quant
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x6x2xi8>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_float(%x: !x, %b: !b) {
  %y = approx.add "layer" %x, %b {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// Each dimension of an operand is that of the result, or 1 and used again. Ranks are equal: a value
// for each channel is 1x1xC.

// CHECK: does not verify: operands and result differ in rank
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_rank(%x: !x, %b: !b) {
  %y = approx.add "layer" %x, %b {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands [4, 6, 2] and [4, 3, 2] do not make [4, 6, 2]
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_other(%x: !x, %b: !b) {
  %y = approx.add "layer" %x, %b {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands [4, 6, 2] and [1, 1, 2] do not make [4, 6, 1]
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<1x1x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_result(%x: !x, %b: !b) {
  %y = approx.add "layer" %x, %b {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands [4, 1, 2] and [1, 1, 2] do not make [4, 6, 2]
!x = tensor<4x1x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<1x1x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_stretched(%x: !x, %b: !b) {
  %y = approx.add "layer" %x, %b {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// An addition cannot leave int32.

// CHECK: does not verify: the sum can leave int32
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_overflow(%x: !x) {
  %y = approx.add "layer" %x, %x {
    lhs_multiplier = 16777216 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !x -> !y
  return
}

// -----

// CHECK: does not verify: clamp [0, 300] is not a range within int8
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_clamp(%x: !x) {
  %y = approx.add "layer" %x, %x {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: 0, 300>
  } : !x, !x -> !y
  return
}

// -----

// CHECK: does not verify: shift 32 is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_shift(%x: !x) {
  %y = approx.add "layer" %x, %x {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 32 : i32, clamp = array<i64: -128, 127>
  } : !x, !x -> !y
  return
}

// -----

// CHECK: does not verify: shift -1 is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_left_shift(%x: !x) {
  %y = approx.add "layer" %x, %x {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = -1 : i32, clamp = array<i64: -128, 127>
  } : !x, !x -> !y
  return
}

// -----

// A product has one scale, and its operands broadcast as those of a sum do.

// CHECK: does not verify: multipliers must be tensor<1xi32>, not tensor<2xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<1x1x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @mul_multipliers(%x: !x, %b: !b) {
  %y = approx.mul "layer" %x, %b {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands [4, 6, 2] and [1, 1, 3] do not make [4, 6, 2]
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<1x1x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @mul_channels(%x: !x, %b: !b) {
  %y = approx.mul "layer" %x, %b {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x, !b -> !y
  return
}

// -----

// A table has an int8 for each int8; each channel, the last dimension, may have its own.

// CHECK: does not verify: a function by table keeps the shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @lookup_shape(%x: !x) {
  %y = approx.lookup "layer" %x {table = dense<1> : tensor<256xi8>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<256xi8> or tensor<2x256xi8>, not tensor<255xi8>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @lookup_size(%x: !x) {
  %y = approx.lookup "layer" %x {table = dense<1> : tensor<255xi8>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<256xi8> or tensor<2x256xi8>, not tensor<256xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @lookup_type(%x: !x) {
  %y = approx.lookup "layer" %x {table = dense<1> : tensor<256xi32>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<256xi8> or tensor<2x256xi8>, not tensor<4x256xi8>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @lookup_rows(%x: !x) {
  %y = approx.lookup "layer" %x {table = dense<1> : tensor<4x256xi8>} : !x -> !y
  return
}
