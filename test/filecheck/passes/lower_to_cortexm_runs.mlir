// RUN: approx-opt %s -p 'select-kernels{kernel=loop},plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=loop},plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C

// The input of a convolution is widened to int16, amid padding. Rows of 6 pixels, 3 channels each,
// follow each other here and there, so a row is a run of 18 values.

!x = tensor<5x6x3xi8, #approx.quant<scale = 1.0e+00, zero_point = -2>>
!c = tensor<5x6x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 1>>
!p = tensor<1x1x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 1>>

// CHECK-LABEL: func.func private @net_0_conv_pack(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>)
// CHECK: scf.for
// CHECK-NEXT: %in = cortexm.address %x[%[[I:.*]]] {strides = array<i64: 18>, offset = 0 : i32}
// CHECK-NEXT: %out = cortexm.address %y[%[[I]]] {strides = array<i64: 24>, offset = 27 : i32}
// CHECK-NEXT: cortexm.copy %in, %out {count = 18 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>

// The average over all pixels: they follow each other, so the window is one row of 30. Four channels
// are summed up at once, and requantized by the same multiplier.

// CHECK-LABEL: func.func private @net_2_pool(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>)
// CHECK-DAG: %[[START:.*]] = arith.constant -30 : i32
// CHECK-DAG: %[[M:.*]] = arith.constant 143165577 : i32
// CHECK: %acc = cortexm.tile %[[START]], %[[START]], %[[START]], %[[START]]
// CHECK-NEXT: %[[SUM:.*]] = cortexm.sum_window %acc, %x {height = 1 : i32, width = 30 : i32, row = 24 : i32, pixel = 4 : i32}
// CHECK-NEXT: %[[Q:.*]] = cortexm.requantize %[[SUM]], %[[M]], %[[M]], %[[M]], %[[M]] {{.*}}rounding = "even"
// CHECK-NEXT: cortexm.store_tile %[[Q]], %y[0] stride 1 {rows = 4 : i32}

// Padding between rows is one statement for all of them.

// CHECK-LABEL: func.func @net_run
// CHECK: cortexm.fill %conv_pack[0] {value = -2 : i32, count = 27 : i32}
// CHECK-NEXT: cortexm.fill_runs %conv_pack[45] {value = -2 : i32, count = 6 : i32, runs = 4 : i32, stride = 24 : i32}
// CHECK-NEXT: cortexm.fill %conv_pack[141] {value = -2 : i32, count = 27 : i32}

// C: approx_copy_s8_s16(in, out, 18);
// C: APPROX_SUM_4X1_S8(acc, x, 1, 30, 24, 4);
// C: APPROX_REQUANTIZE_EVEN_4X1(acc, 143165577, 143165577, 143165577, 143165577, 0, 1, -128, 127);
// C: approx_fill_runs_s16(conv_pack + 45, -2, 6, 4, 24);

func.func @net(%x: !x) -> !p {
  %c = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<4x3x3x3xi8>, bias = dense<7> : tensor<4xi32>,
    multipliers = dense<1073741824> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !c
  %p = approx.avg_pool2d "pool" %c {
    kernel_shape = array<i64: 5, 6>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    multipliers = dense<143165577> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    rounding = "even"
  } : !c -> !p
  func.return %p : !p
}
