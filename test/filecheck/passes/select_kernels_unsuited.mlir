// RUN: not approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/winograd4_plan.json"}' 2>&1 | filecheck %s --check-prefix=WINOGRAD
// RUN: not approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/unrolled_plan.json"}' 2>&1 | filecheck %s --check-prefix=UNROLLED
// RUN: approx-opt %s -p 'unpack-operands,select-kernels{kernel=unrolled}' | filecheck %s

// A plan asks for what a layer cannot have: Winograd's algorithm is for windows of 3 x 3, and
// straight-line code of so many taps would be functions that compilers choke on.

// WINOGRAD: approx-opt: error: the plan runs conv (approx.unpacked_conv2d) by winograd4, which is not for it: its 'kernel' is one of loop
// UNROLLED: approx-opt: error: the plan runs conv (approx.unpacked_conv2d) by unrolled, which is not for it: its 'kernel' is one of loop

// The option is a wish.

// CHECK: approx.unpacked_conv2d "conv"
// CHECK-SAME: kernel = "loop"

!x = tensor<1x1x2050xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<1x1x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @net(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<2x1x1x2050xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  func.return %y : !y
}
