// RUN: not approx-opt %s -p 'reconstruct-operands{fraction=0.5}' 2>&1 | filecheck %s --check-prefix=DATA
// RUN: not approx-opt %s -p reconstruct-operands 2>&1 | filecheck %s --check-prefix=SHARE
// RUN: not approx-opt %s -p 'reconstruct-operands{fraction=0.5 rounds=0}' 2>&1 | filecheck %s --check-prefix=ROUNDS
// RUN: not approx-opt %s -p 'reconstruct-operands{fraction=0.5 first-fraction=2}' 2>&1 | filecheck %s --check-prefix=FIRST
// RUN: not approx-opt %s -p 'annotate-significance{metric=surgeon}' 2>&1 | filecheck %s --check-prefix=COVARIANCE

!x = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<0.0> : tensor<1xf32>, patch_variance = dense<1.0> : tensor<1xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [4]
  }
  return %y : !x
}

// DATA: approx-opt: error: reconstruct-operands has no calibration data for layer conv: pass --calibration or reconstruct-operands{calibration="..."}
// SHARE: approx-opt: error: reconstruct-operands needs one of threshold, fraction and plan to say how much to skip
// ROUNDS: approx-opt: error: reconstruct-operands: 0 rounds are too few
// FIRST: approx-opt: error: reconstruct-operands: first-fraction 2 is not from 0 to 1

// Means and variances are not enough for the surgeon.

// COVARIANCE: approx-opt: error: layer conv has no covariance: run collect-statistics{covariance=true} after unpack-operands
