// RUN: approx-opt %s -p 'select-kernels{kernel=winograd4-packed},plan-memory,lower-to-cortexm' --split-input-file | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=winograd4-packed},plan-memory,lower-to-cortexm' --split-input-file -t c | filecheck %s --check-prefix=C

// F(4x4, 3x3) with filters that take a byte a weight in flash, not eight: they are transformed into
// RAM, for two output channels at a time, right before their products. That pays off the more groups
// of tiles share them; so the inputs of all groups are transformed first, if they are few.

!x = tensor<9x21x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<9x21x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>, %u: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>)
// CHECK:      %filters = cortexm.table "filters"
// CHECK-SAME:   tensor<72xi8>
// CHECK:      scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:      scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: %[[V:.*]] = cortexm.address %v[%[[I]], %[[J]]] {strides = array<i64: 108, 36>, offset = 0 : i32}
// CHECK:      cortexm.winograd4_input %patch, %[[V]] {row = 46 : i32, pixel = 2 : i32, pairs = 1 : i32}

// The filters of a pair of output channels, and the groups, row by row.

// CHECK:      cortexm.winograd4_filters %filters, %u {pairs = 1 : i32}
// CHECK-NEXT: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:      scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:      %[[V:.*]] = cortexm.address %v[%[[I]], %[[J]]] {strides = array<i64: 108, 36>, offset = 0 : i32}
// CHECK-NEXT: cortexm.winograd4_packed_product %[[V]], %u, %m {pairs = 1 : i32}
// CHECK-NEXT: cortexm.winograd4_output %m, %bias, %multipliers, %out, %out_1, %out_2, %out_3 {channels = 2 : i32,

// An odd last channel comes alone; its filters are beside zeros.

// CHECK:      %[[LAST:.*]] = cortexm.address %filters[] {strides = array<i64>, offset = 36 : i32}
// CHECK-NEXT: cortexm.winograd4_filters %[[LAST]], %u {pairs = 1 : i32}
// CHECK:      cortexm.winograd4_output %m, %{{.*}} {channels = 1 : i32,

// C: APPROX_CONST_SECTION APPROX_ALIGNED(4) static const int8_t filters[72] = {
// C: approx_winograd4_input(patch, 46, 2, 1, v_{{[0-9]+_?}});
// C: approx_winograd4_filters(filters, 1, u);
// C: APPROX_WINOGRAD4_PACKED_PRODUCT(v_{{[0-9]+_?}}, u, m, 1);
// C: approx_winograd4_output_s8(m, 2, bias, multipliers, 0, 0, -128, 127, out, out_1, out_2, out_3, 63, 3);

// Six groups of transformed inputs, 576 bytes each, products of one, filters.

// CHECK-LABEL: func.func @net_run
// CHECK: %v = cortexm.buffer %2[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
// CHECK-NEXT: %m = cortexm.buffer %2[3456] : !cortexm.ptr<i8> -> !cortexm.ptr<i32>
// CHECK-NEXT: %u = cortexm.buffer %2[4608] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>

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

// -----

// Of a larger plane that would be too much RAM, and the groups of a row are enough to share filters:
// here four.

!x = tensor<24x32x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<24x32x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func private @net_1_conv
// CHECK:      scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT: %[[V:.*]] = cortexm.address %v[%[[J]]] {strides = array<i64: 36>, offset = 0 : i32}
// CHECK:      cortexm.winograd4_filters %filters, %u {pairs = 1 : i32}
// CHECK-NEXT: scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:      %[[V:.*]] = cortexm.address %v[%[[J]]] {strides = array<i64: 36>, offset = 0 : i32}
// CHECK-NEXT: cortexm.winograd4_packed_product %[[V]], %u, %m {pairs = 1 : i32}

// CHECK-LABEL: func.func @net_run
// CHECK: %m = cortexm.buffer %2[2304]

func.func @net(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<7> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !y
  func.return %y : !y
}
