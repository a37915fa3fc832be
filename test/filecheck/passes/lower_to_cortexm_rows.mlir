// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm --split-input-file | filecheck %s

// A loop over few channels, an odd number of them, takes rows of the input as they are: pixels are not
// filled up, only rows are, here from 5 values to 6, so that each begins at an even place. Windows
// of even columns begin at even places and are read with a weight of zero behind; windows of odd columns are
// read from one value before, with a weight of zero in front. Either phase has its own function.

!x = tensor<2x5x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @phases(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[1], [2], [3]]], [[[4], [5], [6]]]]> : tensor<2x1x3x1xi8>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @phases_1_conv_phase0(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK:        %weights = cortexm.table "weights" dense<[1, 2, 4, 5, 3, 0, 6, 0]> : tensor<8xi16>
// CHECK:        %[[A:.*]] = cortexm.dot %{{.*}}, %window[0], %weights[0] stride 2 length 4 runs 1 below 0
// CHECK:        cortexm.store_tile %{{.*}}, %out[0] stride 4 {rows = 2 : i32}

// CHECK:      func.func private @phases_1_conv_phase1(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK:        %weights = cortexm.table "weights" dense<[0, 1, 0, 4, 2, 3, 5, 6]> : tensor<8xi16>
// CHECK:        %out = cortexm.address %y[] {strides = array<i64>, offset = 2 : i32}

// CHECK:      cortexm.fill %{{.*}}[5] {value = 0 : i32, count = 1 : i32}

// -----

// With a stride of two all windows begin at even places.

!x = tensor<1x6x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @strided(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<2x1x3x3xi8>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @strided_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK:        cortexm.dot %{{.*}}, %x[0], %weights[0] stride 6 length 10 runs 1 below 0
