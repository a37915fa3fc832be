// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm --split-input-file | filecheck %s

// Loops of convolutions with groups are one function a group. Inputs are read in pairs: the first group
// has channels 0 to 2 and reads channel 3, too, the second one, 3 to 5, begins at 2, each with a weight
// of zero for the channel that is not its own. The one output is filled up to two, weights of which
// lie in turn, two inputs of each; only the first is stored. The zero point is in the biases: 100 - 2 (1 + 2 + 3), 200 - 2 (4 + 5 + 6).

!x = tensor<1x2x6xi8, #approx.quant<scale = 1.0e+00, zero_point = 2>>
!y = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @groups(%x: !x) -> !y {
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[1, 2, 3]]], [[[4, 5, 6]]]]> : tensor<2x1x1x3xi8>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @groups_1_conv_group0(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[1, 2, 0, 0, 3, 0, 0, 0]> : tensor<8xi16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[88, 0]> : tensor<2xi32>
// CHECK-NEXT:   %multipliers = cortexm.table "multipliers" dense<[1073741824, 0]> : tensor<2xi32>
// CHECK:        %acc = cortexm.tile %{{.*}}, %{{.*}} : i32, i32 -> vector<2x2xi32>
// CHECK-NEXT:   %[[A:.*]] = cortexm.dot %acc, %x[0], %weights[0] stride 6 length 4 runs 1 below 0
// CHECK-NEXT:   %[[R:.*]] = cortexm.requantize %[[A]],
// CHECK-NEXT:   cortexm.store_tile %[[R]], %y[0] stride 2 {rows = 1 : i32}

// CHECK:      func.func private @groups_1_conv_group1(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[0, 4, 0, 0, 5, 6, 0, 0]> : tensor<8xi16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[170, 0]> : tensor<2xi32>
// CHECK-NEXT:   %multipliers = cortexm.table "multipliers" dense<[536870912, 0]> : tensor<2xi32>
// CHECK:        %window = cortexm.address %x[] {strides = array<i64>, offset = 2 : i32}
// CHECK-NEXT:   %acc = cortexm.tile %{{.*}}, %{{.*}} : i32, i32 -> vector<2x2xi32>
// CHECK-NEXT:   %[[A:.*]] = cortexm.dot %acc, %window[0], %weights[0] stride 6 length 4 runs 1 below 0
// CHECK-NEXT:   %[[R:.*]] = cortexm.requantize %[[A]],
// CHECK-NEXT:   %out = cortexm.address %y[] {strides = array<i64>, offset = 1 : i32}
// CHECK-NEXT:   cortexm.store_tile %[[R]], %out[0] stride 2 {rows = 1 : i32}

// One layer runs both.

// CHECK:      cortexm.layer "conv"
// CHECK-NEXT:   %[[X:.*]] = cortexm.buffer
// CHECK-NEXT:   func.call @groups_1_conv_group0(%[[X]],
// CHECK-NEXT:   func.call @groups_1_conv_group1(%[[X]],

// -----

// Many weights of int8 lie two rows in a word: half words a + 256 b, here 10 + 256 * 3, -10 + 256 * 3
// (the high byte is one less), 10 - 256 * 3. The start value of the odd row is such a sum, too. The sum
// of row b must fit 24 bits, which is known here.

!v = tensor<18xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @sums(%v: !v) -> !y {
  %y = approx.fully_connected "fc" %v {
    weights = dense<[[10, -10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                     [3, 3, -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]> : tensor<2x18xi8>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !v -> !y
  func.return %y : !y
}

// CHECK:      func.func private @sums_1_fc(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[10, 3, -10, 2, 10, -3, 0, 0, {{[0, ]*}}]> : tensor<36xi8> -> !cortexm.ptr<i8>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[100, 51300]> : tensor<2xi32>
// CHECK:        %[[S:.*]] = cortexm.dot %acc, %x[0], %weights[0] stride 18 length 18 runs 1 below 0 {sums} : vector<2x1xi32>
// CHECK-NEXT:   %[[T:.*]] = cortexm.split %[[S]] : vector<2x1xi32>
// CHECK-NEXT:   cortexm.requantize %[[T]],

// -----

// Where it does not, because of this bias, weights are bytes, and each row is a sum of its own.

!v = tensor<18xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @bytes(%v: !v) -> !y {
  %y = approx.fully_connected "fc" %v {
    weights = dense<[[10, -10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                     [3, 3, -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]> : tensor<2x18xi8>,
    bias = dense<[100, 8388600]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !v -> !y
  func.return %y : !y
}

// CHECK:      func.func private @bytes_1_fc(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[10, 3, -10, 3, 10, -3, 0, 0, {{[0, ]*}}]> : tensor<36xi8> -> !cortexm.ptr<i8>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[100, 8388600]> : tensor<2xi32>
// CHECK:        %[[S:.*]] = cortexm.dot %acc, %x[0], %weights[0] stride 18 length 18 runs 1 below 0 : vector<2x1xi32>
// CHECK-NEXT:   cortexm.requantize %[[S]],

// -----

// Weights beyond int8 are words, int16, too.

!v = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 2>>
!y = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @wide(%v: !v) -> !y {
  %y = approx.fully_connected "fc" %v {
    weights = dense<[[1, 2, -255], [4, 5, 6]]> : tensor<2x3xi16>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !v -> !y
  func.return %y : !y
}

// CHECK:      func.func private @wide_1_fc(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[1, 2, 4, 5, -255, 0, 6, 0]> : tensor<8xi16> -> !cortexm.ptr<i16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[604, 170]> : tensor<2xi32>
// CHECK:        %acc = cortexm.tile %{{.*}}, %{{.*}} : i32, i32 -> vector<2x1xi32>
// CHECK-NEXT:   %{{.*}} = cortexm.dot %acc, %x[0], %weights[0] stride 4 length 4 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i16> -> vector<2x1xi32>

// -----

// Two outputs a channel: a loop over the channels, and one over the outputs of each, which share the
// window.

!x = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<1x2x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @multiplied(%x: !x) -> !y {
  %y = approx.depthwise_conv2d "dw" %x {
    weights = dense<[[[1, -200, 3, 4]]]> : tensor<1x1x4xi16>,
    bias = dense<[10, 20, 30, 40]> : tensor<4xi32>,
    multipliers = dense<1073741824> : tensor<4xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>, kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @multiplied_0_dw(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK:        %weights = cortexm.table "weights" dense<[1, -200, 3, 4]> : tensor<4xi16> -> !cortexm.ptr<i16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[7, 620, 21, 28]> : tensor<4xi32>
// CHECK:        %out = cortexm.address %y[%[[J:.*]], %[[C:.*]], %[[M:.*]]] {strides = array<i64: 4, 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[W:.*]] = cortexm.address %weights[%[[C]], %[[M]]] {strides = array<i64: 2, 1>, offset = 0 : i32}
// CHECK:        %window = cortexm.address %x[%[[J]], %[[C]]] {strides = array<i64: 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[B:.*]] = cortexm.load
// CHECK-NEXT:   %[[X:.*]] = cortexm.load %window[0]
// CHECK-NEXT:   %[[V:.*]] = cortexm.load %[[W]][0] : !cortexm.ptr<i16> -> i32
// CHECK-NEXT:   %[[P:.*]] = arith.muli %[[X]], %[[V]] : i32
// CHECK-NEXT:   %{{.*}} = arith.addi %[[B]], %[[P]] : i32
