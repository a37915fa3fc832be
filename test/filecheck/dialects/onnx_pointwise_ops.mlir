// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// ONNX nodes that treat every value alike. Those of two operands broadcast as in ONNX: shapes are
// aligned at their ends.

!x = tensor<1x3x4x4xf32>

// CHECK-LABEL: func.func @two_operands
func.func @two_operands(%x: !x, %scale: tensor<1x3x1x1xf32>, %slope: tensor<3x1x1xf32>) {

  // CHECK-NEXT: %sum = approx.onnx.add "sum" %x, %scale : tensor<1x3x4x4xf32>, tensor<1x3x1x1xf32> -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: %difference = approx.onnx.sub "difference" %x, %x : tensor<1x3x4x4xf32>, tensor<1x3x4x4xf32> -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: %product = approx.onnx.mul "product" %scale, %x : tensor<1x3x1x1xf32>, tensor<1x3x4x4xf32> -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: %ratio = approx.onnx.div "ratio" %x, %scale : tensor<1x3x4x4xf32>, tensor<1x3x1x1xf32> -> tensor<1x3x4x4xf32>
  %sum = approx.onnx.add "sum" %x, %scale : !x, tensor<1x3x1x1xf32> -> !x
  %difference = approx.onnx.sub "difference" %x, %x : !x, !x -> !x
  %product = approx.onnx.mul "product" %scale, %x : tensor<1x3x1x1xf32>, !x -> !x
  %ratio = approx.onnx.div "ratio" %x, %scale : !x, tensor<1x3x1x1xf32> -> !x

  // The slopes of a PRelu are its second operand.

  // CHECK-NEXT: %prelu = approx.onnx.prelu "prelu" %x, %slope : tensor<1x3x4x4xf32>, tensor<3x1x1xf32> -> tensor<1x3x4x4xf32>
  %prelu = approx.onnx.prelu "prelu" %x, %slope : !x, tensor<3x1x1xf32> -> !x
  func.return
}

// CHECK-LABEL: func.func @activations
func.func @activations(%x: !x) {

  // CHECK-NEXT: %sigmoid = approx.onnx.sigmoid "sigmoid" %x : tensor<1x3x4x4xf32> -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: %tanh = approx.onnx.tanh "tanh" %x : tensor<1x3x4x4xf32> -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: %swish = approx.onnx.hard_swish "swish" %x : tensor<1x3x4x4xf32> -> tensor<1x3x4x4xf32>
  %sigmoid = approx.onnx.sigmoid "sigmoid" %x : !x -> !x
  %tanh = approx.onnx.tanh "tanh" %x : !x -> !x
  %swish = approx.onnx.hard_swish "swish" %x : !x -> !x

  // ONNX's defaults are filled in at import.

  // CHECK-NEXT: %gate = approx.onnx.hard_sigmoid "gate" %x {alpha = 1.250000e-01 : f32, beta = 5.000000e-01 : f32}
  // CHECK-NEXT: %leaky = approx.onnx.leaky_relu "leaky" %x {alpha = 2.500000e-01 : f32}
  %gate = approx.onnx.hard_sigmoid "gate" %x {alpha = 0.125 : f32, beta = 0.5 : f32} : !x -> !x
  %leaky = approx.onnx.leaky_relu "leaky" %x {alpha = 0.25 : f32} : !x -> !x
  func.return
}
