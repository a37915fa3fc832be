// RUN: approx-opt %s -p 'skip-operands{fraction=0.5}' | filecheck %s --check-prefix=PAIR
// RUN: approx-opt %s -p 'skip-operands{fraction=0.5 granularity=mac}' | filecheck %s --check-prefix=MAC
// RUN: approx-opt %s -p 'skip-operands{fraction=0.5 granularity=block}' | filecheck %s --check-prefix=BLOCK
// RUN: approx-opt %s -p 'skip-operands{fraction=0.5 compensate=false}' | filecheck %s --check-prefix=PLAIN
// RUN: approx-opt %s -p 'skip-operands{threshold=0.15}' | filecheck %s --check-prefix=BELOW
// RUN: approx-opt %s -p 'skip-operands{fraction=0.5 first-fraction=0.25}' | filecheck %s --check-prefix=FIRST
// RUN: approx-opt %s -p 'skip-operands{plan="%S/Inputs/skip_plan.json"}' | filecheck %s --check-prefix=PLAN

// Two convolutions with a window of 1 x 2, two channels in, two out: the dense form of each has
// eight taps. Column k is (left pixel, channel 0), (left, 1), (right, 0), (right, 1); input k has
// the mean 10, 2, 1, 3. One tap of channel 1 had the weight 0 and is gone from the start.

!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<[1073741824, 1073741824]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>,
    patch_mean = dense<[10.0, 2.0, 1.0, 3.0]> : tensor<4xf32>,
    patch_variance = dense<[4.0, 1.0, 9.0, 16.0]> : tensor<4xf32>, metric = "variance"
  } : !x -> !x {
    approx.channel bias 10 columns [0, 1, 2, 3] weights [4, 6, 3, -5] significance [0.1, 0.8, 0.6, 0.2]
    approx.channel bias 20 columns [0, 1, 3] weights [1, 2, 9] significance [0.1, 0.4, 0.9]
  }

  // Half of eight is four; with the zero weight, three more have to go. The pairs of the left pixel
  // are worth 0.1 + 0.8 in channel 0 and 0.1 + 0.4 in channel 1, those of the right pixel 0.6 + 0.2
  // and 0.9. The least is (left, channel 1): it takes two taps with it. The next, (right, channel
  // 0), takes the third tap and a fourth, so 5/8 are gone in the end.
  //
  // What was skipped had the expected values 3 * 1 - 5 * 3 = -12 in channel 0 and
  // 1 * 10 + 2 * 2 = 14 in channel 1, which the biases take up: 10 - 12 and 20 + 14.

  // The op remembers what all of them were worth, for the report.

  // PAIR:      approx.unpacked_conv2d "conv"
  // PAIR-SAME:   metric = "variance", granularity = "pair", skip = 6.250000e-01 : f64
  // PAIR-SAME:   significance = dense<{{\[\[}}1.000000e-01, 8.000000e-01, 6.000000e-01, 2.000000e-01], [1.000000e-01, 4.000000e-01, 0.000000e+00, 9.000000e-01]]>
  // PAIR-NEXT:   approx.channel bias -2 columns [0, 1] weights [4, 6] significance [1.000000e-01, 8.000000e-01]
  // PAIR-NEXT:   approx.channel bias 34 columns [3] weights [9] significance [9.000000e-01]
  // PAIR-NEXT: }

  // PLAIN:      approx.unpacked_conv2d "conv"
  // PLAIN-NEXT:   approx.channel bias 10 columns [0, 1] weights [4, 6]
  // PLAIN-NEXT:   approx.channel bias 20 columns [3] weights [9]

  // Tap by tap, the three least are worth 0.1, 0.1 and 0.2: exactly half is gone.

  // MAC:      approx.unpacked_conv2d "conv"
  // MAC-SAME:   granularity = "mac", skip = 5.000000e-01 : f64
  // MAC-NEXT:   approx.channel bias 35 columns [1, 2] weights [6, 3]
  // MAC-NEXT:   approx.channel bias 30 columns [1, 3] weights [2, 9]

  // The pair of the left pixel in both channels is worth 1.4, that of the right pixel 1.7.

  // BLOCK:      approx.unpacked_conv2d "conv"
  // BLOCK-SAME:   granularity = "block", skip = 6.250000e-01 : f64
  // BLOCK-NEXT:   approx.channel bias 62 columns [2, 3] weights [3, -5]
  // BLOCK-NEXT:   approx.channel bias 34 columns [3] weights [9]

  // A threshold works on single taps unless told otherwise.

  // BELOW:      approx.unpacked_conv2d "conv"
  // BELOW-SAME:   granularity = "mac", skip = 3.750000e-01 : f64
  // BELOW-NEXT:   approx.channel bias 50 columns [1, 2, 3] weights [6, 3, -5]
  // BELOW-NEXT:   approx.channel bias 30 columns [1, 3] weights [2, 9]

  // A quarter of eight is two: after the zero weight, one more pair.

  // FIRST:      approx.unpacked_conv2d "conv"
  // FIRST-SAME:   skip = 3.750000e-01 : f64
  // FIRST-NEXT:   approx.channel bias 10 columns [0, 1, 2, 3]
  // FIRST-NEXT:   approx.channel bias 34 columns [3] weights [9]

  // This plan does not name "conv", which therefore stays exact.

  // PLAN:      approx.unpacked_conv2d "conv"
  // PLAN-SAME:   metric = "variance"} : tensor
  // PLAN-NEXT:   approx.channel bias 10 columns [0, 1, 2, 3]
  // PLAN-NEXT:   approx.channel bias 20 columns [0, 1, 3]
  %z = approx.unpacked_conv2d "second" %y {
    multipliers = dense<[1073741824, 1073741824]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>,
    patch_mean = dense<[10.0, 2.0, 1.0, 3.0]> : tensor<4xf32>,
    patch_variance = dense<[4.0, 1.0, 9.0, 16.0]> : tensor<4xf32>, metric = "mean"
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1, 2, 3] weights [1, 1, 1, 1] significance [0.5, 0.5, 0.5, 0.5]
    approx.channel bias 0 columns [0, 1, 2, 3] weights [1, 1, 1, 1] significance [0.5, 0.5, 0.5, 0.5]
  }

  // Equals go in the order of output channel and column.

  // MAC:      approx.unpacked_conv2d "second"
  // MAC-NEXT:   approx.channel bias 16 columns [] weights [] significance []
  // MAC-NEXT:   approx.channel bias 0 columns [0, 1, 2, 3]
  // FIRST:      approx.unpacked_conv2d "second"
  // FIRST-SAME:   granularity = "pair", skip = 5.000000e-01 : f64

  // The plan says "mac" and three eighths.

  // PLAN:      approx.unpacked_conv2d "second"
  // PLAN-SAME:   granularity = "mac", skip = 3.750000e-01 : f64
  // PLAN-NEXT:   approx.channel bias 13 columns [3] weights [1] significance [5.000000e-01]
  // PLAN-NEXT:   approx.channel bias 0 columns [0, 1, 2, 3]
  return %z : !x
}
