// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// A model as it was exported: one op is one ONNX node and carries its name. Shapes are ONNX's, with
// a batch of 1 and channels first.

// CHECK-LABEL: func.func @layers
func.func @layers(
    %x: tensor<1x4x6x5xf32> {approx.name = "input"}
  ) -> (tensor<1x3xf32> {approx.name = "scores"}) {

  // Initializers and Constant nodes. All numbers of a model are in its IR.

  // CHECK: %w = approx.onnx.constant "w" dense<5.000000e-01> : tensor<4x4x3x3xf32> : tensor<4x4x3x3xf32>
  %w = approx.onnx.constant "w" dense<0.5> : tensor<4x4x3x3xf32> : tensor<4x4x3x3xf32>
  %b = approx.onnx.constant "b" dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> : tensor<4xf32>

  // A convolution; `pads` are top, left, bottom, right, automatic padding is resolved at import.

  // CHECK: %conv = approx.onnx.conv "conv" %x, %w, %b {
  // CHECK-SAME: strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>
  // CHECK-SAME: dilations = array<i64: 1, 1>, group = 1 : i64
  // CHECK-SAME: } : tensor<1x4x6x5xf32>, tensor<4x4x3x3xf32>, tensor<4xf32> -> tensor<1x4x6x5xf32>
  %conv = approx.onnx.conv "conv" %x, %w, %b {
    strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x4x6x5xf32>, tensor<4x4x3x3xf32>, tensor<4xf32> -> tensor<1x4x6x5xf32>

  // The bias is optional. With one group a channel the convolution is depthwise.

  %dw_w = approx.onnx.constant "dw_w" dense<0.25> : tensor<4x1x1x3xf32> : tensor<4x1x1x3xf32>

  // CHECK: %depthwise = approx.onnx.conv "depthwise" %conv, %dw_w {
  // CHECK-SAME: group = 4 : i64
  // CHECK-SAME: } : tensor<1x4x6x5xf32>, tensor<4x1x1x3xf32> -> tensor<1x4x6x3xf32>
  %depthwise = approx.onnx.conv "depthwise" %conv, %dw_w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 4 : i64
  } : tensor<1x4x6x5xf32>, tensor<4x1x1x3xf32> -> tensor<1x4x6x3xf32>

  // BatchNormalization that no convolution has taken in: four numbers a channel.

  // CHECK-NEXT: %norm = approx.onnx.batch_normalization "norm" %depthwise {
  // CHECK-SAME: scale = dense<1.000000e+00> : tensor<4xf32>
  // CHECK-SAME: variance = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]>
  // CHECK-SAME: epsilon = 1.000000e-05 : f32
  %norm = approx.onnx.batch_normalization "norm" %depthwise {
    scale = dense<1.0> : tensor<4xf32>, bias = dense<0.0> : tensor<4xf32>,
    mean = dense<0.0> : tensor<4xf32>, variance = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>,
    epsilon = 1.0e-5 : f32
  } : tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>

  // Either bound of a Clip may be missing; both missing would be nothing.

  // CHECK-NEXT: %relu = approx.onnx.relu "relu" %norm : tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>
  // CHECK-NEXT: %relu6 = approx.onnx.clip "relu6" %relu {min = 0.000000e+00 : f32, max = 6.000000e+00 : f32}
  // CHECK-NEXT: %cap = approx.onnx.clip "cap" %relu6 {max = 4.000000e+00 : f32}
  %relu = approx.onnx.relu "relu" %norm : tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>
  %relu6 = approx.onnx.clip "relu6" %relu {min = 0.0 : f32, max = 6.0 : f32} : tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>
  %cap = approx.onnx.clip "cap" %relu6 {max = 4.0 : f32} : tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>

  // CHECK-NEXT: %sum = approx.onnx.add "sum" %cap, %norm : tensor<1x4x6x3xf32>, tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>
  %sum = approx.onnx.add "sum" %cap, %norm : tensor<1x4x6x3xf32>, tensor<1x4x6x3xf32> -> tensor<1x4x6x3xf32>

  // Pools have the window of a convolution. An average counts padding, or does not.

  // CHECK-NEXT: %max = approx.onnx.max_pool "max" %sum {
  // CHECK-SAME: kernel_shape = array<i64: 2, 1>, strides = array<i64: 2, 1>, pads = array<i64: 0, 0, 0, 0>
  // CHECK-SAME: } : tensor<1x4x6x3xf32> -> tensor<1x4x3x3xf32>
  // CHECK-NEXT: %mean = approx.onnx.average_pool "mean" %max {
  // CHECK-SAME: count_include_pad = 0 : i64
  // CHECK-NEXT: %all = approx.onnx.global_average_pool "all" %mean : tensor<1x4x3x3xf32> -> tensor<1x4x1x1xf32>
  %max = approx.onnx.max_pool "max" %sum {
    kernel_shape = array<i64: 2, 1>, strides = array<i64: 2, 1>, pads = array<i64: 0, 0, 0, 0>
  } : tensor<1x4x6x3xf32> -> tensor<1x4x3x3xf32>
  %mean = approx.onnx.average_pool "mean" %max {
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
    count_include_pad = 0 : i64
  } : tensor<1x4x3x3xf32> -> tensor<1x4x3x3xf32>
  %all = approx.onnx.global_average_pool "all" %mean : tensor<1x4x3x3xf32> -> tensor<1x4x1x1xf32>

  // Axes and target shapes are in the result types.

  // CHECK-NEXT: %nhwc = approx.onnx.transpose "nhwc" %all {perm = array<i64: 0, 2, 3, 1>} : tensor<1x4x1x1xf32> -> tensor<1x1x1x4xf32>
  // CHECK-NEXT: %reshape = approx.onnx.reshape "reshape" %nhwc : tensor<1x1x1x4xf32> -> tensor<1x2x2xf32>
  // CHECK-NEXT: %flat = approx.onnx.flatten "flat" %reshape : tensor<1x2x2xf32> -> tensor<1x4xf32>
  %nhwc = approx.onnx.transpose "nhwc" %all {perm = array<i64: 0, 2, 3, 1>} : tensor<1x4x1x1xf32> -> tensor<1x1x1x4xf32>
  %reshape = approx.onnx.reshape "reshape" %nhwc : tensor<1x1x1x4xf32> -> tensor<1x2x2xf32>
  %flat = approx.onnx.flatten "flat" %reshape : tensor<1x2x2xf32> -> tensor<1x4xf32>

  // Matrices: Gemm with its four attributes, and a bias or none; MatMul.

  %fc_w = approx.onnx.constant "fc_w" dense<0.5> : tensor<3x4xf32> : tensor<3x4xf32>
  %m = approx.onnx.constant "m" dense<0.5> : tensor<3x3xf32> : tensor<3x3xf32>

  // CHECK: %fc = approx.onnx.gemm "fc" %flat, %fc_w {
  // CHECK-SAME: alpha = 1.000000e+00 : f32, beta = 1.000000e+00 : f32, trans_a = 0 : i64, trans_b = 1 : i64
  // CHECK-SAME: } : tensor<1x4xf32>, tensor<3x4xf32> -> tensor<1x3xf32>
  // CHECK-NEXT: %product = approx.onnx.matmul "product" %fc, %m : tensor<1x3xf32>, tensor<3x3xf32> -> tensor<1x3xf32>
  // CHECK-NEXT: %softmax = approx.onnx.softmax "softmax" %product {axis = 1 : i64} : tensor<1x3xf32> -> tensor<1x3xf32>
  %fc = approx.onnx.gemm "fc" %flat, %fc_w {
    alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = 0 : i64, trans_b = 1 : i64
  } : tensor<1x4xf32>, tensor<3x4xf32> -> tensor<1x3xf32>
  %product = approx.onnx.matmul "product" %fc, %m : tensor<1x3xf32>, tensor<3x3xf32> -> tensor<1x3xf32>
  %softmax = approx.onnx.softmax "softmax" %product {axis = 1 : i64} : tensor<1x3xf32> -> tensor<1x3xf32>
  func.return %softmax : tensor<1x3xf32>
}

