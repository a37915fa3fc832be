// RUN: approx-opt %s -p plan-memory --split-input-file | filecheck %s

// Every tensor gets a place in one workspace; two that are never needed at once can share memory.
// "a" and "b" are both there while "b" is computed, so are "b" and "c", but "c" may take the place of
// "a". The result "d" has none: its layer writes where the caller says. Places are multiples of 8,
// the size of the workspace is exact: 24 bytes and 12.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @chain
// CHECK-SAME: attributes {approx.workspace_bytes = 36 : i32}
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
// CHECK-SAME: attributes {approx.workspace_bytes = 92 : i32}
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

// -----

// Element-wise layers write over an operand that nobody needs any more: "b" over "a", but not over
// the network's input as "a" would; not "c" over "b", which "sum" reads too. "sum" takes the place
// of "c", the first operand it can have, and "twice", which reads one tensor twice, that of "sum".

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @in_place
// CHECK-SAME: attributes {approx.workspace_bytes = 28 : i32}
func.func @in_place(%x: !x) -> !x {
  // CHECK-NEXT: approx.requantize "a" {{.*}} offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "b" {{.*}} offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "c" {{.*}} offset = 16 : i32}
  // CHECK-NEXT: approx.add "sum" {{.*}} offset = 16 : i32}
  // CHECK-NEXT: approx.add "twice" {{.*}} offset = 16 : i32}
  // CHECK-NEXT: approx.requantize "d" {{.*}} layout = #approx.layout<i8, channels = 2>}
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %b = approx.requantize "b" %a {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %c = approx.requantize "c" %b {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %sum = approx.add "sum" %c, %b {
    lhs_multiplier = 1 : i32, rhs_multiplier = 1 : i32, constant = 0 : i32, shift = 1 : i32,
    clamp = array<i64: -128, 127>, kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x, !x -> !x
  %twice = approx.add "twice" %sum, %sum {
    lhs_multiplier = 1 : i32, rhs_multiplier = 1 : i32, constant = 0 : i32, shift = 1 : i32,
    clamp = array<i64: -128, 127>, kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x, !x -> !x
  %d = approx.requantize "d" %twice {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %d : !x
}

// -----

// They do so only where both lie in memory alike: "b" has wider elements, "c" a border, "d" another
// value in it. "e" has the border of "d".

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @layouts
// CHECK-SAME: attributes {approx.workspace_bytes = 80 : i32}
func.func @layouts(%x: !x) -> !x {
  // CHECK-NEXT: approx.requantize "a" {{.*}} offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "b" {{.*}} offset = 40 : i32}
  // CHECK-NEXT: approx.requantize "c" {{.*}} offset = 0 : i32}
  // CHECK-NEXT: approx.requantize "d" {{.*}} offset = 40 : i32}
  // CHECK-NEXT: approx.requantize "e" {{.*}} offset = 40 : i32}
  // CHECK-NEXT: approx.requantize "f" {{.*}} layout = #approx.layout<i8, channels = 2>}
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  %b = approx.requantize "b" %a {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2>
  } : !x -> !x
  %c = approx.requantize "c" %b {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2, pads = [1, 1, 1, 1], fill = 0>
  } : !x -> !x
  %d = approx.requantize "d" %c {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2, pads = [1, 1, 1, 1], fill = 5>
  } : !x -> !x
  %e = approx.requantize "e" %d {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2, pads = [1, 1, 1, 1], fill = 5>
  } : !x -> !x
  %f = approx.requantize "f" %e {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !x
  func.return %f : !x
}

// -----

// A vector that is read in pairs has an even number of elements, and so has the memory of the odd
// tensor that it is a view of: ten int16.

!x = tensor<3x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!v = tensor<9xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @odd
// CHECK-SAME: attributes {approx.workspace_bytes = 20 : i32}
func.func @odd(%x: !x) -> !v {
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 1>
  } : !x -> !x
  %v = approx.reshape "flatten" %a {
    kernel = "loop", layout = #approx.layout<i16, channels = 10>
  } : !x -> !v
  %b = approx.requantize "b" %v {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 9>
  } : !v -> !v
  func.return %b : !v
}
