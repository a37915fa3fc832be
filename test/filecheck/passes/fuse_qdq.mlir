// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s
// RUN: approx-opt %s -p 'fuse-qdq{rounding=tflite}' --split-input-file | filecheck %s --check-prefix=TFLITE

// Every QuantizeLinear is an anchor: what lies between it and the DequantizeLinears above it becomes
// one integer op, here a convolution and its Relu. Real values are x = 0.5 (q + 3), w = 0.125 q in
// channel 0 and 0.0625 q in channel 1, y = 0.25 (q - 7).
//
// - Weights change from OIHW to OHWI, and spatial layers work on HWC: hence the transposes.
// - The ratio s_x s_w / s_y is 1/4 in channel 0 and 1/8 in channel 1, in 2^32ths 2^30 and 2^29.
// - Relu is the lower bound of the clamp: real 0 is 7.

// CHECK-LABEL: func.func @conv
// CHECK-SAME: (%[[X:.*]]: tensor<2x1x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> {approx.onnx_shape = array<i64: 1, 2, 1, 3>, approx.perm = array<i64: 0, 1, 2>})
// CHECK-NEXT: %[[T:.*]] = approx.transpose "conv" %[[X]] {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[Y:.*]] = approx.conv2d "conv" %[[T]] {
// CHECK-SAME{LITERAL}: weights = dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
// CHECK-SAME: bias = dense<[10, -20]> : tensor<2xi32>
// CHECK-SAME: multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32
// CHECK-SAME: clamp = array<i64: 7, 127>
// CHECK-SAME: -> tensor<1x3x2xi8, #approx.quant<scale = 2.5e-01, zero_point = 7>>
// CHECK-NEXT: %[[U:.*]] = approx.transpose "conv" %[[Y]] {perm = array<i64: 2, 0, 1>}
// CHECK-NEXT: func.return %[[U]]

// The double rounding of TensorFlow Lite has its multipliers in 2^31ths, 2^30 and 2^29 of them and a
// rounding shift by one to the right.

// TFLITE: multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = -1 : i32, clamp = array<i64: 7, 127>, rounding = "tflite"

func.func @conv(%x: tensor<1x2x1x3xf32>) -> tensor<1x2x1x3xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xi8> -> tensor<1x2x1x3xf32>
  %w = approx.onnx.constant "w" dense<[[[[1]], [[2]]], [[[3]], [[4]]]]> : tensor<2x2x1x1xi8> : tensor<2x2x1x1xi8>
  %dw = approx.onnx.dequantize "dw" %w {
    scale = dense<[1.25e-01, 6.25e-02]> : tensor<2xf32>, zero_point = dense<0> : tensor<2xi8>,
    axis = 0 : i64
  } : tensor<2x2x1x1xi8> -> tensor<2x2x1x1xf32>
  %b = approx.onnx.constant "b" dense<[10, -20]> : tensor<2xi32> : tensor<2xi32>
  %db = approx.onnx.dequantize "db" %b {
    scale = dense<[6.25e-02, 3.125e-02]> : tensor<2xf32>, zero_point = dense<0> : tensor<2xi32>,
    axis = 0 : i64
  } : tensor<2xi32> -> tensor<2xf32>
  %conv = approx.onnx.conv "conv" %dx, %dw, %db {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32>, tensor<2xf32> -> tensor<1x2x1x3xf32>
  %layer = approx.onnx.relu "relu" %conv : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xi8> -> tensor<1x2x1x3xf32>
  func.return %y : tensor<1x2x1x3xf32>
}

// -----

// With a group for each channel it is a depthwise convolution, weights HWC. The Clip at -1 and 6 is
// 7 - 4 and 7 + 24.

// CHECK-LABEL: func.func @depthwise
// CHECK: approx.depthwise_conv2d "depthwise"
// CHECK-SAME{LITERAL}: weights = dense<[[[1, 3], [2, 4]]]> : tensor<1x2x2xi8>
// CHECK-SAME: bias = dense<0> : tensor<2xi32>
// CHECK-SAME: clamp = array<i64: 3, 31>

func.func @depthwise(%x: tensor<1x2x1x3xf32>) -> tensor<1x2x1x2xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xi8> -> tensor<1x2x1x3xf32>
  %w = approx.onnx.constant "w" dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8> : tensor<2x1x1x2xi8>
  %dw = approx.onnx.dequantize "dw" %w {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<2x1x1x2xi8> -> tensor<2x1x1x2xf32>
  %conv = approx.onnx.conv "depthwise" %dx, %dw {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 2 : i64
  } : tensor<1x2x1x3xf32>, tensor<2x1x1x2xf32> -> tensor<1x2x1x2xf32>
  %layer = approx.onnx.clip "clip" %conv {min = -1.0 : f32, max = 6.0 : f32} : tensor<1x2x1x2xf32> -> tensor<1x2x1x2xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x2xf32> -> tensor<1x2x1x2xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x2xi8> -> tensor<1x2x1x2xf32>
  func.return %y : tensor<1x2x1x2xf32>
}

