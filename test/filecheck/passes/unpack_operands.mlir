// RUN: approx-opt %s -p unpack-operands | filecheck %s
// RUN: approx-opt %s -p 'unpack-operands{keep-zeros=true}' | filecheck %s --check-prefix=KEEP
// RUN: approx-opt %s -p 'unpack-operands{min-macs=33}' | filecheck %s --check-prefix=LARGE
// RUN: approx-opt %s -p 'unpack-operands{layers="pointwise"}' | filecheck %s --check-prefix=NAMED
// RUN: not approx-opt %s -p 'unpack-operands{layers="pointwize"}' 2>&1 | filecheck %s --check-prefix=UNKNOWN

// A convolution with a window of 1 x 2, two channels in, two out: four taps an output channel.
// Column k of its im2col matrix is, in this order, (left pixel, channel 0), (left, 1), (right, 0),
// (right, 1).

!image = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -3>>

// CHECK-LABEL: func.func @toy
// KEEP-LABEL:  func.func @toy
// LARGE-LABEL: func.func @toy
// NAMED-LABEL: func.func @toy
func.func @toy(%x: !image) -> !image {
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[4, 0], [3, -5]]], [[[1, 2], [0, 9]]]]> : tensor<2x1x2x2xi8>,
    bias = dense<[10, 20]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -3, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>,
    patch_mean = dense<[10.0, 2.0, 1.0, 3.0]> : tensor<4xf32>,
    patch_variance = dense<[4.0, 1.0, 9.0, 16.0]> : tensor<4xf32>
  } : !image -> !image

  // The zeros of `weights` are no taps; the rest of the layer comes along, statistics too.

  // CHECK:      %y = approx.unpacked_conv2d "conv" %x {
  // CHECK-SAME:   multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>
  // CHECK-SAME:   clamp = array<i64: -3, 127>
  // CHECK-SAME:   patch_mean = dense<[1.000000e+01, 2.000000e+00, 1.000000e+00, 3.000000e+00]>
  // CHECK-SAME:   patch_variance = dense<[4.000000e+00, 1.000000e+00, 9.000000e+00, 1.600000e+01]>
  // CHECK-SAME: zero_point = -3>> {
  // CHECK-NEXT:   approx.channel bias 10 columns [0, 2, 3] weights [4, 3, -5]
  // CHECK-NEXT:   approx.channel bias 20 columns [0, 1, 3] weights [1, 2, 9]
  // CHECK-NEXT: }

  // KEEP:      approx.unpacked_conv2d "conv"
  // KEEP-NEXT:   approx.channel bias 10 columns [0, 1, 2, 3] weights [4, 0, 3, -5]
  // KEEP-NEXT:   approx.channel bias 20 columns [0, 1, 2, 3] weights [1, 2, 0, 9]

  // 1 x 4 output pixels of 2 channels with 4 taps each are 32 multiply-accumulates, too few here.
  // LARGE:     approx.conv2d "conv"
  // LARGE-NOT: approx.unpacked_conv2d
  // NAMED:     approx.conv2d "conv"

  // A channel of zeros is left with its bias.

  // CHECK-NEXT: %z = approx.unpacked_conv2d "pointwise" %y
  // CHECK-NEXT:   approx.channel bias 7 columns [] weights []
  // CHECK-NEXT:   approx.channel bias 8 columns [0, 1] weights [-1, 1]
  // CHECK-NEXT: }
  // NAMED:      approx.unpacked_conv2d "pointwise"
  // NAMED-NEXT:   approx.channel bias 7 columns [] weights []
  %z = approx.conv2d "pointwise" %y {
    weights = dense<[[[[0, 0]]], [[[-1, 1]]]]> : tensor<2x1x1x2xi8>,
    bias = dense<[7, 8]> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !image -> !image
  return %z : !image
}

// UNKNOWN: approx-opt: error: asked to unpack convolution 'pointwize', which there is not; did you mean 'pointwise'?
