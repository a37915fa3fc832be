// RUN: approx-opt %s -p fold-transposes --split-input-file | filecheck %s

// fuse-qdq makes every spatial layer HWC and puts a transpose before and behind it, because ONNX is
// channels first. Between two layers the pair cancels. The first transpose becomes the order in which
// the network takes its input, the last one that of its result: `approx.perm` says which dimension of
// the ONNX tensor, the batch left out, each dimension is.

!chw = tensor<3x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[X:.*]]: tensor<4x5x3xi8, {{.*}} {approx.name = "x", approx.perm = array<i64: 1, 2, 0>})
// CHECK-SAME: -> (tensor<4x5x3xi8, {{.*}} {approx.perm = array<i64: 1, 2, 0>})
func.func @chain(%x: !chw {approx.name = "x", approx.perm = array<i64: 0, 1, 2>})
    -> (!chw {approx.perm = array<i64: 0, 1, 2>}) {
  // CHECK-NEXT: %[[A:.*]] = approx.max_pool2d "a" %[[X]]
  // CHECK-NEXT: %[[B:.*]] = approx.max_pool2d "b" %[[A]]
  // CHECK-NEXT: func.return %[[B]]
  %0 = approx.transpose "a" %x {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  %1 = approx.max_pool2d "a" %0 {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  %2 = approx.transpose "a" %1 {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %3 = approx.transpose "b" %2 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  %4 = approx.max_pool2d "b" %3 {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  %5 = approx.transpose "b" %4 {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  func.return %5 : !chw
}

// -----

// Transposes move down through layers that take values one by one: a requantization, and an addition
// of two that are permuted alike.

!chw = tensor<3x4x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x5x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%x: !hwc, %y: !hwc) -> !hwc {
  // CHECK-NEXT: %[[R:.*]] = approx.requantize "relu" %x {{.*}} : tensor<4x5x3xi8, {{.*}} -> tensor<4x5x3xi8,
  // CHECK-NEXT: %[[S:.*]] = approx.add "add" %[[R]], %y {{.*}} -> tensor<4x5x3xi8,
  // CHECK-NEXT: func.return %[[S]]
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.transpose "y" %y {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %2 = approx.requantize "relu" %0 {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>
  } : !chw -> !chw
  %3 = approx.add "add" %2, %1 {
    lhs_multiplier = 64 : i32, rhs_multiplier = 64 : i32, constant = 32 : i32, shift = 6 : i32,
    clamp = array<i64: -128, 127>
  } : !chw, !chw -> !chw
  %4 = approx.transpose "z" %3 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  func.return %4 : !hwc
}

// -----

// A flattened transpose ends in the columns of a fully connected layer. Channels first, the values of
// 1 x 2 pixels and 2 channels are c0 of both pixels, then c1; in HWC, column 1 and column 2 change
// places.

!chw = tensor<2x1x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!v = tensor<4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @flatten
func.func @flatten(%x: !hwc) -> !y {
  // CHECK-NEXT: %[[V:.*]] = approx.reshape "flat" %x : tensor<1x2x2xi8, {{.*}} -> tensor<4xi8,
  // CHECK-NEXT: approx.fully_connected "fc" %[[V]] {
  // CHECK-SAME{LITERAL}: weights = dense<[[1, 3, 2, 4], [5, 7, 6, 8]]> : tensor<2x4xi8>
  %0 = approx.transpose "x" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %1 = approx.reshape "flat" %0 : !chw -> !v
  %2 = approx.fully_connected "fc" %1 {
    weights = dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>,
    bias = dense<[0, 0]> : tensor<2xi32>, multipliers = dense<1073741824> : tensor<2xi32>,
    shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !v -> !y
  func.return %2 : !y
}

// -----

// A transpose that moves only dimensions of size 1 moves no value and is a reshape, as behind global
// pooling. An image of one channel is taken as HxWx1 all the same.

!chw = tensor<1x4x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x4x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!p = tensor<1x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!v = tensor<1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @ones
// CHECK-SAME: (%[[X:.*]]: tensor<4x4x1xi8, {{.*}} {approx.perm = array<i64: 1, 2, 0>})
func.func @ones(%x: !chw {approx.perm = array<i64: 0, 1, 2>}) -> !v {
  // CHECK-NEXT: %[[P:.*]] = approx.max_pool2d "pool" %[[X]]
  // CHECK-NEXT: %[[V:.*]] = approx.reshape "flat" %[[P]] : tensor<1x1x1xi8, {{.*}} -> tensor<1xi8,
  // CHECK-NEXT: func.return %[[V]]
  %0 = approx.transpose "pool" %x {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  %1 = approx.max_pool2d "pool" %0 {
    kernel_shape = array<i64: 4, 4>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !p
  %2 = approx.transpose "pool" %1 {perm = array<i64: 2, 0, 1>} : !p -> !p
  %3 = approx.reshape "flat" %2 : !p -> !v
  func.return %3 : !v
}

// -----

// Where two uses want different orders, the argument stays as it is and a transpose remains.

!chw = tensor<3x4x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!hwc = tensor<4x4x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @two_orders
// CHECK-SAME: (%x: tensor<3x4x4xi8, {{.*}} {approx.perm = array<i64: 0, 1, 2>})
func.func @two_orders(%x: !chw {approx.perm = array<i64: 0, 1, 2>}) -> (!hwc, !chw) {
  // CHECK-NEXT: %[[T:.*]] = approx.transpose "a" %x {perm = array<i64: 1, 2, 0>}
  // CHECK-NEXT: approx.max_pool2d "a" %[[T]]
  // CHECK-NEXT: approx.max_pool2d "b" %x
  %0 = approx.transpose "a" %x {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  %1 = approx.max_pool2d "a" %0 {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  %2 = approx.max_pool2d "b" %x {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !chw -> !chw
  func.return %1, %2 : !hwc, !chw
}
