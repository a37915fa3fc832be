// RUN: python %S/Inputs/twin_images.py %t.npz
// RUN: approx-opt %s --calibration %t.npz -p 'reconstruct-operands{fraction=0.5 granularity=mac}' | filecheck %s
// RUN: approx-opt %s -p 'reconstruct-operands{fraction=0.5 granularity=mac calibration="%t.npz"}' | filecheck %s
// RUN: approx-opt %s --calibration %t.npz -p 'collect-statistics,annotate-significance,skip-operands{fraction=0.5 granularity=mac}' | filecheck %s --check-prefix=PLAIN
// RUN: approx-opt %s --calibration %t.npz -p 'reconstruct-operands{plan="%S/Inputs/reconstruct_plan.json"}' | filecheck %s --check-prefix=PLAN
// RUN: approx-opt %s --calibration %t.npz -p 'reconstruct-operands{fraction=0 granularity=mac}' | filecheck %s --check-prefix=NONE

// The second input of "conv" is always the first plus 5: what one of them tells, the other does.
// Half of the four taps are to go.

!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x {approx.onnx_shape = array<i64: 1, 2, 1, 4>, approx.perm = array<i64: 1, 2, 0>}) -> !x {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<[268435456, 134217728]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 7 columns [0, 1] weights [3, 10]
    approx.channel bias 0 columns [0, 1] weights [20, 4]
  }

  // Skipping leaves the weights of the others as they are. Constants go into the biases, 3 * 15 and
  // 4 * 20, but the outputs move by 10/13 and 20/24 of what they should.

  // PLAIN:      approx.unpacked_conv2d "conv"
  // PLAIN-NEXT:   approx.channel bias 52 columns [1] weights [10]
  // PLAIN-NEXT:   approx.channel bias 80 columns [0] weights [20]

  // Solved again, the taps that stay move the outputs as before: 3 x + 10 (x + 5) is
  // 13 (x + 5) - 15, and 20 x + 4 (x + 5) is 24 x + 20. Nothing is lost.

  // CHECK:      approx.unpacked_conv2d "conv"
  // CHECK-SAME:   metric = "surgeon", granularity = "mac", skip = 5.000000e-01 : f64
  // CHECK-NEXT:   approx.channel bias -8 columns [1] weights [13]
  // CHECK-NEXT:   approx.channel bias 20 columns [0] weights [24]
  // CHECK-NEXT: }

  // Of a plan, this pass does the layers whose metric is "surgeon".

  // PLAN:      approx.unpacked_conv2d "conv"
  // PLAN-NEXT:   approx.channel bias -8 columns [1] weights [13]
  // PLAN:      approx.unpacked_conv2d "next"
  // PLAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [100, 90]
  // PLAN-NEXT:   approx.channel bias 0 columns [0, 1] weights [60, 30]

  // Where nothing goes, nothing changes.

  // NONE:      approx.unpacked_conv2d "conv"
  // NONE-SAME:   skip = 0.000000e+00 : f64
  // NONE-NEXT:   approx.channel bias 7 columns [0, 1] weights [3, 10]
  // NONE-NEXT:   approx.channel bias 0 columns [0, 1] weights [20, 4]
  %z = approx.unpacked_conv2d "next" %y {
    multipliers = dense<[16777216, 33554432]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [100, 90]
    approx.channel bias 0 columns [0, 1] weights [60, 30]
  }

  // The outputs of "conv" move together, 12 of the first for 11 of the second. So 60 and 30 become
  // 60 + 30 * 11/12, about 87. As 100 + 90 * 11/12 is beyond the 127 steps that a weight has, those
  // of its channel become larger, and so does the multiplier, which was 2^24. Multipliers and biases
  // also give outputs the mean and spread they had, which for the few values of the second channel,
  // after rounding, are 5 % off.

  // CHECK:      approx.unpacked_conv2d "next"
  // CHECK-SAME:   multipliers = dense<[24106936, 35438515]>
  // CHECK-NEXT:   approx.channel bias -167 columns [0] weights [127]
  // CHECK-NEXT:   approx.channel bias -111 columns [0] weights [87]
  return %z : !x
}