// In a quantized model activations have one scale and zero point, weights one pair for each output
// channel (`axis`), biases are i32.

// CHECK-LABEL: func.func @quantized
func.func @quantized(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {

  // CHECK-NEXT: %q = approx.onnx.quantize "q" %x {scale = dense<5.000000e-01> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64} : tensor<1x2xf32> -> tensor<1x2xi8>
  // CHECK-NEXT: %dq = approx.onnx.dequantize "dq" %q {
  // CHECK-SAME: } : tensor<1x2xi8> -> tensor<1x2xf32>
  %q = approx.onnx.quantize "q" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  %dq = approx.onnx.dequantize "dq" %q {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xi8> -> tensor<1x2xf32>

  %w = approx.onnx.constant "w" dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> : tensor<2x2xi8>
  %b = approx.onnx.constant "b" dense<[7, -8]> : tensor<2xi32> : tensor<2xi32>

  // CHECK: %dw = approx.onnx.dequantize "dw" %w {
  // CHECK-SAME: scale = dense<[2.500000e-01, 1.250000e-01]> : tensor<2xf32>
  // CHECK-SAME: axis = 1 : i64} : tensor<2x2xi8> -> tensor<2x2xf32>
  // CHECK-NEXT: %db = approx.onnx.dequantize "db" %b {
  // CHECK-SAME: } : tensor<2xi32> -> tensor<2xf32>
  %dw = approx.onnx.dequantize "dw" %w {
    scale = dense<[0.25, 0.125]> : tensor<2xf32>, zero_point = dense<0> : tensor<2xi8>,
    axis = 1 : i64
  } : tensor<2x2xi8> -> tensor<2x2xf32>
  %db = approx.onnx.dequantize "db" %b {
    scale = dense<[0.125, 0.0625]> : tensor<2xf32>, zero_point = dense<0> : tensor<2xi32>,
    axis = 0 : i64
  } : tensor<2xi32> -> tensor<2xf32>

  // CHECK-NEXT: %fc = approx.onnx.gemm "fc" %dq, %dw, %db {
  %fc = approx.onnx.gemm "fc" %dq, %dw, %db {
    alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = 0 : i64, trans_b = 0 : i64
  } : tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<1x2xf32>
  func.return %fc : tensor<1x2xf32>
}
