// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of ops on images refuse.

// CHECK: inputs and result need one rank
func.func @concat_rank(%x: tensor<1x2x3x4xf32>, %v: tensor<1x2xf32>) {
  %y = approx.onnx.concat "c" %x, %v {axis = 1 : i64} : tensor<1x2x3x4xf32>, tensor<1x2xf32> -> tensor<1x4x3x4xf32>
  func.return
}

// -----

// CHECK: inputs and result need one rank
func.func @concat_nothing() {
  %y = "approx.onnx.concat"() <{node = "c", axis = 1 : i64}> : () -> tensor<1x4x3x4xf32>
  func.return
}

// -----

// CHECK: there is no such axis
func.func @concat_axis(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.concat "c" %x, %x {axis = -3 : i64} : tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32> -> tensor<1x4x3x4xf32>
  func.return
}

// -----

// CHECK: needs two pads of at least 0 for every dimension
func.func @pad_numbers(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.pad "p" %x {pads = array<i64: 1, 1, 1, 1>, value = 0.0 : f32} : tensor<1x2x3x4xf32> -> tensor<1x2x5x6xf32>
  func.return
}

// -----

// CHECK: needs two pads of at least 0 for every dimension
func.func @pad_crop(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.pad "p" %x {pads = array<i64: 0, 0, -1, 0, 0, 0, 0, 0>, value = 0.0 : f32} : tensor<1x2x3x4xf32> -> tensor<1x2x2x4xf32>
  func.return
}

// -----

// CHECK: expected a tensor of rank 4, got tensor<1x2x3xf32>
func.func @resize_rank(%x: tensor<1x2x3xf32>) {
  %y = approx.onnx.resize "r" %x {rows = array<i64: 0>, columns = array<i64: 0>} : tensor<1x2x3xf32> -> tensor<1x1x1xf32>
  func.return
}

// -----

// CHECK: rows and columns are those of the input
func.func @resize_row(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.resize "r" %x {rows = array<i64: 0, 3>, columns = array<i64: 0>} : tensor<1x2x3x4xf32> -> tensor<1x2x2x1xf32>
  func.return
}

// -----

// CHECK: rows and columns are those of the input
func.func @resize_nothing(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.resize "r" %x {rows = array<i64: 0>, columns = array<i64>} : tensor<1x2x3x4xf32> -> tensor<1x2x1x0xf32>
  func.return
}

// -----

// CHECK: there is no such axis
func.func @arg_max(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.arg_max "a" %x {axis = 4 : i64} : tensor<1x2x3x4xf32> -> tensor<1x2x3x1xi64>
  func.return
}

// -----

// CHECK: expected a tensor of rank 4, got tensor<2x3x2xf32>
func.func @transpose_rank(%x: tensor<1x2x3x4xf32>, %w: tensor<2x3x2xf32>) {
  %y = approx.onnx.conv_transpose "t" %x, %w : tensor<1x2x3x4xf32>, tensor<2x3x2xf32> -> tensor<1x3x6x8xf32>
  func.return
}

// -----

// CHECK: weights and input differ in their channels
func.func @transpose_channels(%x: tensor<1x2x3x4xf32>, %w: tensor<3x2x2x2xf32>) {
  %y = approx.onnx.conv_transpose "t" %x, %w : tensor<1x2x3x4xf32>, tensor<3x2x2x2xf32> -> tensor<1x2x6x8xf32>
  func.return
}

// -----

// CHECK: does not verify: needs a size of at least 1 and keeps the shape
func.func @norm_of_nothing(%x: tensor<1x2x3x4xf32>) {
  %y = approx.onnx.lrn "node" %x {
    size = 0 : i64, alpha = 1.0 : f32, beta = 1.0 : f32, bias = 1.0 : f32
  } : tensor<1x2x3x4xf32> -> tensor<1x2x3x4xf32>
  return
}
