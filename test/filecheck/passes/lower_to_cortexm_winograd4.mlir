// RUN: approx-opt %s -p 'select-kernels{kernel=winograd4},plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=winograd4},plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C

// A 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3): sixteen outputs take 36 products where
// they would take 144, all of them exact in int16. A group is four tiles of 4 x 4 outputs, two by
// two or in a row, whichever takes fewer groups; their inputs, 6 x 6 pixels each, are transformed
// once, multiplied with the filters of two output channels at a time, and transformed back.

!x = tensor<9x21x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<9x21x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// Tiles that would leave the plane of 9 x 21 begin at its row 5 and column 17: they overlap those
// before. Filters of ones with G on either side are 1 3 1 7 3 1, 3 9 3 21 ...; the bias
// lost the zero point: 7 + 18.

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>)
// CHECK:      %filters = cortexm.table "filters"
// CHECK-NEXT: %bias = cortexm.table "bias" dense<25> : tensor<3xi32>
// CHECK-NEXT: %multipliers = cortexm.table "multipliers"
// CHECK-NEXT: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: %[[BELOW:.*]] = arith.addi %[[I]], %{{.*}} : index
// CHECK-NEXT: %[[R0:.*]] = arith.minsi %[[I]], %{{.*}} : index
// CHECK-NEXT: %[[R1:.*]] = arith.minsi %[[BELOW]], %{{.*}} : index

// First the input of a whole row of groups; each tile has its own word of the four in v.

// CHECK-NEXT: scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: %[[V:.*]] = cortexm.address %v[%[[J]]] {strides = array<i64: 36>, offset = 0 : i32}
// CHECK-NEXT: %[[BESIDE:.*]] = arith.addi %[[J]], %{{.*}} : index
// CHECK-NEXT: %[[C0:.*]] = arith.minsi %[[J]], %{{.*}} : index
// CHECK-NEXT: %[[C1:.*]] = arith.minsi %[[BESIDE]], %{{.*}} : index
// CHECK-NEXT: %patch = cortexm.address %x[%[[R0]], %[[C0]]] {strides = array<i64: 46, 2>, offset = 0 : i32}
// CHECK-NEXT: cortexm.winograd4_input %patch, %[[V]] {row = 46 : i32, pixel = 2 : i32, pairs = 1 : i32}
// CHECK-NEXT: %[[P1:.*]] = cortexm.address %x[%[[R0]], %[[C1]]]
// CHECK-NEXT: %[[V1:.*]] = cortexm.address %[[V]][] {strides = array<i64>, offset = 2 : i32}
// CHECK-NEXT: cortexm.winograd4_input %[[P1]], %[[V1]]
// CHECK:      cortexm.address %x[%[[R1]], %[[C1]]]
// CHECK-NEXT: %[[V3:.*]] = cortexm.address %[[V]][] {strides = array<i64>, offset = 6 : i32}

// Then the output channels, two by two, each pair for all groups of the row.

// CHECK:      scf.for
// CHECK:      %out = cortexm.address %y
// CHECK:      %[[V:.*]] = cortexm.address %v
// CHECK-NEXT: cortexm.winograd4_product %[[V]], %filters, %m {pairs = 1 : i32}
// CHECK:      cortexm.winograd4_output %m, %bias, %multipliers, %out, %out_1, %out_2, %out_3 {channels = 2 : i32,
// CHECK-SAME:   row = 63 : i32, pixel = 3 : i32

// An odd last channel comes alone.

// CHECK:      %u = cortexm.address %filters[] {strides = array<i64>, offset = 144 : i32}
// CHECK:      cortexm.winograd4_product %{{.*}}, %u, %m {pairs = 1 : i32}
// CHECK:      cortexm.winograd4_output %m, %{{.*}} {channels = 1 : i32,

// Printed as C, each step is one statement.

// C: APPROX_CONST_SECTION APPROX_ALIGNED(4) static const int16_t filters[288] = {
// C-NEXT: 1, 1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 1, 7, 7, 7, 7,
// C: for (int32_t i = 0; i < 9; i += 8) {
// C: for (int32_t j = 0; j < 21; j += 8) {
// C: approx_winograd4_input(patch_3, 46, 2, 1, v_{{[0-9]+_?}});
// C: APPROX_WINOGRAD4_PRODUCT(v_{{[0-9]+_?}}, filters, m, 1);
// C: approx_winograd4_output_s8(m, 2, bias, multipliers, 0, 0, -128, 127, out, out_1, out_2, out_3, 63, 3);

// CHECK-LABEL: func.func @net_run
// CHECK: %v = cortexm.buffer %2[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
// CHECK-NEXT: %m = cortexm.buffer %2[1728] : !cortexm.ptr<i8> -> !cortexm.ptr<i32>

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
