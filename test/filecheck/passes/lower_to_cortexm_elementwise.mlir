// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C

// Addition and max pooling take several values at once where memory allows it: rows of pixels
// without gaps, channels that are whole words.

!x = tensor<4x6x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!p = tensor<2x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// Nothing is between the rows of operands and result: all 96 values in one statement.

// CHECK-LABEL: func.func private @net_0_add(%x0: !cortexm.ptr<i8>, %x1: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>)
// CHECK-NEXT: cortexm.add %x0, %x1, %y {count = 96 : i32, constant = 4 : i32, shift = 3 : i32, multipliers = array<i64: 8, -3>, clamp = array<i64: -100, 127>}

// Windows of 2x2 pixels, four channels each.

// CHECK-LABEL: func.func private @net_1_pool(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>)
// CHECK: scf.for
// CHECK-NEXT: scf.for
// CHECK-NEXT: %window = cortexm.address %x[%{{.*}}, %{{.*}}] {strides = array<i64: 48, 8>, offset = 0 : i32}
// CHECK-NEXT: %out = cortexm.address %y[%{{.*}}, %{{.*}}] {strides = array<i64: 20, 4>, offset = 24 : i32}
// CHECK-NEXT: cortexm.max_pool %window, %out {window = 2 : i32, channels = 4 : i32, row = 24 : i32, pixel = 4 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>

// The result of the pool lies amid padding, as the convolution wants it: an addition goes row by row.

// CHECK-LABEL: func.func private @net_2_more(%x0: !cortexm.ptr<i16>, %x1: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>)
// CHECK: scf.for
// CHECK: cortexm.add %{{.*}}, %{{.*}}, %{{.*}} {count = 12 : i32

// C: APPROX_ADD(8, 8, 8, 96, x0, x1, y, 8, -3, 4, 3, -100, 127);
// C: APPROX_MAX_POOL_2X2_S16(4, window, 24, 4, out);
// C: APPROX_ADD(16, 16, 16, 12, row, row_1, row_2, 2, 2, 1, 1, -128, 127);

func.func @net(%a: !x, %b: !x) -> !p {
  %s = approx.add "add" %a, %b {
    lhs_multiplier = 8 : i32, rhs_multiplier = -3 : i32, constant = 4 : i32, shift = 3 : i32,
    clamp = array<i64: -100, 127>
  } : !x, !x -> !x
  %m = approx.max_pool2d "pool" %s {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !p
  %t = approx.add "more" %m, %m {
    lhs_multiplier = 2 : i32, rhs_multiplier = 2 : i32, constant = 1 : i32, shift = 1 : i32,
    clamp = array<i64: -128, 127>
  } : !p, !p -> !p
  %u = approx.conv2d "first" %m {
    weights = dense<1> : tensor<4x3x3x4xi8>, bias = dense<7> : tensor<4xi32>,
    multipliers = dense<1073741824> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !p -> !p
  %v = approx.conv2d "second" %t {
    weights = dense<1> : tensor<4x3x3x4xi8>, bias = dense<7> : tensor<4xi32>,
    multipliers = dense<1073741824> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !p -> !p
  %y = approx.add "last" %u, %v {
    lhs_multiplier = 2 : i32, rhs_multiplier = 2 : i32, constant = 1 : i32, shift = 1 : i32,
    clamp = array<i64: -128, 127>
  } : !p, !p -> !p
  func.return %y : !p
}
