// RUN: approx-opt %s -p 'select-kernels{kernel=winograd2},plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=winograd2},plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C

// A 3x3 convolution of stride 1 by Winograd's F(2x2, 3x3): four outputs take 16 products where they
// would take 36, all of them exact in int16. A group is four tiles, 2 x 8 outputs; its input is
// transformed once, multiplied with the filters of two output channels at a time, which were
// transformed at compile time, and transformed back. The transformed input of the group (16 x 4
// pairs of int16) and the products (16 x 2 x 4) have memory of their own.

!x = tensor<5x11x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<5x11x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// Rows come two by two, columns eight by eight; the last ones overlap those before. Filters of ones
// with 2G on either side are 4 6 2 4, 6 9 3 6, ...; the biases are four times as large, the zero
// point taken off: 4 (7 + 18). An odd last channel comes alone.

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>)
// CHECK:      %filters = cortexm.table "filters"
// CHECK-NEXT: %bias = cortexm.table "bias" dense<100> : tensor<3xi32>
// CHECK-NEXT: %multipliers = cortexm.table "multipliers"
// CHECK-NEXT: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: %[[ROW:.*]] = arith.minsi %[[I]], %{{.*}} : index
// CHECK-NEXT: %[[COLUMN:.*]] = arith.minsi %[[J]], %{{.*}} : index
// CHECK-NEXT: %patch = cortexm.address %x[%[[ROW]], %[[COLUMN]]] {strides = array<i64: 26, 2>, offset = 0 : i32}
// CHECK-NEXT: cortexm.winograd_input %patch, %v {row = 26 : i32, pixel = 2 : i32, pairs = 1 : i32}
// CHECK-NEXT: %out = cortexm.address %y[%[[ROW]], %[[COLUMN]]]
// CHECK-NEXT: cortexm.winograd_product %v, %filters, %m {pairs = 1 : i32}
// CHECK-NEXT: cortexm.winograd_output %m, %bias, %multipliers, %out {channels = 2 : i32,
// CHECK-SAME:   row = 33 : i32, pixel = 3 : i32, rows = 2 : i32, columns = 8 : i32
// CHECK-NEXT: %u = cortexm.address %filters[] {strides = array<i64>, offset = 64 : i32}
// CHECK-NEXT: cortexm.winograd_product %v, %u, %m {pairs = 1 : i32}
// CHECK:      cortexm.winograd_output %m, %{{.*}}, %{{.*}}, %{{.*}} {channels = 1 : i32,

// Printed as C, each step is one call.

// C: APPROX_CONST_SECTION APPROX_ALIGNED(4) static const int16_t filters[128] = {
// C-NEXT: 4, 4, 4, 4, 6, 6, 6, 6, 2, 2, 2, 2, 4, 4, 4, 4,
// C: for (int32_t i = 0; i < 5; i += 2) {
// C-NEXT: for (int32_t j = 0; j < 11; j += 8) {
// C: approx_winograd_input(patch, 26, 2, 1, v);
// C: approx_winograd_product(v, filters, m, 1);
// C-NEXT: approx_winograd_output_s8(m, 2, bias, multipliers, 0, 0, -128, 127, out, 33, 3, 2, 8);

// The memory of the kernel lies in the workspace, here before the packed input.

// CHECK-LABEL: func.func @net_run
// CHECK: cortexm.layer "conv" attributes
// CHECK-NEXT: %{{.*}} = cortexm.buffer %2[768] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
// CHECK-NEXT: %v = cortexm.buffer %2[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
// CHECK-NEXT: %m = cortexm.buffer %2[256] : !cortexm.ptr<i8> -> !cortexm.ptr<i32>

func.func @net(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<3x3x3x2xi8>, bias = dense<7> : tensor<3xi32>,
    multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !y
  func.return %y : !y
}
