// RUN: approx-opt %s -p lower-to-cortexm --split-input-file --verify-diagnostics | filecheck %s

// A layer in fast memory, and a network without any.

!x = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK: a lies in a fast workspace: there is none
func.func @net(%x: !x) -> !x attributes {approx.workspace_bytes = 8 : i32} {
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>, offset = 0 : i32, fast
  } : !x -> !x
  %y = approx.requantize "y" %a {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %y : !x
}

// -----

// A size that is none.

!x = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK: @net: approx.fast_workspace_bytes is a number, not "many"
func.func @net(%x: !x) -> !x attributes {approx.workspace_bytes = 8 : i32, approx.fast_workspace_bytes = "many"} {
  %y = approx.requantize "y" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %y : !x
}

// -----

// Programs: two workspaces take two pointers, and have sizes.

// CHECK: no workspace has -1 bytes
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = 0 : i32, fast_workspace_bytes = -1 : i32}
