// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of layers with weights refuse.

// Weights are int8, or int16 within [-255, 255]; bias and multipliers int32, one an output channel.

// CHECK: does not verify: weights must be tensor<2x3x3x2xi8>, not tensor<2x3x3x1xi8>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @weights(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x1xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights must be tensor<2x3x3x2xi8>, not tensor<2x3x3x2xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @wide_weights(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi32>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights must be tensor<2x3x3x2xi16>, not tensor<2x3x3x1xi16>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @weights_of_int16(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<255> : tensor<2x3x3x1xi16>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: bias must be tensor<2xi32>, not tensor<3xi32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @bias(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<3xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<2xi32>, not tensor<2xi64>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @multipliers(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi64>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// Groups are of equal size, and the weights of an output are over the channels of its group.

// CHECK: does not verify: 2 groups do not divide 3 and 4 channels
!x = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @group_inputs(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<4x3x3x1xi8>, bias = dense<0> : tensor<4xi32>,
    multipliers = dense<5> : tensor<4xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: 2 groups do not divide 4 and 3 channels
!x = tensor<4x6x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @group_outputs(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<3x3x3x2xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: 0 groups do not divide 2 and 2 channels
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @no_group(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, group = 0 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights must be tensor<2x3x3x2xi8>, not tensor<2x3x3x4xi8>
!x = tensor<4x6x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @group_weights(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x4xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !y
  return
}

// -----

// Statistics are one f32 a column of the im2col matrix: 3 x 3 x 2.

// CHECK: does not verify: patch_mean must be tensor<18xf32>, not tensor<9xf32>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @mean(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>,
    patch_mean = dense<0.0> : tensor<9xf32>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: patch_variance must be tensor<18xf32>, not tensor<18xf64>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @variance(%x: !x) {
  %y = approx.conv2d "layer" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>, multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>,
    patch_variance = dense<0.0> : tensor<18xf64>
  } : !x -> !y
  return
}

// -----

// A channel of a depthwise convolution has one output, or as many as every other.

// CHECK: does not verify: a depthwise convolution has a multiple of its input's channels
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @depthwise_channels(%x: !x) {
  %y = approx.depthwise_conv2d "layer" %x {
    weights = dense<1> : tensor<3x3x3xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights must be tensor<3x3x4xi8>, not tensor<3x3x2xi8>
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @depthwise_weights(%x: !x) {
  %y = approx.depthwise_conv2d "layer" %x {
    weights = dense<1> : tensor<3x3x2xi8>, bias = dense<0> : tensor<4xi32>,
    multipliers = dense<5> : tensor<4xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: input and result must be vectors
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @image_to_scores(%x: !x) {
  %y = approx.fully_connected "layer" %x {
    weights = dense<1> : tensor<3x12xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights must be tensor<3x12xi8>, not tensor<3x11xi8>
!x = tensor<12xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @matrix(%x: !x) {
  %y = approx.fully_connected "layer" %x {
    weights = dense<1> : tensor<3x11xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: a layer with weights has no ties to round to even
!x = tensor<12xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @ties(%x: !x) {
  %y = approx.fully_connected "layer" %x {
    weights = dense<1> : tensor<3x12xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>, rounding = "even"
  } : !x -> !y
  return
}
