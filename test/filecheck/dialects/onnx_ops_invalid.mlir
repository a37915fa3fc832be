// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// CHECK: a constant of tensor<2xf32> is not tensor<3xf32>
%c = approx.onnx.constant "c" dense<0.0> : tensor<2xf32> : tensor<3xf32>

// -----

// CHECK: a convolution has 2 strides, 2 dilations and 4 pads
func.func @strides(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x3x3xf32>) {
  %y = approx.onnx.conv "conv" %x, %w {
    strides = array<i64: 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32> -> tensor<1x3x2x2xf32>
  func.return
}

// -----

// CHECK: expected a tensor of rank 4, got tensor<1x2x4xf32>
func.func @one_dimension(%x: tensor<1x2x4xf32>, %w: tensor<3x2x3x3xf32>) {
  %y = approx.onnx.conv "conv" %x, %w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x2x4xf32>, tensor<3x2x3x3xf32> -> tensor<1x3x2x2xf32>
  func.return
}

// -----

// CHECK: group 2, 2 channels and weights of 3 x 2 do not fit
func.func @group(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x3x3xf32>) {
  %y = approx.onnx.conv "conv" %x, %w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 2 : i64
  } : tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32> -> tensor<1x3x2x2xf32>
  func.return
}

// -----

// CHECK: a window has 2 kernel sizes, 2 strides and 4 pads
func.func @window(%x: tensor<1x2x4x4xf32>) {
  %y = approx.onnx.max_pool "pool" %x {
    kernel_shape = array<i64: 2, 0>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : tensor<1x2x4x4xf32> -> tensor<1x2x3x3xf32>
  func.return
}

// -----

// CHECK: expected a tensor of rank 4, got tensor<2x4x4xf32>
func.func @image(%x: tensor<2x4x4xf32>) {
  %y = approx.onnx.max_pool "pool" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : tensor<2x4x4xf32> -> tensor<2x3x3xf32>
  func.return
}

// -----

// CHECK: input and result differ in their number of elements
func.func @flatten(%x: tensor<1x2x4xf32>) {
  %y = approx.onnx.flatten "flatten" %x : tensor<1x2x4xf32> -> tensor<1x7xf32>
  func.return
}

// -----

// CHECK: input and result differ in their number of elements
func.func @reshape(%x: tensor<1x2x4xf32>) {
  %y = approx.onnx.reshape "reshape" %x : tensor<1x2x4xf32> -> tensor<1x4x4xf32>
  func.return
}

// -----

// CHECK: [0, 2, 2] does not permute tensor<1x2x4xf32>
func.func @perm(%x: tensor<1x2x4xf32>) {
  %y = approx.onnx.transpose "t" %x {perm = array<i64: 0, 2, 2>} : tensor<1x2x4xf32> -> tensor<1x4x4xf32>
  func.return
}

// -----

// CHECK: the result does not have the permuted shape
func.func @permuted(%x: tensor<1x2x4xf32>) {
  %y = approx.onnx.transpose "t" %x {perm = array<i64: 0, 2, 1>} : tensor<1x2x4xf32> -> tensor<1x2x4xf32>
  func.return
}

// -----

// CHECK: there is no such axis
func.func @softmax(%x: tensor<1x2xf32>) {
  %y = approx.onnx.softmax "s" %x {axis = -1 : i64} : tensor<1x2xf32> -> tensor<1x2xf32>
  func.return
}

// -----

// CHECK: scale, bias, mean and variance need one number a channel
func.func @norm(%x: tensor<1x2x4xf32>) {
  %y = approx.onnx.batch_normalization "norm" %x {
    scale = dense<1.0> : tensor<2xf32>, bias = dense<0.0> : tensor<4xf32>,
    mean = dense<0.0> : tensor<2xf32>, variance = dense<1.0> : tensor<2xf32>, epsilon = 1.0e-5 : f32
  } : tensor<1x2x4xf32> -> tensor<1x2x4xf32>
  func.return
}

// -----

// CHECK: the result must be i8
func.func @quantize(%x: tensor<1x2xf32>) {
  %y = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi16>
  func.return
}

// -----

// CHECK: the input must be i8 or i32
func.func @dequantize(%x: tensor<1x2xi16>) {
  %y = approx.onnx.dequantize "dq" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i16>, axis = 0 : i64
  } : tensor<1x2xi16> -> tensor<1x2xf32>
  func.return
}

// -----

// CHECK: real values and scales are f32
func.func @double(%x: tensor<1x2xf64>) {
  %y = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xf64> -> tensor<1x2xi8>
  func.return
}

// -----

// CHECK: the zero point does not have the quantized type
func.func @zero_point(%x: tensor<1x2xi32>) {
  %y = approx.onnx.dequantize "dq" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xi32> -> tensor<1x2xf32>
  func.return
}

// -----

// CHECK: scale and zero point differ in shape
func.func @shapes(%x: tensor<1x2xf32>) {
  %y = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<2xf32>, zero_point = dense<0> : tensor<i8>, axis = 1 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  func.return
}

// -----

// CHECK: there is no such axis
func.func @axis(%x: tensor<1x2xf32>) {
  %y = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<2xf32>, zero_point = dense<0> : tensor<2xi8>, axis = 2 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  func.return
}

// -----

// CHECK: scale and zero point are scalars, or vectors along the axis
func.func @channels(%x: tensor<1x2xf32>) {
  %y = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<3xf32>, zero_point = dense<0> : tensor<3xi8>, axis = 1 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  func.return
}

// -----

// The result of a window is an image, too.

// CHECK: does not verify: expected a tensor of rank 4, got tensor<1x2x2xf32>
func.func @flat_pool(%x: tensor<1x2x4x4xf32>) {
  %y = approx.onnx.max_pool "node" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : tensor<1x2x4x4xf32> -> tensor<1x2x2xf32>
  return
}

// -----

// Quantization changes no shape.

// CHECK: does not verify: the shape stays
func.func @other_shape(%x: tensor<1x4xf32>) {
  %y = approx.onnx.quantize "node" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x4xf32> -> tensor<1x2xi8>
  return
}
