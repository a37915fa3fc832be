// RUN: not approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm 2>&1 | filecheck %s
// RUN: not approx-opt %s -p 'select-kernels{plan="%S/Inputs/domain_plan.json"}' 2>&1 | filecheck %s --check-prefix=KERNEL

// What comes of a tile without all of its taps has to be within int32: its division by 9 is no exact
// one. A tap at position 35 is in output (3, 3) only, times what B^T makes there of the pixels:
// coefficients whose positive and whose negative ones sum to 50, so up to 50 * 127 + 50 * 128. Six
// channels of 32767 times that are too many.

// CHECK: approx-opt: error: layer conv: the sums of a tile can reach 2506675500 without the taps that were skipped, beyond int32: skip fewer, or leave the layer in the direct domain
// KERNEL: approx-opt: error: the plan runs conv (approx.unpacked_conv2d) by loop, which is not for it: its 'kernel' is one of winograd4

!x = tensor<4x4x6xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x4x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @net(%x: !x) -> !y {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, domain = "winograd4"
  } : !x -> !y {
    approx.channel bias 0 columns [210, 211, 212, 213, 214, 215] weights [32767, 32767, 32767, 32767, 32767, 32767]
  }
  func.return %y : !y
}
