// RUN: approx-opt %s -p transform-winograd | filecheck %s
// RUN: approx-opt %s -p 'transform-winograd{layers="wide"}' | filecheck %s --check-prefix=NAMED
// RUN: not approx-opt %s -p 'transform-winograd{layers="pointwise"}' 2>&1 | filecheck %s --check-prefix=UNSUITED
// RUN: not approx-opt %s -p 'transform-winograd{layers="wife"}' 2>&1 | filecheck %s --check-prefix=UNKNOWN

// A filter of ones. In one dimension G takes 1 1 1 to 6 3 1 7 3 6, so position 6 i + j of the 36 has
// the product of two of these: 36 18 6 42 18 36, 18 9 3 21 9 18, and so on.

!x = tensor<4x4x1xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>

// CHECK-LABEL: func.func @net
// NAMED-LABEL: func.func @net
func.func @net(%x: !x) -> !x {

  // Statistics of the window say nothing of the transformed inputs, and significances of its taps
  // nothing of the others: both go.

  // CHECK-NEXT: %y = approx.unpacked_conv2d "wide" %x {
  // CHECK-NOT:  patch_mean
  // CHECK-SAME: domain = "winograd4"
  // CHECK-NEXT: approx.channel bias 7 columns [0, 1, 2, 3, 4, 5, 6, 7, 8, {{.*}}, 34, 35] weights [36, 18, 6, 42, 18, 36, 18, 9, 3, 21, 9, 18, 6, 3, 1, 7, 3, 6, 42, 21, 7, 49, 21, 42, 18, 9, 3, 21, 9, 18, 36, 18, 6, 42, 18, 36]{{$}}
  // NAMED:      "wide"{{.*}}domain = "winograd4"
  %y = approx.unpacked_conv2d "wide" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, metric = "mean", patch_mean = dense<1.0> : tensor<9xf32>
  } : !x -> !x {
    approx.channel bias 7 columns [0, 1, 2, 3, 4, 5, 6, 7, 8] weights [1, 1, 1, 1, 1, 1, 1, 1, 1]
      significance [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
  }

  // A single tap, in the middle of the window: the middle column of G on either side is
  // 0 1 -1 2 -2 0. Positions where that is 0 have no tap.

  // CHECK:      approx.unpacked_conv2d "middle" %y
  // CHECK-NEXT: approx.channel bias 0 columns [7, 8, 9, 10, 13, 14, 15, 16, 19, 20, 21, 22, 25, 26, 27, 28] weights [5, -5, 10, -10, -5, 5, -10, 10, 10, -10, 20, -20, -10, 10, -20, 20]
  // NAMED:      "middle"
  // NAMED-NEXT: approx.channel bias 0 columns [4] weights [5]
  %z = approx.unpacked_conv2d "middle" %y {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !x {
    approx.channel bias 0 columns [4] weights [5]
  }

  // What is not 3x3, and what has lost taps to skip-operands already, stays.

  // CHECK:      approx.unpacked_conv2d "pointwise"
  // CHECK-NEXT: approx.channel bias 1 columns [0] weights [2]
  // CHECK:      approx.unpacked_conv2d "skipped"
  // CHECK-NEXT: approx.channel bias 0 columns [4] weights [5]
  %a = approx.unpacked_conv2d "pointwise" %z {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 1 columns [0] weights [2]
  }
  %b = approx.unpacked_conv2d "skipped" %a {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, skip = 0.5 : f64
  } : !x -> !x {
    approx.channel bias 0 columns [4] weights [5]
  }
  return %b : !x
}

// UNSUITED: approx-opt: error: layer pointwise has no Winograd domain: that is for 3x3 convolutions of stride 1 and one group, with at least 4x4 outputs and all their taps
// UNKNOWN: approx-opt: error: asked to transform unpacked convolution 'wife', which there is not; did you mean 'wide'?
