// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm --split-input-file | filecheck %s

// What layers become that treat every value alike, and those over the last dimension. A function is a
// table in flash; the value -128 is entry 0. Dimensions of one element have no loop.

!x = tensor<1x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<1x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -5>>

func.func @lookup(%x: !x) -> !y {
  %y = approx.lookup "f" %x {table = dense<7> : tensor<256xi8>} : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @lookup_0_f(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK:        %table = cortexm.table "table" dense<7> : tensor<256xi8> -> !cortexm.ptr<i8>
// CHECK:        %out = cortexm.address %y[%[[J:.*]], %[[C:.*]]] {strides = array<i64: 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[AT:.*]] = cortexm.address %x[%[[J]], %[[C]]] {strides = array<i64: 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[X:.*]] = cortexm.load %[[AT]][0]
// CHECK-NEXT:   %[[I:.*]] = arith.index_cast %[[X]] : i32 to index
// CHECK-NEXT:   %entry = cortexm.address %table[%[[I]]] {strides = array<i64: 1>, offset = 128 : i32}
// CHECK-NEXT:   %[[Y:.*]] = cortexm.load %entry[0]
// CHECK-NEXT:   cortexm.store %[[Y]], %out[0]

// -----

// A table for each channel: channels are 256 entries apart.

!x = tensor<1x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @tables(%x: !x) -> !x {
  %y = approx.lookup "f" %x {table = dense<7> : tensor<2x256xi8>} : !x -> !x
  func.return %y : !x
}

// CHECK:      func.func private @tables_0_f
// CHECK:        %table = cortexm.table "table" dense<7> : tensor<512xi8>
// CHECK:        %out = cortexm.address %y[%{{.*}}, %[[C:.*]]] {strides = array<i64: 2, 1>, offset = 0 : i32}
// CHECK:        %[[I:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK-NEXT:   %entry = cortexm.address %table[%[[C]], %[[I]]] {strides = array<i64: 256, 1>, offset = 128 : i32}

// -----

// Both factors less their zero points; that of a channel is read at the channel's place for every pixel.

!x = tensor<2x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!c = tensor<1x1x4xi8, #approx.quant<scale = 3.90625e-03, zero_point = -128>>

func.func @mul(%x: !x, %c: !c) -> !x {
  %y = approx.mul "scale" %x, %c {
    multipliers = dense<16777216> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    rounding = "even"
  } : !x, !c -> !x
  func.return %y : !x
}

// CHECK:      func.func private @mul_0_scale(%x0: !cortexm.ptr<i8>, %x1: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK-DAG:    %[[ZC:.*]] = arith.constant 128 : i32
// CHECK-DAG:    %[[ZX:.*]] = arith.constant -3 : i32
// CHECK-DAG:    %[[M:.*]] = arith.constant 16777216 : i32
// CHECK:        %out = cortexm.address %y[%[[I:.*]], %[[J:.*]], %[[K:.*]]] {strides = array<i64: 12, 4, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[AT:.*]] = cortexm.address %x0[%[[I]], %[[J]], %[[K]]] {strides = array<i64: 12, 4, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[X:.*]] = cortexm.load %[[AT]][0]
// CHECK-NEXT:   %[[P:.*]] = arith.addi %[[X]], %[[ZX]] : i32
// CHECK-NEXT:   %[[CAT:.*]] = cortexm.address %x1[%[[K]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[C:.*]] = cortexm.load %[[CAT]][0]
// CHECK-NEXT:   %[[Q:.*]] = arith.addi %[[C]], %[[ZC]] : i32
// CHECK-NEXT:   %[[ACC:.*]] = arith.muli %[[P]], %[[Q]] : i32
// CHECK-NEXT:   cortexm.requantize %[[ACC]], %[[M]] {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>, rounding = "even"}

// -----

// A sum broadcasts the same way: one value a row here.

!x = tensor<2x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!r = tensor<2x1x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @rows(%r: !r, %x: !x) -> !x {
  %y = approx.add "add" %r, %x {
    lhs_multiplier = 64 : i32, rhs_multiplier = 128 : i32, constant = 32 : i32, shift = 6 : i32,
    clamp = array<i64: -128, 127>
  } : !r, !x -> !x
  func.return %y : !x
}

// CHECK:      func.func private @rows_0_add
// CHECK:        %out = cortexm.address %y[%[[I:.*]], %[[J:.*]], %[[K:.*]]] {strides = array<i64: 12, 4, 1>, offset = 0 : i32}
// CHECK-NEXT:   %{{.*}} = cortexm.address %x0[%[[I]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK:        %{{.*}} = cortexm.address %x1[%[[I]], %[[J]], %[[K]]] {strides = array<i64: 12, 4, 1>, offset = 0 : i32}

// -----

// Argmax is the maximum of 256 x - k over places k, so that of equal values the first wins: what is
// missing to a multiple of 256 is its place.

!x = tensor<2x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<2x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>

func.func @argmax(%x: !x) -> !y {
  %y = approx.argmax "top" %x : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @argmax_0_top
// CHECK-DAG:    %[[LOWEST:.*]] = arith.constant -2147483648 : i32
// CHECK-DAG:    %[[STEP:.*]] = arith.constant 256 : i32
// CHECK-DAG:    %[[MASK:.*]] = arith.constant 255 : i32
// CHECK-DAG:    %[[FIRST:.*]] = arith.constant -128 : i32
// CHECK-DAG:    %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK:        %pixel = cortexm.address %x[%[[I:.*]], %[[J:.*]]] {strides = array<i64: 12, 4>, offset = 0 : i32}
// CHECK-NEXT:   %[[LARGEST:.*]] = scf.for %[[K:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[BEST:.*]] = %[[LOWEST]]) -> (i32) {
// CHECK-NEXT:     %[[AT:.*]] = cortexm.address %pixel[%[[K]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:     %[[X:.*]] = cortexm.load %[[AT]][0]
// CHECK-NEXT:     %[[T:.*]] = arith.muli %[[X]], %[[STEP]] : i32
// CHECK-NEXT:     %[[PLACE:.*]] = arith.index_cast %[[K]] : index to i32
// CHECK-NEXT:     %[[KEY:.*]] = arith.subi %[[T]], %[[PLACE]] : i32
// CHECK-NEXT:     %[[NEXT:.*]] = arith.maxsi %[[BEST]], %[[KEY]] : i32
// CHECK-NEXT:     scf.yield %[[NEXT]] : i32
// CHECK-NEXT:   }
// CHECK-NEXT:   %[[N:.*]] = arith.subi %[[ZERO]], %[[LARGEST]] : i32
// CHECK-NEXT:   %[[R:.*]] = arith.andi %[[N]], %[[MASK]] : i32
// CHECK-NEXT:   %out = cortexm.address %y[%[[I]], %[[J]]] {strides = array<i64: 3, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[Y:.*]] = arith.addi %[[R]], %[[FIRST]] : i32
// CHECK-NEXT:   cortexm.store %[[Y]], %out[0]

// -----

// Softmax of each pixel: one call of the runtime in two loops.

!x = tensor<2x3x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<2x3x4xi8, #approx.quant<scale = 3.906250e-03, zero_point = -128>>

func.func @softmax(%x: !x) -> !y {
  %y = approx.softmax "odds" %x {
    table = dense<7> : tensor<256xi32>, multiplier = 16777216 : i32
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @softmax_0_odds
// CHECK:        %[[X:.*]] = cortexm.address %x[%[[I:.*]], %[[J:.*]]] {strides = array<i64: 12, 4>, offset = 0 : i32}
// CHECK-NEXT:   %[[Y:.*]] = cortexm.address %y[%[[I]], %[[J]]] {strides = array<i64: 12, 4>, offset = 0 : i32}
// CHECK-NEXT:   cortexm.softmax %[[X]], %[[Y]], %exponentials {count = 4 : i32, multiplier = 16777216 : i32, zero_point = -128 : i32}
