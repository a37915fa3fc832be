// RUN: not approx-opt %s -p fuse-qdq 2>&1 | filecheck %s

// DequantizeLinear has to undo the QuantizeLinear above it, and an input is quantized in one way, be
// it by the network (%x) or by its caller (%i); zero points count as scales do.

// CHECK: approx-opt: error: 3 node(s) cannot run on integers
// CHECK-NEXT: qx2 (approx.onnx.quantize): the input is quantized in more than one way
// CHECK-NEXT: y (approx.onnx.dequantize): its scale or zero point is not that of QuantizeLinear above it
// CHECK-NEXT: di2 (approx.onnx.dequantize): the input is quantized in more than one way

func.func @parameters(%x: tensor<1x3xf32>, %i: tensor<1x3xi8>)
    -> (tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>) {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  %qx2 = approx.onnx.quantize "qx2" %x {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<9> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %dx2 = approx.onnx.dequantize "dx2" %qx2 {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<9> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  %l = approx.onnx.add "add" %dx, %dx2 : tensor<1x3xf32>, tensor<1x3xf32> -> tensor<1x3xf32>
  %qy = approx.onnx.quantize "qy" %l {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  %di = approx.onnx.dequantize "di" %i {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  %di2 = approx.onnx.dequantize "di2" %i {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  func.return %y, %di, %di2 : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>
}
