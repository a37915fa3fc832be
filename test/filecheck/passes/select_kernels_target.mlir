// RUN: approx-opt %s -p 'select-kernels{target=stm32l4},plan-memory{target=stm32l4}' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{target=stm32l4},plan-memory{target=stm32l4},lower-to-cortexm' | filecheck %s --check-prefix=MODEL
// RUN: approx-opt %s -p 'select-kernels{target=stm32l4},plan-memory{target=stm32l4},lower-to-cortexm' -t c | filecheck %s --check-prefix=C
// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=U5

// An STM32L4 has 1 KiB of instruction cache: loops of the runtime are to be no larger. It has no cache
// for constants, so weights that are read several times are copied to the stack first. An STM32U5 has
// 8 KiB for both, which is what the runtime expects.

!x = tensor<3x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @net(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<4x1x1x2xi8>, bias = dense<1> : tensor<4xi32>,
    multipliers = dense<1> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  func.return %y : !y
}

// CHECK: func.func @net(%x: {{.*}}) -> {{.*}} attributes {approx.settings = {loop_bytes = 1024 : i32, stage_bytes = 2048 : i32}

// MODEL: cortexm.model @net
// MODEL-SAME: settings = {loop_bytes = 1024 : i32, stage_bytes = 2048 : i32}

// C:      #include "net.h"
// C-NEXT: #ifndef APPROX_LOOP_BYTES
// C-NEXT: #define APPROX_LOOP_BYTES 1024
// C-NEXT: #endif
// C-NEXT: #ifndef APPROX_STAGE_BYTES
// C-NEXT: #define APPROX_STAGE_BYTES 2048
// C-NEXT: #endif
// C-NEXT: #include "approx_runtime.h"

// U5-NOT: _BYTES
// U5:     #include "approx_runtime.h"
// U5-NOT: APPROX_LOOP_BYTES
