// RUN: approx-opt %s -p plan-memory --split-input-file | filecheck %s

// Every tensor gets a place in one workspace; two that are never needed at once can share memory.
// "a" and "b" are both there while "b" is computed, so are "b" and "c", but "c" may take the place of
// "a". The result "d" has none: its layer writes where the caller says. Places are multiples of 8.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @chain
// CHECK-SAME: attributes {approx.workspace_bytes = 40 : i32}
func.func @chain(%x: !x) -> !x {
  // CHECK-NEXT: approx.requantize "a" {{.*}} layout = #approx.layout<i16, channels = 2>, offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "b" {{.*}} layout = #approx.layout<i8, channels = 2>, offset = 24 : i32}
  // CHECK-NEXT: approx.requantize "c" {{.*}} layout = #approx.layout<i16, channels = 2>, offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "d" {{.*}} layout = #approx.layout<i8, channels = 2>}
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2>
  } : !x -> !x
  %b = approx.requantize "b" %a {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %c = approx.requantize "c" %b {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2>
  } : !x -> !x
  %d = approx.requantize "d" %c {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %d : !x
}

// -----

// A reshape is its operand: it has no place of its own, and "a" lives until the last use of either,
// beyond the layer "b". Padding counts: 4 x 5 pixels of two int16 are 80 bytes.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!v = tensor<12xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @views
// CHECK-SAME: attributes {approx.workspace_bytes = 96 : i32}
func.func @views(%x: !x) -> (!v, !x) {
  // CHECK-NEXT: approx.requantize "a" {{.*}} offset = 80 : i32}
  // CHECK-NEXT: approx.reshape "flatten" {{.*}} layout = #approx.layout<i8, channels = 12>}
  // CHECK-NEXT: approx.requantize "b" {{.*}} fill = 0>, offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "c" {{.*}} layout = #approx.layout<i8, channels = 12>}
  // CHECK-NEXT: approx.requantize "d" {{.*}} layout = #approx.layout<i8, channels = 2>}
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %v = approx.reshape "flatten" %a {
    kernel = "loop", layout = #approx.layout<i8, channels = 12>
  } : !x -> !v
  %b = approx.requantize "b" %a {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2, pads = [1, 1, 1, 1], fill = 0>
  } : !x -> !x
  %c = approx.requantize "c" %v {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 12>
  } : !v -> !v
  %d = approx.requantize "d" %b {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %c, %d : !v, !x
}
