// RUN: approx-opt %s -p annotate-significance | filecheck %s --check-prefix=VARIANCE
// RUN: approx-opt %s -p 'annotate-significance{metric=mean}' | filecheck %s --check-prefix=MEAN
// RUN: approx-opt %s -p 'annotate-significance{metric=second-moment}' | filecheck %s --check-prefix=MOMENT
// RUN: approx-opt %s -p 'annotate-significance{metric=mean plan="%S/Inputs/annotate_plan.json"}' | filecheck %s --check-prefix=PLAN

// The window has two taps. On calibration data the input of the first has mean 10 and variance 4,
// that of the second mean -2 and variance 16. The multipliers make one unit of the accumulator
// g = 2^30 / 2^32 = 1/4 of an output step in channel 0, and 1/8 in channel 1.

!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<[10.0, -2.0]> : tensor<2xf32>,
    patch_variance = dense<[4.0, 16.0]> : tensor<2xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [4, -8]
    approx.channel bias 0 columns [1] weights [-8]
  }

  // (g w)^2 Var[x]: the second tap moves less on average, but more about its average. In channel 1
  // the same weight on the same input moves the output half as far: a quarter of the square.

  // VARIANCE:      approx.unpacked_conv2d "conv"
  // VARIANCE-SAME:   metric = "variance"
  // VARIANCE-NEXT:   approx.channel bias 0 columns [0, 1] weights [4, -8] significance [4.000000e+00, 6.400000e+01]
  // VARIANCE-NEXT:   approx.channel bias 0 columns [1] weights [-8] significance [1.600000e+01]

  // |E[x] w| is 40 and 16 in channel 0, whose sum is 56; the only tap of channel 1 is all of it.

  // MEAN:      approx.unpacked_conv2d "conv"
  // MEAN-SAME:   metric = "mean"
  // MEAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [4, -8] significance [0.714285731, 0.285714298]
  // MEAN-NEXT:   approx.channel bias 0 columns [1] weights [-8] significance [1.000000e+00]

  // (g w)^2 (Var[x] + E[x]^2)

  // MOMENT:      approx.unpacked_conv2d "conv"
  // MOMENT-SAME:   metric = "second-moment"
  // MOMENT-NEXT:   approx.channel bias 0 columns [0, 1] weights [4, -8] significance [1.040000e+02, 8.000000e+01]
  // MOMENT-NEXT:   approx.channel bias 0 columns [1] weights [-8] significance [2.000000e+01]

  // A plan annotates where it skips: "conv" by the metric it names, "by_option" by the option.

  // PLAN:      approx.unpacked_conv2d "conv"
  // PLAN-SAME:   metric = "variance"
  // PLAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [4, -8] significance [4.000000e+00, 6.400000e+01]
  %z = approx.unpacked_conv2d "by_option" %y {
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<[0.0, 0.0]> : tensor<2xf32>,
    patch_variance = dense<[1.0, 1.0]> : tensor<2xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [1, 3]
    approx.channel bias 0 columns [] weights []
  }

  // Where every expected product is 0, no tap is less of it than another. No taps, no numbers.

  // MEAN:      approx.unpacked_conv2d "by_option"
  // MEAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [1, 3] significance [5.000000e-01, 5.000000e-01]
  // MEAN-NEXT:   approx.channel bias 0 columns [] weights [] significance []
  // PLAN:      approx.unpacked_conv2d "by_option"
  // PLAN-SAME:   metric = "mean"
  // PLAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [1, 3] significance [5.000000e-01, 5.000000e-01]
  // PLAN-NEXT:   approx.channel bias 0 columns [] weights [] significance []
  %u = approx.unpacked_conv2d "exact" %z {
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<[0.0, 0.0]> : tensor<2xf32>,
    patch_variance = dense<[1.0, 1.0]> : tensor<2xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [2]
    approx.channel bias 0 columns [1] weights [1]
  }

  // VARIANCE:      approx.unpacked_conv2d "exact"
  // VARIANCE-NEXT:   approx.channel bias 0 columns [0] weights [2] significance [2.500000e-01]
  // PLAN:      approx.unpacked_conv2d "exact"
  // PLAN-NEXT:   approx.channel bias 0 columns [0] weights [2]{{$}}
  return %u : !x
}
