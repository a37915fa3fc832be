// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s

// Inputs keep their order and their names, whichever is quantized first.

// CHECK-LABEL: func.func @order
// CHECK-SAME: (%[[A:.*]]: tensor<2xi8, #approx.quant<scale = 2.5e-01, zero_point = 0>> {approx.name = "a", approx.onnx_shape = array<i64: 1, 2>, {{[^}]*}}}, %[[B:.*]]: tensor<3xi8, #approx.quant<scale = 5.0e-01, zero_point = 0>> {approx.name = "b", approx.onnx_shape = array<i64: 1, 3>,
// CHECK-NEXT: func.return %[[B]], %[[A]]

func.func @order(%a: tensor<1x2xf32> {approx.name = "a"}, %b: tensor<1x3xf32> {approx.name = "b"})
    -> (tensor<1x3xf32>, tensor<1x2xf32>) {
  %qb = approx.onnx.quantize "qb" %b {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xf32> -> tensor<1x3xi8>
  %db = approx.onnx.dequantize "db" %qb {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x3xi8> -> tensor<1x3xf32>
  %qa = approx.onnx.quantize "qa" %a {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xf32> -> tensor<1x2xi8>
  %da = approx.onnx.dequantize "da" %qa {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2xi8> -> tensor<1x2xf32>
  func.return %db, %da : tensor<1x3xf32>, tensor<1x2xf32>
}

// -----

// A Relu behind a Pad clamps what is padded, too: real -2 becomes 0, which is -3.

// CHECK-LABEL: func.func @pad_relu
// CHECK: approx.add "s" {{.*}} clamp = array<i64: -3, 127>
// CHECK: approx.pad "p" {{.*}} value = -3 : i32}

!x = tensor<1x2x3x3xf32>
!qx = tensor<1x2x3x3xi8>
!y = tensor<1x2x3x4xf32>

func.func @pad_relu(%qx: !qx) -> !y {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %z = approx.onnx.max_pool "z" %x {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x
  %s = approx.onnx.add "s" %x, %z : !x, !x -> !x
  %p = approx.onnx.pad "p" %s {
    pads = array<i64: 0, 0, 0, 0, 0, 0, 0, 1>, value = -2.0 : f32
  } : !x -> !y
  %r = approx.onnx.relu "r" %p : !y -> !y
  %qy = approx.onnx.quantize "qy" %r {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !y -> tensor<1x2x3x4xi8>
  %y = approx.onnx.dequantize "y" %qy {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x3x4xi8> -> !y
  func.return %y : !y
}
