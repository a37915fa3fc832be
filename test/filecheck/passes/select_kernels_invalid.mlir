// RUN: not approx-opt %s -p 'select-kernels{flash-budget=350}' 2>&1 | filecheck %s --check-prefix=BUDGET
// RUN: not approx-opt %s -p 'select-kernels{target=stm32x9}' 2>&1 | filecheck %s --check-prefix=TARGET
// RUN: not approx-opt %s -p 'select-kernels{plan="%S/Inputs/kernels_plan.json"}' 2>&1 | filecheck %s --check-prefix=LAYER
// RUN: not approx-opt %s -p 'select-kernels{plan="%S/Inputs/unrolled_plan.json"}' 2>&1 | filecheck %s --check-prefix=PACKED
// RUN: not approx-opt %s -p 'unpack-operands,select-kernels,plan-memory{ram-budget=40}' 2>&1 | filecheck %s --check-prefix=RAM

// BUDGET: approx-opt: error: the network needs about 386 bytes of flash, the budget is 350; the largest layer is conv (approx.conv2d) with 386 bytes: raise flash-budget, name a larger target, or skip more
// TARGET: approx-opt: error: unknown target 'stm32x9'; there are stm32u5, stm32l4, stm32f4, stm32f7, stm32h7, stm32g0
// LAYER: approx-opt: error: plan {{.*}}/Inputs/kernels_plan.json does not fit the network:
// LAYER-NEXT: layer 'conv1', which there is not; did you mean 'conv'?
// LAYER-NEXT: layer 'conv2', which there is not; did you mean 'conv'?
// PACKED: approx-opt: error: the plan unrolls conv, which is not an unpacked convolution: run unpack-operands first, or take 'kernel' out of its entry
// RAM: approx-opt: error: net needs a workspace of 64 bytes, the RAM budget is 40; alive at its peak: conv/pack (64 bytes): raise ram-budget or name a larger target

!x = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>

func.func @net(%x: !x) -> !x {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<2x1x1x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !x
  func.return %y : !x
}
