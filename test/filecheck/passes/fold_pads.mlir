// RUN: approx-opt %s -p fold-pads | filecheck %s

// Exporters that know no asymmetric padding write a Pad before the convolution. Convolutions and
// pools can pad for themselves: the layer before writes into memory that has the border already, so
// that a pad of its own would be a copy for nothing.

!x = tensor<4x4x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!wide = tensor<5x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3x4x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!deep = tensor<4x4x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!deep_y = tensor<2x2x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// Top, left, bottom and right of both add up.

// CHECK-LABEL: func.func @convolution
// CHECK-NEXT: approx.depthwise_conv2d "conv" %x
// CHECK-SAME: pads = array<i64: 0, 1, 2, 3>
// CHECK-NEXT: func.return
func.func @convolution(%x: !x) -> tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> {
  %p = approx.pad "pad" %x {
    before = array<i64: 0, 1, 0>, after = array<i64: 1, 1, 0>, value = -3 : i32
  } : !x -> !wide
  %y = approx.depthwise_conv2d "conv" %p {
    weights = dense<1> : tensor<3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 1, 2>, dilations = array<i64: 1, 1>
  } : !wide -> tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
  return %y : tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
}

// A maximum pads with -128, which never wins; the real zero might.

// CHECK-LABEL: func.func @maximum
// CHECK-NEXT: approx.pad "pad" %x
// CHECK-NEXT: approx.max_pool2d
// CHECK-SAME: pads = array<i64: 0, 0, 0, 0>
func.func @maximum(%x: !x) -> !y {
  %p = approx.pad "pad" %x {
    before = array<i64: 0, 1, 0>, after = array<i64: 1, 1, 0>, value = -3 : i32
  } : !x -> !wide
  %y = approx.max_pool2d "pool" %p {
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !wide -> !y
  return %y : !y
}

// CHECK-LABEL: func.func @lowest
// CHECK-NEXT: approx.max_pool2d "pool" %x
// CHECK-SAME: pads = array<i64: 0, 1, 1, 1>
func.func @lowest(%x: !x) -> !y {
  %p = approx.pad "pad" %x {
    before = array<i64: 0, 1, 0>, after = array<i64: 1, 1, 0>, value = -128 : i32
  } : !x -> !wide
  %y = approx.max_pool2d "pool" %p {
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !wide -> !y
  return %y : !y
}

// An average adds the zero point's distance, which is nothing. Where each pixel has a multiplier of
// its own, the pool counts what is no padding, and the pad would begin to count as padding.

// CHECK-LABEL: func.func @averages
// CHECK-NEXT: approx.pad "pad" %x
// CHECK-NEXT: approx.avg_pool2d "plain" %x
// CHECK-SAME: pads = array<i64: 0, 1, 1, 1>
// CHECK-NEXT: approx.avg_pool2d "inside" %p
// CHECK-SAME: pads = array<i64: 0, 0, 0, 0>
func.func @averages(%x: !x) -> (!y, !y) {
  %p = approx.pad "pad" %x {
    before = array<i64: 0, 1, 0>, after = array<i64: 1, 1, 0>, value = -3 : i32
  } : !x -> !wide
  %y = approx.avg_pool2d "plain" %p {
    multipliers = dense<9> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !wide -> !y
  %z = approx.avg_pool2d "inside" %p {
    multipliers = dense<9> : tensor<3x4xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !wide -> !y
  return %y, %z : !y, !y
}

// Channels are not padded by any window.

// CHECK-LABEL: func.func @channels
// CHECK-NEXT: approx.pad "pad" %x
func.func @channels(%x: !x) -> !deep_y {
  %p = approx.pad "pad" %x {
    before = array<i64: 0, 0, 0>, after = array<i64: 0, 0, 1>, value = -128 : i32
  } : !x -> !deep
  %y = approx.max_pool2d "pool" %p {
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !deep -> !deep_y
  return %y : !deep_y
}
