// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s

// More of fuse_qdq.mlir: biases, padding that counts, and what moves values. Real values are
// x = 0.5 (q + 3), w = 0.125 q, y = 0.25 (q - 7).
//
// The accumulator of a Gemm counts in s_x s_w = 1/16, and so does its bias: 1, -0.5 and 0.03125 are
// 16, -8 and 0.5, which is rounded to the even 0. Weights without transB are inputs x outputs.

// CHECK-LABEL: func.func @gemm
// CHECK: approx.fully_connected "gemm"
// CHECK-SAME{LITERAL}: weights = dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>
// CHECK-SAME: bias = dense<[16, -8, 0]> : tensor<3xi32>, multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32

func.func @gemm(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
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
  %b = approx.onnx.constant "b" dense<[1.0, -0.5, 0.03125]> : tensor<3xf32> : tensor<3xf32>
  %l = approx.onnx.gemm "gemm" %dx, %dw, %b {
    alpha = 1.0 : f32, beta = 1.0 : f32, trans_a = 0 : i64, trans_b = 0 : i64
  } : tensor<1x2xf32>, tensor<2x3xf32>, tensor<3xf32> -> tensor<1x3xf32>
  %qy = approx.onnx.quantize "qy" %l {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  func.return %y : tensor<1x3xf32>
}

// -----

// Padding that counts is real 0, so that every window is divided by 4: 2 / 4 = 2^30 / 2^32 * 2.

// CHECK-LABEL: func.func @include_pad
// CHECK: approx.avg_pool2d "mean"
// CHECK-SAME: pads = array<i64: 0, 0, 1, 1>, multipliers = dense<1073741824> : tensor<1xi32>, shift = 1 : i32

func.func @include_pad(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x3x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x3xi8> -> tensor<1x2x3x3xf32>
  %l = approx.onnx.average_pool "mean" %dx {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>,
    count_include_pad = 1 : i64
  } : tensor<1x2x3x3xf32> -> tensor<1x2x2x2xf32>
  %qy = approx.onnx.quantize "qy" %l {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xi8> -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----

// A model of channels-last images transposes them first. No batch, so that 0, 3, 1, 2 is 2, 0, 1;
// what the max pool puts around itself cancels it in fold-transposes.

// CHECK-LABEL: func.func @transpose
// CHECK-SAME: (%[[X:.*]]: tensor<4x5x2xi8, {{.*}} {approx.onnx_shape = array<i64: 1, 4, 5, 2>, approx.perm = array<i64: 0, 1, 2>})
// CHECK-NEXT: %[[T:.*]] = approx.transpose "t" %[[X]] {perm = array<i64: 2, 0, 1>}
// CHECK-NEXT: %[[U:.*]] = approx.transpose "max" %[[T]] {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[M:.*]] = approx.max_pool2d "max" %[[U]]
// CHECK-NEXT: approx.transpose "max" %[[M]] {perm = array<i64: 2, 0, 1>}

func.func @transpose(%x: tensor<1x4x5x2xf32>) -> tensor<1x2x2x2xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x4x5x2xf32> -> tensor<1x4x5x2xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x4x5x2xi8> -> tensor<1x4x5x2xf32>
  %t = approx.onnx.transpose "t" %dx {perm = array<i64: 0, 3, 1, 2>} : tensor<1x4x5x2xf32> -> tensor<1x2x4x5xf32>
  %l = approx.onnx.max_pool "max" %t {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : tensor<1x2x4x5xf32> -> tensor<1x2x2x2xf32>
  %qy = approx.onnx.quantize "qy" %l {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x2x2xi8> -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----

// Reshape needs no anchor: scale and zero point stay.

// CHECK-LABEL: func.func @reshape
// CHECK-NEXT: %[[R:.*]] = approx.reshape "r" %{{.*}} -> tensor<6xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
// CHECK-NEXT: func.return %[[R]]

func.func @reshape(%x: tensor<1x2x3x1xf32>) -> tensor<1x6xf32> {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x1xf32> -> tensor<1x2x3x1xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x1xi8> -> tensor<1x2x3x1xf32>
  %y = approx.onnx.reshape "r" %dx : tensor<1x2x3x1xf32> -> tensor<1x6xf32>
  func.return %y : tensor<1x6xf32>
}
