// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of layers without weights refuse: pools, addition, softmax, views.

// Pools keep the channels; a maximum keeps scale and zero point, too.

// CHECK: does not verify: pooling keeps the number of channels
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @max_channels(%x: !x) {
  %y = approx.max_pool2d "layer" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: max pooling keeps scale and zero point
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 2.5e-01, zero_point = -3>>
func.func @max_scale(%x: !x) {
  %y = approx.max_pool2d "layer" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: pooling keeps the number of channels
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @avg_channels(%x: !x) {
  %y = approx.avg_pool2d "layer" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<1xi32> or tensor<2x3xi32>, not tensor<2xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @avg_multipliers(%x: !x) {
  %y = approx.avg_pool2d "layer" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<1xi32> or tensor<2x3xi32>, not tensor<1xi64>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @avg_wide_multipliers(%x: !x) {
  %y = approx.avg_pool2d "layer" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>,
    multipliers = dense<5> : tensor<1xi64>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// An addition cannot leave int32.

// CHECK: does not verify: operands and result must be quantized tensors of one shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @add_shape(%x: !x) {
  %y = approx.add "layer" %x, %x {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -128, 127>
  } : !x, !x -> !y
  return
}

// -----

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

// Softmax is for vectors.

// CHECK: does not verify: softmax works on vectors
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @softmax_image(%x: !x) {
  %y = approx.softmax "layer" %x {
    table = dense<1> : tensor<256xi32>, multiplier = 16777216 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<256xi32>, not tensor<255xi32>
!x = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @softmax_table(%x: !x) {
  %y = approx.softmax "layer" %x {
    table = dense<1> : tensor<255xi32>, multiplier = 16777216 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<256xi32>, not tensor<256xi64>
!x = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @softmax_wide_table(%x: !x) {
  %y = approx.softmax "layer" %x {
    table = dense<1> : tensor<256xi64>, multiplier = 16777216 : i32
  } : !x -> !y
  return
}

// -----

// Views keep values and what they mean.

// CHECK: does not verify: 12 elements in, 11 out
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<11xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @reshape_count(%x: !x) {
  %y = approx.reshape "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: scale and zero point stay
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<12xi8, #approx.quant<scale = 2.5e-01, zero_point = -3>>
func.func @reshape_scale(%x: !x) {
  %y = approx.reshape "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: perm is not a permutation of the dimensions
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @perm(%x: !x) {
  %y = approx.transpose "layer" %x {perm = array<i64: 0, 1, 1>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: the result has another shape than perm gives
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @perm_shape(%x: !x) {
  %y = approx.transpose "layer" %x {perm = array<i64: 2, 0, 1>} : !x -> !y
  return
}
