// RUN: approx-opt %s -p 'annotate-significance{metric=surgeon}' | filecheck %s
// RUN: approx-opt %s -p 'annotate-significance{metric=surgeon},skip-operands{fraction=0.3 granularity=mac}' | filecheck %s --check-prefix=SKIP
// RUN: not approx-opt %s -p 'unpack-operands,annotate-significance{metric=variance}' 2>&1 | filecheck %s --check-prefix=VARIANCE

// The first two inputs nearly always move together, the third is on its own. All have a variance of
// 100, so that "variance" would rank taps by their weights alone. What a tap is worth to the surgeon
// is what is left of the error when the other taps of its channel make up for it. The diagonal of
// the covariance is damped by 1 % of its mean, which makes 101 of 100. Of the first input the second
// tells all but
//
//     101 - 99^2 / 101 = 3.96
//
// of 101, and so 4^2 and 2^2 times that much are what the first two taps are worth, in units of the
// multiplier's quarter squared; the third is worth 1^2 times 101.

!x = tensor<1x4x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x) -> !y {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<[10.0, 2.0, 1.0]> : tensor<3xf32>,
    patch_covariance = dense<[[100.0, 99.0, 0.0], [99.0, 100.0, 0.0], [0.0, 0.0, 100.0]]> : tensor<3x3xf64>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1, 2] weights [16, -8, 4]
    approx.channel bias 0 columns [0, 2] weights [16, 4]
  }

  // CHECK:      approx.unpacked_conv2d "conv"
  // CHECK-SAME:   metric = "surgeon"
  // CHECK-NEXT:   approx.channel bias 0 columns [0, 1, 2] weights [16, -8, 4] significance [63.3663368, 15.8415842, 1.010000e+02]

  // Only taps that are there can make up for one: without the second, the first is worth 4^2 * 101.

  // CHECK-NEXT:   approx.channel bias 0 columns [0, 2] weights [16, 4] significance [1.616000e+03, 1.010000e+02]

  // Skipping by it changes no weight: only the mean of what is gone, -8 * 2, is made up for, by the
  // bias. reconstruct-operands lets the weights make up for it as well.

  // SKIP:      approx.unpacked_conv2d "conv"
  // SKIP-NEXT:   approx.channel bias -16 columns [0, 2] weights [16, 4]
  // SKIP-NEXT:   approx.channel bias 0 columns [0, 2] weights [16, 4]
  return %y : !y
}

// VARIANCE: approx-opt: error: layer conv has no statistics: run collect-statistics first (or pass --calibration)
