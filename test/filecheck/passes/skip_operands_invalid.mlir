// RUN: approx-opt %s -p 'skip-operands{fraction=0.5}' --verify-diagnostics --split-input-file | filecheck %s
// RUN: not approx-opt %s --split-input-file -p 'skip-operands' 2>&1 | filecheck %s --check-prefix=NOTHING
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{fraction=0.5 threshold=0.1}' 2>&1 | filecheck %s --check-prefix=NOTHING
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{fraction=1.5}' 2>&1 | filecheck %s --check-prefix=RANGE
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{threshold=-0.5}' 2>&1 | filecheck %s --check-prefix=NEGATIVE
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{plan="missing.json"}' 2>&1 | filecheck %s --check-prefix=MISSING
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{plan="missing.json" first-fraction=0.3}' 2>&1 | filecheck %s --check-prefix=CAP
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{plan="%S/Inputs/wrong_plan.json"}' 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: not approx-opt %s --split-input-file -p 'skip-operands{plan="%S/Inputs/skip_plan.json"}' 2>&1 | filecheck %s --check-prefix=DENSE

// NOTHING:  approx-opt: error: skip-operands needs one of threshold, fraction and plan
// RANGE:    approx-opt: error: skip-operands: fraction 1.5 is not from 0 to 1
// NEGATIVE: approx-opt: error: skip-operands: threshold -0.5 is below 0
// MISSING:  approx-opt: error: cannot read the plan missing.json: No such file or directory
// CAP:      approx-opt: error: skip-operands: a plan leaves no room for first-fraction
// UNKNOWN:  approx-opt: error: plan {{.*}}/Inputs/wrong_plan.json does not fit the network:
// UNKNOWN-NEXT: layer 'secnod', which there is not; did you mean 'second'?
// DENSE:    approx-opt: error: the plan skips operands of second, which is not an unpacked convolution: run unpack-operands first

!x = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK: layer first has no significance: run annotate-significance first

func.func @no_significance(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "first" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [4]
  }
  %z = approx.conv2d "second" %y {
    weights = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x
  return %z : !x
}

// -----

!x = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK: layer blind has no statistics to compensate with: run collect-statistics first (or pass --calibration), or set compensate=false

func.func @no_statistics(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "blind" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [4] significance [1.0]
  }
  return %y : !x
}

// -----

!x = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK: layer brim: compensation takes the bias of output channel 0 to 2147483687, beyond int32

func.func @overflow(%x: !x) -> !x {
  %y = approx.unpacked_conv2d "brim" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>,
    patch_mean = dense<10.0> : tensor<1xf32>, patch_variance = dense<1.0> : tensor<1xf32>
  } : !x -> !x {
    approx.channel bias 2147483647 columns [0] weights [4] significance [1.0]
  }
  return %y : !x
}
