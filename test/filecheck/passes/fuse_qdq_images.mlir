// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s

// Images: what joins, pads and resizes them, and what ends in another plane. Real values are
// x = 0.5 (q + 3), w = 0.125 q, y = 0.25 (q - 7).
//
// Operands of a Concat get the scale of its result first: b = 0.125 (q - 9) is 4 times too fine. An
// axis does not count the batch.

// CHECK-LABEL: func.func @concat
// CHECK-SAME: (%[[A:.*]]: tensor<2x1x3xi8, {{.*}} approx.perm = array<i64: 0, 1, 2>}, %[[B:.*]]: tensor<1x1x3xi8,
// CHECK-NEXT: %[[C:.*]] = approx.requantize "y" %[[B]] {multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>, rounding = "even"}
// CHECK-SAME: -> tensor<1x1x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
// CHECK-NEXT: approx.concat "y" %[[A]], %[[C]] {axis = 0 : i32}
// CHECK-SAME: -> tensor<3x1x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

!qa = tensor<1x2x1x3xi8>
!a = tensor<1x2x1x3xf32>
!qb = tensor<1x1x1x3xi8>
!b = tensor<1x1x1x3xf32>
!y = tensor<1x3x1x3xf32>
!qy = tensor<1x3x1x3xi8>

func.func @concat(%qa: !qa, %qb: !qb) -> !qy {
  %a = approx.onnx.dequantize "a" %qa {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qa -> !a
  %b = approx.onnx.dequantize "b" %qb {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<9> : tensor<i8>, axis = 0 : i64
  } : !qb -> !b
  %y = approx.onnx.concat "y" %a, %b {axis = 1 : i64} : !a, !b -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// Padding is an int8: real -1 is -5. ONNX has the pads of all dimensions before, then those after;
// here both are height, width, channels.

// CHECK-LABEL: func.func @pad
// CHECK: approx.pad "y" %{{.*}} {before = array<i64: 1, 1, 0>, after = array<i64: 1, 2, 0>, value = -5 : i32}
// CHECK-SAME: : tensor<1x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> -> tensor<3x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>
!y = tensor<1x2x3x6xf32>
!qy = tensor<1x2x3x6xi8>

func.func @pad(%qx: !qx) -> !qy {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.pad "y" %x {
    pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 2>, value = -1.0 : f32
  } : !x -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// Resize copies rows and columns.

// CHECK-LABEL: func.func @resize
// CHECK: approx.resize_nearest2d "y" %{{.*}} {rows = array<i64: 0, 0>, columns = array<i64: 0, 1, 1, 2>}
// CHECK-SAME: : tensor<1x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> -> tensor<2x4x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>
!y = tensor<1x2x2x4xf32>
!qy = tensor<1x2x2x4xi8>

func.func @resize(%qx: !qx) -> !qy {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.resize "y" %x {rows = array<i64: 0, 0>, columns = array<i64: 0, 1, 1, 2>} : !x -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// Windows of a ConvTranspose do not overlap: each pixel becomes 2 x 2 of its own. The two of a row are
// the channels of a convolution of single pixels, and side by side in memory; rows take turns, so that
// two convolutions are joined row by row. Weights are inputs x outputs x 2 x 2; the bias 1.0 is 16 in
// s_x s_w = 1/16.

// CHECK-LABEL: func.func @conv_transpose
// CHECK: %[[X:.*]] = approx.transpose "y" %{{.*}} {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[R0:.*]] = approx.conv2d "y/row0" %[[X]] {
// CHECK-SAME{LITERAL}: weights = dense<[[[[1, 5]]], [[[2, 6]]]]> : tensor<2x1x1x2xi8>, bias = dense<16> : tensor<2xi32>, multipliers = dense<1073741824> : tensor<2xi32>
// CHECK-NEXT: %[[L0:.*]] = approx.reshape "y" %[[R0]] : tensor<1x3x2xi8, {{.*}} -> tensor<1x1x6xi8,
// CHECK-NEXT: %[[R1:.*]] = approx.conv2d "y/row1" %[[X]] {
// CHECK-SAME{LITERAL}: weights = dense<[[[[3, 7]]], [[[4, 8]]]]> : tensor<2x1x1x2xi8>, bias = dense<16> : tensor<2xi32>, multipliers = dense<1073741824> : tensor<2xi32>
// CHECK-NEXT: %[[L1:.*]] = approx.reshape "y" %[[R1]] : tensor<1x3x2xi8, {{.*}} -> tensor<1x1x6xi8,
// CHECK-NEXT: %[[J:.*]] = approx.concat "y" %[[L0]], %[[L1]] {axis = 1 : i32} {{.*}} -> tensor<1x2x6xi8,
// CHECK-NEXT: %[[I:.*]] = approx.reshape "y" %[[J]] : tensor<1x2x6xi8, {{.*}} -> tensor<2x6x1xi8,
// CHECK-NEXT: approx.transpose "y" %[[I]] {perm = array<i64: 2, 0, 1>}

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>
!y = tensor<1x1x2x6xf32>
!qy = tensor<1x1x2x6xi8>

func.func @conv_transpose(%qx: !qx) -> !qy {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %qw = approx.onnx.constant "qw" dense<[[[[1, 2], [3, 4]]], [[[5, 6], [7, 8]]]]> : tensor<2x1x2x2xi8> : tensor<2x1x2x2xi8>
  %w = approx.onnx.dequantize "w" %qw {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<2x1x2x2xi8> -> tensor<2x1x2x2xf32>
  %b = approx.onnx.constant "b" dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %y = approx.onnx.conv_transpose "y" %x, %w, %b : !x, tensor<2x1x2x2xf32>, tensor<1xf32> -> !y
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !y -> !qy
  func.return %qy : !qy
}

// -----

// ArgMax and Softmax work along the last dimension, to which their axis is moved. Places are int8 from
// -128 on; without keepdims there is no dimension left of the channels. What ArgMax gives is an
// integer and has no QuantizeLinear.

// CHECK-LABEL: func.func @argmax
// CHECK: %[[X:.*]] = approx.transpose "y" %{{.*}} {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[Y:.*]] = approx.argmax "y" %[[X]] : tensor<1x3x2xi8, {{.*}} -> tensor<1x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>
// CHECK-NEXT: %[[Z:.*]] = approx.reshape "y" %[[Y]] : tensor<1x3x1xi8, {{.*}} -> tensor<1x3xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>
// CHECK-NEXT: func.return %[[Z]]

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @argmax(%qx: !qx) -> tensor<1x1x3xi64> {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.arg_max "y" %x {axis = 1 : i64} : !x -> tensor<1x1x3xi64>
  func.return %y : tensor<1x1x3xi64>
}

// -----

// Softmax over the channels of each pixel.

// CHECK-LABEL: func.func @softmax
// CHECK: %[[X:.*]] = approx.transpose "y" %{{.*}} {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[Y:.*]] = approx.softmax "y" %[[X]] {table = dense<"0x00000001{{.*}}"> : tensor<256xi32>, multiplier = 16777216 : i32}
// CHECK-SAME: -> tensor<1x3x2xi8, #approx.quant<scale = 3.90625e-03, zero_point = -128>>
// CHECK-NEXT: approx.transpose "y" %[[Y]] {perm = array<i64: 2, 0, 1>}

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @softmax(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.softmax "y" %x {axis = 1 : i64} : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<3.90625e-03> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}
