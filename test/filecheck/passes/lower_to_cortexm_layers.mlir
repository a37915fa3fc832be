// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm --split-input-file | filecheck %s

// What each kind of layer becomes but convolution (lower_to_cortexm.mlir). Max pooling: a window of
// up to 25 taps is written out.

!x = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<2x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @max(%x: !x) -> !y {
  %y = approx.max_pool2d "pool" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @max_0_pool(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK:        %[[LOWEST:.*]] = arith.constant -128 : i32
// CHECK:        %out = cortexm.address %y[%[[I:.*]], %[[J:.*]], %[[C:.*]]] {strides = array<i64: 4, 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %window = cortexm.address %x[%[[I]], %[[J]], %[[C]]] {strides = array<i64: 16, 4, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[X0:.*]] = cortexm.load %window[0]
// CHECK-NEXT:   %[[M0:.*]] = arith.maxsi %[[LOWEST]], %[[X0]] : i32
// CHECK-NEXT:   %[[X1:.*]] = cortexm.load %window[2]
// CHECK-NEXT:   %[[M1:.*]] = arith.maxsi %[[M0]], %[[X1]] : i32
// CHECK-NEXT:   %[[X2:.*]] = cortexm.load %window[8]
// CHECK-NEXT:   %[[M2:.*]] = arith.maxsi %[[M1]], %[[X2]] : i32
// CHECK-NEXT:   %[[X3:.*]] = cortexm.load %window[10]
// CHECK-NEXT:   %[[M3:.*]] = arith.maxsi %[[M2]], %[[X3]] : i32
// CHECK-NEXT:   cortexm.store %[[M3]], %out[0]

// -----

// Depthwise convolution: weights in the order they are read, HWC; 10 - 3 (1 + 4) and so on as
// biases.

!x = tensor<2x2x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @depthwise(%x: !x) -> !x {
  %y = approx.depthwise_conv2d "dw" %x {
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 1>,
    dilations = array<i64: 1, 1>,
    weights = dense<[[[1, 2, 3], [4, 5, 6]]]> : tensor<1x2x3xi8>,
    bias = dense<[10, 20, 30]> : tensor<3xi32>,
    multipliers = dense<[1073741824, 536870912, 268435456]> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !x -> !x
  func.return %y : !x
}

// CHECK:      func.func private @depthwise_1_dw(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK:        %weights = cortexm.table "weights" dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi8>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[-5, -1, 3]> : tensor<3xi32>
// CHECK-NEXT:   %multipliers = cortexm.table "multipliers" dense<[1073741824, 536870912, 268435456]> : tensor<3xi32>
// CHECK:        %[[W:.*]] = cortexm.address %weights[%[[C:.*]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK:        %window = cortexm.address %x[%{{.*}}, %{{.*}}, %[[C]]] {strides = array<i64: 9, 3, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[B:.*]] = cortexm.load %{{.*}}[0] : !cortexm.ptr<i32> -> i32
// CHECK-NEXT:   %[[X0:.*]] = cortexm.load %window[0]
// CHECK-NEXT:   %[[W0:.*]] = cortexm.load %[[W]][0]
// CHECK-NEXT:   %[[P0:.*]] = arith.muli %[[X0]], %[[W0]] : i32
// CHECK-NEXT:   %[[A0:.*]] = arith.addi %[[B]], %[[P0]] : i32
// CHECK-NEXT:   %[[X1:.*]] = cortexm.load %window[3]
// CHECK-NEXT:   %[[W1:.*]] = cortexm.load %[[W]][3]
// CHECK-NEXT:   %[[P1:.*]] = arith.muli %[[X1]], %[[W1]] : i32
// CHECK-NEXT:   %[[A1:.*]] = arith.addi %[[A0]], %[[P1]] : i32
// CHECK-NEXT:   %[[M:.*]] = cortexm.load %{{.*}}[0] : !cortexm.ptr<i32> -> i32
// CHECK-NEXT:   %[[Y:.*]] = cortexm.requantize %[[A1]], %[[M]] {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>}
// CHECK-NEXT:   cortexm.store %[[Y]], %out[0]

// -----

// Average pooling over a large window, here of two channels, is two loops. The sum starts at what the zero points of 64
// values come to, 64 * -3; dividing by 64 is in the multiplier.

!x = tensor<8x8x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<1x1x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 5>>

func.func @global(%x: !x) -> !y {
  %y = approx.avg_pool2d "pool" %x {
    kernel_shape = array<i64: 8, 8>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    multipliers = dense<67108864> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @global_0_pool
// CHECK-DAG:    %[[M:.*]] = arith.constant 67108864 : i32
// CHECK-DAG:    %[[START:.*]] = arith.constant -192 : i32
// CHECK:        %[[SUM:.*]] = scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[OUTER:.*]] = %[[START]]) -> (i32) {
// CHECK-NEXT:     %[[ROW:.*]] = scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[INNER:.*]] = %[[OUTER]]) -> (i32) {
// CHECK-NEXT:       %tap = cortexm.address %window[%[[I]], %[[J]]] {strides = array<i64: 16, 2>, offset = 0 : i32}
// CHECK-NEXT:       %[[X:.*]] = cortexm.load %tap[0]
// CHECK-NEXT:       %[[NEXT:.*]] = arith.addi %[[INNER]], %[[X]] : i32
// CHECK-NEXT:       scf.yield %[[NEXT]] : i32
// CHECK-NEXT:     }
// CHECK-NEXT:     scf.yield %[[ROW]] : i32
// CHECK-NEXT:   }
// CHECK-NEXT:   cortexm.requantize %[[SUM]], %[[M]] {shift = 0 : i32, zero_point = 5 : i32, clamp = array<i64: -128, 127>}

// -----

// Where some windows reach into the padding and count only what lies inside, every output has a
// multiplier of its own.

!x = tensor<1x2x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @average(%x: !x) -> !x {
  %y = approx.avg_pool2d "pool" %x {
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 1>,
    multipliers = dense<[[1073741824, 2147483647]]> : tensor<1x2xi32>, shift = 1 : i32,
    clamp = array<i64: -128, 127>
  } : !x -> !x
  func.return %y : !x
}

// CHECK:      func.func private @average_1_pool
// CHECK:        %multipliers = cortexm.table "multipliers" dense<[1073741824, 2147483647]> : tensor<2xi32>
// CHECK:        %[[AT:.*]] = cortexm.address %multipliers[%{{.*}}] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[M:.*]] = cortexm.load %[[AT]][0]
// CHECK-NEXT:   cortexm.requantize %{{.*}}, %[[M]] {shift = 1 : i32

// -----

// An addition whose second operand is one value for all is computed one by one; that of equal shapes
// is in lower_to_cortexm_elementwise.mlir.

!a = tensor<1x2x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!b = tensor<1x1x1xi8, #approx.quant<scale = 2.0e+00, zero_point = 0>>

func.func @add(%a: !a, %b: !b) -> !a {
  %y = approx.add "add" %a, %b {
    lhs_multiplier = 64 : i32, rhs_multiplier = 128 : i32, constant = 32 : i32, shift = 6 : i32,
    clamp = array<i64: 0, 127>
  } : !a, !b -> !a
  func.return %y : !a
}

// CHECK:      func.func private @add_0_add(%x0: !cortexm.ptr<i8>, %x1: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK-DAG:    %[[SHIFT:.*]] = arith.constant 6 : i32
// CHECK-DAG:    %[[CONSTANT:.*]] = arith.constant 32 : i32
// CHECK-DAG:    %[[RHS:.*]] = arith.constant 128 : i32
// CHECK-DAG:    %[[LHS:.*]] = arith.constant 64 : i32
// CHECK:        %[[P:.*]] = arith.muli %{{.*}}, %[[LHS]] : i32
// CHECK:        %[[Q:.*]] = arith.muli %{{.*}}, %[[RHS]] : i32
// CHECK-NEXT:   %[[S:.*]] = arith.addi %[[P]], %[[Q]] : i32
// CHECK-NEXT:   %[[T:.*]] = arith.addi %[[S]], %[[CONSTANT]] : i32
// CHECK-NEXT:   %[[U:.*]] = arith.shrsi %[[T]], %[[SHIFT]] : i32
// CHECK-NEXT:   %[[V:.*]] = cortexm.clamp %[[U]] {bounds = array<i64: 0, 127>}
// CHECK-NEXT:   cortexm.store %[[V]], %out[0]

// -----

!a = tensor<1x2x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 7>>
!b = tensor<1x2x1xi8, #approx.quant<scale = 2.0e+00, zero_point = -1>>

func.func @requantize(%a: !a) -> !b {
  %y = approx.requantize "relu" %a {
    multipliers = dense<2147483647> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -1, 127>
  } : !a -> !b
  func.return %y : !b
}

// CHECK:      func.func private @requantize_0_relu
// CHECK-DAG:    %[[ZERO:.*]] = arith.constant -7 : i32
// CHECK-DAG:    %[[M:.*]] = arith.constant 2147483647 : i32
// CHECK:        %[[A:.*]] = arith.addi %{{.*}}, %[[ZERO]] : i32
// CHECK-NEXT:   cortexm.requantize %[[A]], %[[M]] {shift = 0 : i32, zero_point = -1 : i32, clamp = array<i64: -1, 127>}

// -----

!a = tensor<2x3x5xi8, #approx.quant<scale = 1.0e+00, zero_point = 7>>
!b = tensor<5x2x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 7>>

func.func @transpose(%a: !a) -> !b {
  %y = approx.transpose "order" %a {perm = array<i64: 2, 0, 1>} : !a -> !b
  func.return %y : !b
}

// CHECK:      func.func private @transpose_0_order
// CHECK:        %in = cortexm.address %x[%[[I:.*]], %[[J:.*]], %[[K:.*]]] {strides = array<i64: 1, 15, 5>, offset = 0 : i32}
// CHECK-NEXT:   %out = cortexm.address %y[%[[I]], %[[J]], %[[K]]] {strides = array<i64: 6, 3, 1>, offset = 0 : i32}

// -----

// A fully connected layer is a 1x1 convolution of one pixel: runs of int16, padded to an even
// length. A reshape has no code and no memory of its own, so its layer is not among those that run.

!a = tensor<3x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 2>>
!v = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 2>>
!b = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @dense(%a: !a) -> !b {
  %r = approx.requantize "relu" %a {
    multipliers = dense<2147483647> : tensor<1xi32>, shift = 1 : i32, clamp = array<i64: 2, 127>
  } : !a -> !a
  %v = approx.reshape "flatten" %r : !a -> !v
  %y = approx.fully_connected "fc" %v {
    weights = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>,
    bias = dense<[100, 200]> : tensor<2xi32>,
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !v -> !b
  func.return %y : !b
}

// CHECK:      func.func private @dense_1_fc(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %weights = cortexm.table "weights" dense<[1, 2, 4, 5, 3, 0, 6, 0]> : tensor<8xi16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[88, 170]> : tensor<2xi32>
// CHECK:        %acc = cortexm.tile %{{.*}}, %{{.*}} : i32, i32 -> vector<2x1xi32>
// CHECK-NEXT:   %[[A:.*]] = cortexm.dot %acc, %x[0], %weights[0] stride 4 length 4 runs 1 below 0
// CHECK-NEXT:   %[[R:.*]] = cortexm.requantize %[[A]], %{{.*}}, %{{.*}} {shift = 0 : i32
// CHECK-NEXT:   cortexm.store_tile %[[R]], %y[0] stride 2 {rows = 2 : i32}
// CHECK:      func.func @dense_run
// CHECK-NEXT:   cortexm.layer "relu"
// CHECK-NEXT:     %relu = cortexm.buffer
// CHECK-NEXT:     func.call @dense_0_relu
// CHECK:        cortexm.layer "fc"
// CHECK-NEXT:     %[[X:.*]] = cortexm.buffer
// CHECK-NEXT:     func.call @dense_1_fc(%[[X]]

// -----

// Softmax is a function of the runtime.

!s = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!p = tensor<3xi8, #approx.quant<scale = 3.906250e-03, zero_point = -128>>

func.func @softmax(%x: !s) -> !p {
  %y = approx.softmax "softmax" %x {
    table = dense<7> : tensor<256xi32>, multiplier = 16777216 : i32
  } : !s -> !p
  func.return %y : !p
}

// CHECK:      func.func private @softmax_0_softmax(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK-NEXT:   %exponentials = cortexm.table "exponentials"
// CHECK-NEXT:   cortexm.softmax %x, %y, %exponentials {count = 3 : i32, multiplier = 16777216 : i32, zero_point = -128 : i32}
