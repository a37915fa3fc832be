// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers refuse that all layers, all windows and all requantizations share.

// Every tensor is quantized.

// CHECK: does not verify: the result must be a tensor with #approx.quant
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8>
func.func @result(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: the input must be a tensor with #approx.quant
!x = tensor<4x6x2xi8>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @input(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: Expected attribute i8 but got i16
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi16, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @wide_result(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// A window slides over height x width x channels, and the result is as large as that makes it.

// CHECK: does not verify: input and result must be HxWxC
!x = tensor<12xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @flat_input(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: a window has 2 kernel sizes, 2 strides and 4 pads
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @three_strides(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: kernel, strides and dilations are at least 1, pads at least 0
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @negative_pad(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, -1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: kernel, strides and dilations are at least 1, pads at least 0
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @no_dilation(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 0>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: a window has 2 dilations
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @one_dilation(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: result plane is (2, 3), expected (4, 6)
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @plane(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// Requantization clamps to int8, rounds in a known way, and shifts left but for TFLite.

// CHECK: does not verify: clamp [0, 128] is not a range within int8
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @clamp(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0, 128>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: clamp [5, -5] is not a range within int8
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @order(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 5, -5>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: clamp [0] is not a range within int8
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @one_bound(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: unknown rounding floor
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @rounding(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>, rounding = "floor"
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: shift -1 is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @right_shift(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = -1 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: shift 31 is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @left_shift(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 31 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: shift -32 is out of range
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @tflite_shift(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = -32 : i32, clamp = array<i64: -128, 127>, rounding = "tflite"
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: requantization keeps the shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @requantize_shape(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<1xi32>, not tensor<2xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @requantize_multipliers(%x: !x) {
  %y = approx.requantize "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}
