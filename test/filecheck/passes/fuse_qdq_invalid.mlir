// RUN: not approx-opt %s -p fuse-qdq 2>&1 | filecheck %s

// A node that cannot run on integers is named, with the reason; all of them in one message, but not
// what merely follows: "dc" has no input because of "conv".

// CHECK: approx-opt: error: 2 node(s) cannot run on integers; quantize the model (--calibration) or export it with QuantizeLinear around them:
// CHECK-NEXT: conv (approx.onnx.conv): its weights are not quantized
// CHECK-NEXT: sum (approx.onnx.add): is not between DequantizeLinear and QuantizeLinear
// CHECK-NOT: dc

func.func @net(%x: tensor<1x2x1x3xf32>) -> (tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>) {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xi8> -> tensor<1x2x1x3xf32>

  // A convolution with float weights.

  %w = approx.onnx.constant "w" dense<0.5> : tensor<2x2x1x1xf32> : tensor<2x2x1x1xf32>
  %conv = approx.onnx.conv "conv" %dx, %w {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x2x1x3xf32>, tensor<2x2x1x1xf32> -> tensor<1x2x1x3xf32>
  %qc = approx.onnx.quantize "qc" %conv {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xf32> -> tensor<1x2x1x3xi8>
  %dc = approx.onnx.dequantize "dc" %qc {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x3xi8> -> tensor<1x2x1x3xf32>

  // An addition whose result is not quantized.

  %sum = approx.onnx.add "sum" %dx, %dx : tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32> -> tensor<1x2x1x3xf32>
  func.return %dc, %sum : tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>
}
