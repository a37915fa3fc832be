// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C
// RUN: approx-opt %s -p 'select-kernels{kernel=loop}' | filecheck %s --check-prefix=LOOP

// A depthwise 3x3 convolution works on channels that are planes of int16: neighbours in a row share
// a word, so that one instruction does two of the three multiplications of a row. The convolution
// before writes them so.

!x = tensor<3x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3x5x3xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>

// LOOP: approx.depthwise_conv2d "depthwise" %{{.*}} kernel = "loop", layout = #approx.layout<i8, channels = 3>

// A plane has 6 rows of 8: 3 x 5 values, the padding, and what an even number of outputs needs.
// The tile of three channels, and a fourth that is not there, goes to planes 48 apart, which begin at
// row 1, column 1.

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>)
// CHECK: %out = cortexm.address %y[%{{.*}}, %{{.*}}] {strides = array<i64: 8, 1>, offset = 9 : i32}
// CHECK: cortexm.store_tile %{{.*}}, %out[0] stride 1 plane 48 {rows = 3 : i32} : vector<4x2xi32>, !cortexm.ptr<i16>

// The table of a channel: bias 7 + 9 for the zero point -1, multiplier; then rows of ones, in each
// word two weights, that in the middle twice. Outputs are pixels of three channels.

// CHECK-LABEL: func.func private @net_2_depthwise(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>)
// CHECK: %channels = cortexm.table "channels" dense<[16, 1073741824, 65537, 65537, 65537, 65537, 65537, 65537, {{.*}} : tensor<24xi32>
// CHECK-NEXT: cortexm.depthwise_planes %x, %channels, %y {stride = 1 : i32, planes = 3 : i32, x_plane = 48 : i32, y_plane = 1 : i32, height = 3 : i32, width = 5 : i32, row = 8 : i32, y_row = 15 : i32, y_pixel = 3 : i32

// The padding is filled before the first plane, between planes and behind the last one; then between
// rows, here those of all planes that are alike.

// CHECK-LABEL: func.func @net_run
// CHECK: cortexm.layer "conv" attributes
// CHECK: cortexm.fill %conv[0] {value = -1 : i32, count = 9 : i32}
// CHECK-NEXT: cortexm.fill_runs %conv[30] {value = -1 : i32, count = 27 : i32, runs = 2 : i32, stride = 48 : i32}
// CHECK-NEXT: cortexm.fill %conv[126] {value = -1 : i32, count = 18 : i32}
// CHECK-NEXT: cortexm.fill_runs

// Printed as C, all channels are one statement, and each of two rows of a tile goes to its plane.

// C: APPROX_PUT_4X2_S16(acc, 3, out, 0, 1, 48);
// C: APPROX_DEPTHWISE_STRIDE1_S8(3, 48, 1, 3, 5, x, 8, channels, y, 15, 3, -1, -128, 127);

func.func @net(%x: !x) -> !y {
  %c = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<3x1x1x2xi8>, bias = dense<7> : tensor<3xi32>,
    multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  %y = approx.depthwise_conv2d "depthwise" %c {
    weights = dense<1> : tensor<3x3x3xi8>, bias = dense<7> : tensor<3xi32>,
    multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !y -> !y
  func.return %y : !y
}
