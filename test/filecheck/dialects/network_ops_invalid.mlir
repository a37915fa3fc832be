// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of the integer network refuse, op by op.

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

// Weights are int8; bias and multipliers int32, one an output channel.

// CHECK: does not verify: weights are (2, 3, 3, 1), expected (2, 3, 3, 2)
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

// CHECK: does not verify: weights must be i8
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

// CHECK: does not verify: bias must be 2 numbers of i32
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

// CHECK: does not verify: multipliers must be 2 numbers of i32
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

// CHECK: does not verify: a depthwise convolution keeps the number of channels
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @depthwise_channels(%x: !x) {
  %y = approx.depthwise_conv2d "layer" %x {
    weights = dense<1> : tensor<3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: weights are (3, 3, 1), expected (3, 3, 2)
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @depthwise_weights(%x: !x) {
  %y = approx.depthwise_conv2d "layer" %x {
    weights = dense<1> : tensor<3x3x1xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>,
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

// CHECK: does not verify: weights are (3, 11), expected (3, 12)
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

// CHECK: does not verify: multipliers must be one number or one a pixel
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

// CHECK: does not verify: the table has 256 entries
!x = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @softmax_table(%x: !x) {
  %y = approx.softmax "layer" %x {
    table = dense<1> : tensor<255xi32>, multiplier = 16777216 : i32
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
