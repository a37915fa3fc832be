// RUN: approx-opt %s -p 'select-kernels{kernel=winograd4-packed}' | filecheck %s

// Filters that are transformed while the network runs take a byte a weight. Those of uint8 weights
// less their zero point need more: they are transformed before, or there is a loop.

!x = tensor<8x8x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>

// CHECK: approx.conv2d "bytes"
// CHECK-SAME: kernel = "winograd4-packed"
// CHECK: approx.conv2d "wide"
// CHECK-SAME: kernel = "loop"

func.func @net(%x: !x) -> !x {
  %h = approx.conv2d "bytes" %x {
    weights = dense<-128> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !x
  %y = approx.conv2d "wide" %h {
    weights = dense<128> : tensor<2x3x3x2xi16>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !x
  func.return %y : !x
}
