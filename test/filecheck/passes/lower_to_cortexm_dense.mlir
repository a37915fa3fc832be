// RUN: approx-opt %s -p 'select-kernels{kernel=loop},plan-memory,lower-to-cortexm' --split-input-file | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=loop},plan-memory,lower-to-cortexm' -t c --split-input-file | filecheck %s --check-prefix=C

// Four channels of a loop are one statement for the whole plane, if they are requantized without a
// shift and to all of int8. A window of one pixel slides over nine pixels as over one line; the fifth
// tile of two overlaps the fourth.

!x = tensor<3x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @line(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[1, 2]]], [[[3, 4]]], [[[5, 6]]], [[[7, 8]]]]> : tensor<4x1x1x2xi8>,
    bias = dense<[100, 200, 300, 400]> : tensor<4xi32>,
    multipliers = dense<[10, 20, 30, 40]> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @line_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[1, 2, 3, 4, 5, 6, 7, 8]> : tensor<8xi16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[100, 200, 300, 400]> : tensor<4xi32>
// CHECK-NEXT:   %multipliers = cortexm.table "multipliers" dense<[10, 20, 30, 40]> : tensor<4xi32>
// CHECK-NEXT:   cortexm.dense_plane %x, %weights, %bias, %multipliers, %y {lines = 1 : i32, count = 9 : i32, x_line = 0 : i32, x_pixel = 2 : i32, length = 2 : i32, runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 0 : i32, y_pixel = 4 : i32, y_channel = 1 : i32}

// C: APPROX_DENSE_PLANE_S16_S8(1, 9, x, 0, 2, weights, 2, 1, 0, bias, multipliers, 0, y, 0, 4, 1);

// -----

// A window of two rows is two runs. Of six channels two are left over, a tile at a time; so are
// all where values are clamped otherwise.

!x = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3x2x6xi8, #approx.quant<scale = 1.0e+00, zero_point = 5>>
!z = tensor<3x1x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 5>>

func.func @runs(%x: !x) -> !z {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<6x2x3x2xi8>, bias = dense<3> : tensor<6xi32>,
    multipliers = dense<10> : tensor<6xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 2, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  %z = approx.conv2d "clamped" %y {
    weights = dense<1> : tensor<4x1x2x6xi8>, bias = dense<3> : tensor<4xi32>,
    multipliers = dense<10> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: 5, 127>, kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !y -> !z
  func.return %z : !z
}

// CHECK:      func.func private @runs_1_conv(
// CHECK:        cortexm.dense_plane %x, %weights, %bias, %multipliers, %y {lines = 3 : i32, count = 2 : i32, x_line = 8 : i32, x_pixel = 2 : i32, length = 6 : i32, runs = 2 : i32, below = 8 : i32, zero_point = 5 : i32, y_line = 12 : i32, y_pixel = 6 : i32, y_channel = 1 : i32, sums}
// CHECK:        cortexm.store_tile %{{.*}}, %out[0] stride 6 {rows = 2 : i32}
// CHECK:      func.func private @runs_2_clamped(
// CHECK-NOT:    cortexm.dense_plane
// CHECK:        cortexm.requantize
