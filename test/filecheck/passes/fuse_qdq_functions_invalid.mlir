// RUN: not approx-opt %s -p fuse-qdq 2>&1 | filecheck %s

// What has no integer form among functions, sums and products, and among what ends in another plane.

// CHECK: approx-opt: error: 8 node(s) cannot run on integers
// CHECK-NEXT: pixels (approx.onnx.mul): has constants of shape [1, 2, 2] that differ within a channel
// CHECK-NEXT: undefined (approx.onnx.div): has no value for some of its inputs
// CHECK-NEXT: ratio (approx.onnx.div): has no integer form
// CHECK-NEXT: ranks (approx.onnx.mul): needs two tensors of one rank, not [(2, 2, 2), (2,)]
// CHECK-NEXT: sum (approx.onnx.add): is not between DequantizeLinear and QuantizeLinear
// CHECK-NEXT: coarse (approx.onnx.softmax): softmax needs a result scale below 0.5, not 0.5
// CHECK-NEXT: top (approx.onnx.arg_max): chooses one of 257; at most 256 fit int8
// CHECK-NEXT: an input of the network is used without QuantizeLinear

!qx = tensor<1x2x2x2xi8>
!x = tensor<1x2x2x2xf32>
!qv = tensor<1x2xi8>
!v = tensor<1x2xf32>
!qlong = tensor<1x257xi8>
!long = tensor<1x257xf32>

func.func @net(%qx: !qx, %qz: !qx, %qv: !qv, %qlong: !qlong, %real: !v) -> (
    !x, !x, !x, !x, !x, !v, tensor<1x1xi64>, tensor<1x1xi64>) {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %z = approx.onnx.dequantize "z" %qz {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %v = approx.onnx.dequantize "v" %qv {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qv -> !v

  // Functions of one tensor: constants for each pixel; 0 / 0.

  %c = approx.onnx.constant "c" dense<0.5> : tensor<2x2xf32> : tensor<2x2xf32>
  %pixels = approx.onnx.mul "pixels" %x, %c : !x, tensor<2x2xf32> -> !x
  %q_pixels = approx.onnx.quantize "q_pixels" %pixels {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %d_pixels = approx.onnx.dequantize "d_pixels" %q_pixels {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x

  %undefined = approx.onnx.div "undefined" %x, %x : !x, !x -> !x
  %q_undefined = approx.onnx.quantize "q_undefined" %undefined {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %d_undefined = approx.onnx.dequantize "d_undefined" %q_undefined {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x

  // Quotients of two tensors; products of tensors of different rank.

  %ratio = approx.onnx.div "ratio" %x, %z : !x, !x -> !x
  %q_ratio = approx.onnx.quantize "q_ratio" %ratio {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %d_ratio = approx.onnx.dequantize "d_ratio" %q_ratio {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x

  %ranks = approx.onnx.mul "ranks" %x, %v : !x, !v -> !x
  %q_ranks = approx.onnx.quantize "q_ranks" %ranks {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %d_ranks = approx.onnx.dequantize "d_ranks" %q_ranks {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x

  // A function of a sum: the sum is quantized in no way.

  %sum = approx.onnx.add "sum" %x, %z : !x, !x -> !x
  %gate = approx.onnx.sigmoid "gate" %sum : !x -> !x
  %q_gate = approx.onnx.quantize "q_gate" %gate {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  %d_gate = approx.onnx.dequantize "d_gate" %q_gate {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x

  // Probabilities in steps of 1/2.

  %coarse = approx.onnx.softmax "coarse" %v {axis = 1 : i64} : !v -> !v
  %q_coarse = approx.onnx.quantize "q_coarse" %coarse {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !v -> !qv
  %d_coarse = approx.onnx.dequantize "d_coarse" %q_coarse {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qv -> !v

  // More places than there are int8.

  %long = approx.onnx.dequantize "long" %qlong {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qlong -> !long
  %top = approx.onnx.arg_max "top" %long {axis = 1 : i64} : !long -> tensor<1x1xi64>

  // An input that is not quantized.

  %best = approx.onnx.arg_max "best" %real {axis = 1 : i64} : !v -> tensor<1x1xi64>
  func.return %d_pixels, %d_undefined, %d_ratio, %d_ranks, %d_gate, %d_coarse, %top, %best
    : !x, !x, !x, !x, !x, !v, tensor<1x1xi64>, tensor<1x1xi64>
}
