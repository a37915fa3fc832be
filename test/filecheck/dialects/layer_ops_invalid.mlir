// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of layers that reduce refuse: pools, softmax, argmax, normalization.

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

// Softmax and argmax work along the last dimension, whatever the others are.

// CHECK: does not verify: softmax works over the last dimension and keeps the shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @softmax_shape(%x: !x) {
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

// CHECK: does not verify: argmax leaves one value of the last dimension
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<1x1x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>
func.func @argmax_shape(%x: !x) {
  %y = approx.argmax "layer" %x : !x -> !y
  return
}

// -----

// Its result is a place, 0 to 255 as -128 to 127.

// CHECK: does not verify: 257 places do not fit int8
!x = tensor<257xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<1xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>
func.func @argmax_places(%x: !x) {
  %y = approx.argmax "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: places have scale 1 and zero point -128
!x = tensor<10xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @argmax_zero_point(%x: !x) {
  %y = approx.argmax "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: places have scale 1 and zero point -128
!x = tensor<10xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<1xi8, #approx.quant<scale = 5.0e-01, zero_point = -128>>
func.func @argmax_scale(%x: !x) {
  %y = approx.argmax "layer" %x : !x -> !y
  return
}

// -----

// Local response normalization keeps the shape, and its table and products stay in range.

// CHECK: does not verify: local response normalization works on HxWxC and keeps the shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @norm_shape(%x: !x) {
  %y = approx.local_response_norm "layer" %x {
    size = 3 : i32, table = dense<1> : tensor<257xi32>, step = 10 : i32, fraction = 12 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: table must be tensor<257xi32>, not tensor<256xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @norm_table(%x: !x) {
  %y = approx.local_response_norm "layer" %x {
    size = 3 : i32, table = dense<1> : tensor<256xi32>, step = 10 : i32, fraction = 12 : i32
  } : !x -> !x
  return
}

// -----

// CHECK: does not verify: size, step or fraction is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @norm_size(%x: !x) {
  %y = approx.local_response_norm "layer" %x {
    size = 0 : i32, table = dense<1> : tensor<257xi32>, step = 10 : i32, fraction = 12 : i32
  } : !x -> !x
  return
}

// -----

// CHECK: does not verify: the table does not reach the largest sum of squares
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @norm_reach(%x: !x) {
  %y = approx.local_response_norm "layer" %x {
    size = 3 : i32, table = dense<1> : tensor<257xi32>, step = 9 : i32, fraction = 12 : i32
  } : !x -> !x
  return
}

// -----

// CHECK: does not verify: the factors of the table can leave int32
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @norm_range(%x: !x) {
  %y = approx.local_response_norm "layer" %x {
    size = 3 : i32, table = dense<8421505> : tensor<257xi32>, step = 10 : i32, fraction = 12 : i32
  } : !x -> !x
  return
}
