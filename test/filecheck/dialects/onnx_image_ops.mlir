// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// ONNX nodes that join, pad and resize images, and those that end in another plane. Axes count from
// the front, the batch among them.

!x = tensor<1x2x3x4xf32>

// CHECK-LABEL: func.func @images
func.func @images(%x: !x, %w: tensor<2x3x2x2xf32>, %b: tensor<3xf32>) {

  // CHECK-NEXT: %joined = approx.onnx.concat "joined" %x, %x {axis = 1 : i64} : tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32> -> tensor<1x4x3x4xf32>
  %joined = approx.onnx.concat "joined" %x, %x {axis = 1 : i64} : !x, !x -> tensor<1x4x3x4xf32>

  // Two pads a dimension: first all those before, then all those after.

  // CHECK-NEXT: %padded = approx.onnx.pad "padded" %x {
  // CHECK-SAME: pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 2>, value = 5.000000e-01 : f32} : tensor<1x2x3x4xf32> -> tensor<1x2x5x7xf32>
  %padded = approx.onnx.pad "padded" %x {
    pads = array<i64: 0, 0, 1, 1, 0, 0, 1, 2>, value = 0.5 : f32
  } : !x -> tensor<1x2x5x7xf32>

  // Whatever way Resize maps coordinates, it copies rows and columns.

  // CHECK-NEXT: %up = approx.onnx.resize "up" %x {
  // CHECK-SAME: rows = array<i64: 0, 1, 1, 2>, columns = array<i64: 0, 2>} : tensor<1x2x3x4xf32> -> tensor<1x2x4x2xf32>
  %up = approx.onnx.resize "up" %x {
    rows = array<i64: 0, 1, 1, 2>, columns = array<i64: 0, 2>
  } : !x -> tensor<1x2x4x2xf32>

  // With keepdims, or without.

  // CHECK-NEXT: %best = approx.onnx.arg_max "best" %x {axis = 1 : i64} : tensor<1x2x3x4xf32> -> tensor<1x1x3x4xi64>
  // CHECK-NEXT: %flat = approx.onnx.arg_max "flat" %x {axis = 1 : i64} : tensor<1x2x3x4xf32> -> tensor<1x3x4xi64>
  %best = approx.onnx.arg_max "best" %x {axis = 1 : i64} : !x -> tensor<1x1x3x4xi64>
  %flat = approx.onnx.arg_max "flat" %x {axis = 1 : i64} : !x -> tensor<1x3x4xi64>

  // By the squares of five neighbouring channels.

  // CHECK-NEXT: %norm = approx.onnx.lrn "norm" %x {size = 5 : i64, alpha = 1.000000e-04 : f32, beta = 7.500000e-01 : f32, bias = 2.000000e+00 : f32}
  %norm = approx.onnx.lrn "norm" %x {
    size = 5 : i64, alpha = 1.0e-4 : f32, beta = 0.75 : f32, bias = 2.0 : f32
  } : !x -> !x

  // Weights are inputs x outputs x height x width, and the strides are height and width: every pixel
  // becomes a window of its own. The bias is optional.

  // CHECK-NEXT: %twice = approx.onnx.conv_transpose "twice" %x, %w : tensor<1x2x3x4xf32>, tensor<2x3x2x2xf32> -> tensor<1x3x6x8xf32>
  // CHECK-NEXT: %biased = approx.onnx.conv_transpose "biased" %x, %w, %b : tensor<1x2x3x4xf32>, tensor<2x3x2x2xf32>, tensor<3xf32> -> tensor<1x3x6x8xf32>
  %twice = approx.onnx.conv_transpose "twice" %x, %w : !x, tensor<2x3x2x2xf32> -> tensor<1x3x6x8xf32>
  %biased = approx.onnx.conv_transpose "biased" %x, %w, %b : !x, tensor<2x3x2x2xf32>, tensor<3xf32> -> tensor<1x3x6x8xf32>
  func.return
}
