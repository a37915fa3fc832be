// RUN: approx-opt %s -p unpack-operands | filecheck %s
// RUN: approx-opt %s -p 'unpack-operands{keep-zeros=true}' | filecheck %s --check-prefix=KEEP

// With groups, columns count all four channels of the input, but a channel has only those of its
// group: 0 and 1, or 2 and 3, in each of the two pixels of the window. Zeros in the group are kept on
// demand, those outside are no taps at all.

!x = tensor<1x2x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x1x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @groups
// KEEP-LABEL:  func.func @groups
func.func @groups(%x: !x) -> !y {

  // CHECK-NEXT: %y = approx.unpacked_conv2d "conv" %x {
  // CHECK-SAME:   group = 2 : i32
  // CHECK-NEXT:   approx.channel bias 10 columns [0, 4, 5] weights [1, 2, 3]
  // CHECK-NEXT:   approx.channel bias 20 columns [2, 3, 6, 7] weights [4, 5, 6, 7]
  // KEEP:         approx.channel bias 10 columns [0, 1, 4, 5] weights [1, 0, 2, 3]
  // KEEP-NEXT:    approx.channel bias 20 columns [2, 3, 6, 7] weights [4, 5, 6, 7]
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[1, 0], [2, 3]]], [[[4, 5], [6, 7]]]]> : tensor<2x1x2x2xi8>,
    bias = dense<[10, 20]> : tensor<2xi32>, multipliers = dense<1073741824> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, group = 2 : i32
  } : !x -> !y
  return %y : !y
}
