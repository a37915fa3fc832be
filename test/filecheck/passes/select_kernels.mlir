// RUN: approx-opt %s -p unpack-operands,select-kernels --split-input-file | filecheck %s
// RUN: approx-opt %s -p 'unpack-operands,select-kernels{flash-budget=200000}' --split-input-file | filecheck %s --check-prefix=SMALL
// RUN: approx-opt %s -p 'unpack-operands,select-kernels{ram-budget=30000}' --split-input-file | filecheck %s --check-prefix=RAM
// RUN: approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/kernels_plan.json"}' --split-input-file | filecheck %s --check-prefix=PLAN
// RUN: approx-opt %s -p 'unpack-operands{layers=conv2},select-kernels' --split-input-file | filecheck %s --check-prefix=PACKED

// Each layer runs by the kernel that takes the fewest cycles. Of an unpacked convolution that can be
// straight-line code without the taps that are gone ("unrolled"), a loop over lists of those that
// are left ("indexed") or over all weights ("loop"), or, for windows of 3 x 3 and stride 1,
// Winograd's algorithm.
//
// Layouts say how a result lies in memory. Convolutions read pairs of int16, so what "conv2" reads
// is int16 with an even number of channels, and surrounded by the padding that "conv2" wants, which
// holds the zero point. The network takes and gives plain int8; so its input, which "conv1" cannot
// read as it is, is packed first.

!x = tensor<8x8x2xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!h = tensor<8x8x64xi8, #approx.quant<scale = 1.0e+00, zero_point = -2>>
!y = tensor<8x8x64xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @net
func.func @net(%x: !x) -> !y {
  // CHECK-NEXT: %[[X:.*]] = approx.repack "conv1/pack" %x {
  // CHECK-SAME:   kernel = "loop", layout = #approx.layout<i16, channels = 2>}
  // CHECK-NEXT: %h = approx.unpacked_conv2d "conv1" %[[X]] {
  // CHECK-SAME:   kernel = "loop", layout = #approx.layout<i16, channels = 64, pads = [1, 1, 1, 1], fill = -2>}
  // CHECK:      %y = approx.unpacked_conv2d "conv2" %h {
  // CHECK-SAME:   kernel = "winograd4", layout = #approx.layout<i8, channels = 64>}
  %h = approx.conv2d "conv1" %x {
    weights = dense<1> : tensor<64x1x1x2xi8>, bias = dense<0> : tensor<64xi32>,
    multipliers = dense<1073741824> : tensor<64xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !h
  %y = approx.conv2d "conv2" %h {
    weights = dense<1> : tensor<64x3x3x64xi8>, bias = dense<0> : tensor<64xi32>,
    multipliers = dense<1073741824> : tensor<64xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !h -> !y
  func.return %y : !y
}

// Transformed for tiles of 4 x 4 outputs the filters of "conv2" take 295 KB of flash, as they are
// 37 KB: with less flash they are transformed while the network runs.

// SMALL: approx.unpacked_conv2d "conv2"
// SMALL-SAME: kernel = "winograd4-packed"

// The larger tiles want 19.6 KB of RAM for transformed inputs and products, beside input and result,
// and 9.2 KB more for filters.

// RAM: approx.unpacked_conv2d "conv2"
// RAM-SAME: kernel = "winograd2"

// What a plan says is kept.

// PLAN: approx.unpacked_conv2d "conv1"
// PLAN-SAME: kernel = "loop"
// PLAN: approx.unpacked_conv2d "conv2"
// PLAN-SAME: kernel = "unrolled"

// A convolution that is not unpacked cannot be unrolled.

// PACKED: approx.conv2d "conv1"
// PACKED-SAME: kernel = "loop"

// -----

// Where two layers read one tensor, its layout suits both if it can: more padding than one needs
// does no harm. What does not go together is packed: the padding of a convolution holds the zero
// point, that of a maximum -128.

!x = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 1>>

// CHECK-LABEL: func.func @shared
func.func @shared(%x: !x) -> (!y, !y, !x) {
  // CHECK-NEXT: %h = approx.requantize "relu" %x {
  // CHECK-SAME:   layout = #approx.layout<i16, channels = 2, pads = [1, 1, 1, 1], fill = 0>}
  // CHECK-NEXT: %[[H:.*]] = approx.repack "pool/pack" %h {
  // CHECK-SAME:   layout = #approx.layout<i8, channels = 2, pads = [1, 1, 1, 1], fill = -128>}
  // CHECK-NEXT: approx.unpacked_conv2d "conv1" %h
  // CHECK:      approx.unpacked_conv2d "conv2" %h
  // CHECK:      approx.max_pool2d "pool" %[[H]]
  %h = approx.requantize "relu" %x {
    multipliers = dense<2147483647> : tensor<1xi32>, shift = 1 : i32, clamp = array<i64: 0, 127>
  } : !x -> !x
  %a = approx.conv2d "conv1" %h {
    weights = dense<1> : tensor<2x1x1x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  %b = approx.conv2d "conv2" %h {
    weights = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>
  } : !x -> !y
  %c = approx.max_pool2d "pool" %h {
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>
  } : !x -> !x
  func.return %a, %b, %c : !y, !y, !x
}
