// RUN: not approx-opt %s -p lower-to-cortexm 2>&1 | filecheck %s --check-prefix=UNPLANNED
// RUN: not approx-opt %s -p plan-memory 2>&1 | filecheck %s --check-prefix=NOLAYOUT
// RUN: not approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm 2>&1 | filecheck %s --check-prefix=RANGE

// The passes before have to have run.

// UNPLANNED: approx-opt: error: lower-to-cortexm needs one network with a memory plan, found 0: run select-kernels and plan-memory first
// NOLAYOUT: approx-opt: error: relu has no layout: run select-kernels first

// An accumulator that could leave int32 is refused. Two weights of 127 and inputs within -128 .. 127
// reach 2 * 256 * 127 = 65024, the bias 2^30, and requantization shifts by 1.

!x = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @net(%x: !x) -> !y {
  %r = approx.requantize "relu" %x {
    multipliers = dense<2147483647> : tensor<1xi32>, shift = 1 : i32, clamp = array<i64: 0, 127>
  } : !x -> !x
  %y = approx.fully_connected "fc" %r {
    weights = dense<127> : tensor<1x2xi8>, bias = dense<1073741824> : tensor<1xi32>,
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 1 : i32,
    clamp = array<i64: -128, 127>
  } : !x -> !y
  func.return %y : !y
}

// RANGE: approx-opt: error: layer fc (approx.fully_connected): the accumulator can reach 2147613696, beyond int32: its weights or its bias are too large for the scales of its input and output
