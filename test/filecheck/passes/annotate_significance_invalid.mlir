// RUN: approx-opt %s -p annotate-significance --verify-diagnostics | filecheck %s
// RUN: not approx-opt %s -p 'annotate-significance{metric=median}' 2>&1 | filecheck %s --check-prefix=METRIC

!x = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @no_statistics(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [4]
  }
  return %y : !x
}

// CHECK: layer conv has no statistics: run collect-statistics first (or pass --calibration)

// METRIC: approx-opt: error: pass annotate-significance: metric must be one of mean, variance, second-moment, surgeon, not 'median'
