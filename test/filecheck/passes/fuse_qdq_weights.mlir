// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s

// More of fuse_qdq.mlir: groups, weights with a zero point, the order of the input. Real values are
// x = 0.5 (q + 3), w = 0.125 q, y = 0.25 (q - 7).
//
// The weights of an output are over the channels of its group: the first output sees channels 0 and 1,
// the second 2 and 3.

// CHECK-LABEL: func.func @groups
// CHECK: approx.conv2d "y" %{{.*}} {
// CHECK-SAME{LITERAL}: weights = dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
// CHECK-SAME: group = 2 : i32} : tensor<1x3x4xi8, {{.*}} -> tensor<1x3x2xi8,

!qx = tensor<1x4x1x3xi8>
!x = tensor<1x4x1x3xf32>
!y = tensor<1x2x1x3xf32>
!qy = tensor<1x2x1x3xi8>

func.func @groups(%qx: !qx) -> !qy {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %qw = approx.onnx.constant "qw" dense<[[[[1]], [[2]]], [[[3]], [[4]]]]> : tensor<2x2x1x1xi8> : tensor<2x2x1x1xi8>
  %w = approx.onnx.dequantize "w" %qw {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<2x2x1x1xi8> -> tensor<2x2x1x1xf32>
  %y = approx.onnx.conv "y" %x, %w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 2 : i64
  } : !x, tensor<2x2x1x1xf32> -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// A group a channel is a depthwise convolution, be it of two outputs a channel.

// CHECK-LABEL: func.func @multiplied
// CHECK: approx.depthwise_conv2d "y" %{{.*}} {
// CHECK-SAME{LITERAL}: weights = dense<[[[1, 2, 3, 4]]]> : tensor<1x1x4xi8>
// CHECK-SAME: : tensor<1x3x2xi8, {{.*}} -> tensor<1x3x4xi8,

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>
!y = tensor<1x4x1x3xf32>
!qy = tensor<1x4x1x3xi8>

func.func @multiplied(%qx: !qx) -> !qy {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %qw = approx.onnx.constant "qw" dense<[[[[1]]], [[[2]]], [[[3]]], [[[4]]]]> : tensor<4x1x1x1xi8> : tensor<4x1x1x1xi8>
  %w = approx.onnx.dequantize "w" %qw {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<4x1x1x1xi8> -> tensor<4x1x1x1xf32>
  %y = approx.onnx.conv "y" %x, %w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 2 : i64
  } : !x, tensor<4x1x1x1xf32> -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// The zero point of weights, 5, is taken off.

// CHECK-LABEL: func.func @near
// CHECK: approx.fully_connected "y" %{{.*}} {
// CHECK-SAME{LITERAL}: weights = dense<[[-4, -2], [-3, -1]]> : tensor<2x2xi8>

!qx = tensor<1x2xi8>
!x = tensor<1x2xf32>

func.func @near(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %qw = approx.onnx.constant "qw" dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> : tensor<2x2xi8>
  %w = approx.onnx.dequantize "w" %qw {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<5> : tensor<i8>, axis = 0 : i64
  } : tensor<2x2xi8> -> tensor<2x2xf32>
  %y = approx.onnx.matmul "y" %x, %w : !x, tensor<2x2xf32> -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// Distances that do not fit int8 make all weights of the layer int16. Here each output, a column of
// the stored weights, has a zero point: -128 - 127 and 127 - 127, 2 + 1 and 4 + 1.

// CHECK-LABEL: func.func @far
// CHECK: approx.fully_connected "y" %{{.*}} {
// CHECK-SAME{LITERAL}: weights = dense<[[-255, 0], [3, 5]]> : tensor<2x2xi16>
// CHECK-SAME: multipliers = dense<[536870912, 1073741824]> : tensor<2xi32>, shift = 1 : i32

!qx = tensor<1x2xi8>
!x = tensor<1x2xf32>

func.func @far(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %qw = approx.onnx.constant "qw" dense<[[-128, 2], [127, 4]]> : tensor<2x2xi8> : tensor<2x2xi8>
  %w = approx.onnx.dequantize "w" %qw {
    scale = dense<[0.125, 0.25]> : tensor<2xf32>, zero_point = dense<[127, -1]> : tensor<2xi8>, axis = 1 : i64
  } : tensor<2x2xi8> -> tensor<2x2xf32>
  %y = approx.onnx.matmul "y" %x, %w : !x, tensor<2x2xf32> -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// A Transpose before the first QuantizeLinear changes no value, so that it may come after it: the
// network takes channels last, as int8. The two transposes cancel in fold-transposes.

// CHECK-LABEL: func.func @order
// CHECK-SAME: (%[[X:.*]]: tensor<4x5x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> {approx.onnx_shape = array<i64: 1, 4, 5, 2>, approx.perm = array<i64: 0, 1, 2>})
// CHECK-NEXT: %[[T:.*]] = approx.transpose "t" %[[X]] {perm = array<i64: 2, 0, 1>}
// CHECK-NEXT: %[[U:.*]] = approx.transpose "y" %[[T]] {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: approx.max_pool2d "y" %[[U]]

!nhwc = tensor<1x4x5x2xf32>
!x = tensor<1x2x4x5xf32>
!qx = tensor<1x2x4x5xi8>
!y = tensor<1x2x2x2xf32>

func.func @order(%x: !nhwc) -> !y {
  %t = approx.onnx.transpose "t" %x {perm = array<i64: 0, 3, 1, 2>} : !nhwc -> !x
  %qt = approx.onnx.quantize "qt" %t {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %dt = approx.onnx.dequantize "dt" %qt {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.max_pool "y" %dt {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  func.return %y : !y
}

// -----

// An int8 input is taken as it is, and an int8 result given. A Relu whose scale stays is a clamp:
// from -3 on.

// CHECK-LABEL: func.func @int8
// CHECK-SAME: (%[[X:.*]]: tensor<2x1x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> {approx.onnx_shape = array<i64: 1, 2, 1, 3>,
// CHECK-NEXT: %[[Y:.*]] = approx.requantize "qy" %[[X]] {multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: -3, 127>, rounding = "even"}
// CHECK-NEXT: func.return %[[Y]]

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @int8(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.relu "y" %x : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}