// -----

// MatMul and Gemm are fully connected layers; weights are one row an output.

// CHECK-LABEL: func.func @matmul
// CHECK: approx.fully_connected "matmul"
// CHECK-SAME{LITERAL}: weights = dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>

func.func @matmul(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xi8> -> tensor<1x2xf32>
  %w = approx.onnx.constant "w" dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8> : tensor<2x3xi8>
  %dw = approx.onnx.dequantize "dw" %w {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<2x3xi8> -> tensor<2x3xf32>
  %layer = approx.onnx.matmul "matmul" %dx, %dw : tensor<1x2xf32>, tensor<2x3xf32> -> tensor<1x3xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  func.return %y : tensor<1x3xf32>
}

// -----

// Average pooling divides in its multiplier. Here windows at the lower and the right edge have two
// pixels, or one, and padding does not count: one multiplier for each output. 0.5 / 0.25 times 1/4,
// 1/2 and 1 in 2^29ths, as the ratio 2 needs a shift of 3. Halves are common in averages: they go to
// the even neighbour, as in ONNX.

// CHECK-LABEL: func.func @pools
// CHECK: approx.avg_pool2d "mean"
// CHECK-SAME{LITERAL}: multipliers = dense<[[268435456, 536870912], [536870912, 1073741824]]> : tensor<2x2xi32>
// CHECK-SAME: shift = 3 : i32, clamp = array<i64: -128, 127>, rounding = "even"

func.func @pools(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  %layer = approx.onnx.average_pool "mean" %dx {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>,
    count_include_pad = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x2x2xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xi8> -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----

// A maximum keeps scale and zero point and needs no anchor; global pooling is a window as large as the
// plane. 2 / 9 in 2^32ths is 954437177.

// CHECK-LABEL: func.func @mean
// CHECK: approx.max_pool2d "max" {{.*}} -> tensor<3x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
// CHECK: approx.avg_pool2d "mean"
// CHECK-SAME: kernel_shape = array<i64: 3, 3>, multipliers = dense<954437177> : tensor<1xi32>, shift = 0 : i32

func.func @mean(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x1x1xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  %max = approx.onnx.max_pool "max" %dx {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 1, 1>
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xf32>
  %layer = approx.onnx.global_average_pool "mean" %max : tensor<1x2x3x3xf32> -> tensor<1x2x1x1xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x1xf32> -> tensor<1x2x1x1xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x1xi8> -> tensor<1x2x1x1xf32>
  func.return %y : tensor<1x2x1x1xf32>
}

// -----

// DequantizeLinear and QuantizeLinear with nothing but a Relu between them: another scale, 4 times
// finer. The terms of the addition, 2 a + 0.5 b, are in 2^22ths; the constant is half of that for
// rounding, the zero point of the result, less those of the operands:
// 2^21 + 7 * 2^22 + 3 * 2^23 + 128 * 2^21 = 325058560.

// CHECK-LABEL: func.func @sum
// CHECK-NEXT: %[[H:.*]] = approx.requantize "qh" %[[X:.*]] {multipliers = dense<1073741824> : tensor<1xi32>, shift = 4 : i32, clamp = array<i64: -128, 127>, rounding = "even"}
// CHECK-NEXT: approx.add "add" %[[X]], %[[H]] {lhs_multiplier = 8388608 : i32, rhs_multiplier = 2097152 : i32, constant = 325058560 : i32, shift = 22 : i32

func.func @sum(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  %half = approx.onnx.relu "half" %dx : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xf32>
  %qh = approx.onnx.quantize "qh" %half {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %dh = approx.onnx.dequantize "dh" %qh {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  %layer = approx.onnx.add "add" %dx, %dh : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32> -> tensor<1x2x3x3xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}

// -----

// Softmax is done by a table of exponentials. Flatten moves no value.

// CHECK-LABEL: func.func @softmax
// CHECK-NEXT: %[[V:.*]] = approx.reshape "flat" {{.*}} -> tensor<3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
// CHECK-NEXT: approx.softmax "softmax" %[[V]] {table = dense<"0x0000000198459B00
// CHECK-SAME: multiplier = 16777216 : i32

func.func @softmax(%x: tensor<1x1x1x3xf32>) -> tensor<1x3xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x1x1x3xf32> -> tensor<1x1x1x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x1x1x3xi8> -> tensor<1x1x1x3xf32>
  %flat = approx.onnx.flatten "flat" %dx : tensor<1x1x1x3xf32> -> tensor<1x3xf32>
  %layer = approx.onnx.softmax "softmax" %flat {axis = 1 : i64} : tensor<1x3xf32> -> tensor<1x3xf32>
  %qy = approx.onnx.quantize "qy" %layer {
    scale = dense<3.90625e-03> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<3.90625e-03> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  func.return %y : tensor<1x3xf32>
}
