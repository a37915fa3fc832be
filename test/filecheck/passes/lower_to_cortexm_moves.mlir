// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm --split-input-file | filecheck %s

// What layers become that move values. A concat is one copy for each operand, to where it begins in
// the result: channel 2 for the second one.

!a = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!b = tensor<2x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<2x3x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @concat(%a: !a, %b: !b) -> !y {
  %y = approx.concat "join" %a, %b {axis = 2 : i32} : !a, !b -> !y
  func.return %y : !y
}

// CHECK:      func.func private @concat_0_join(%x0: !cortexm.ptr<i8>, %x1: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
// CHECK:        %in = cortexm.address %x0[%[[I:.*]], %[[J:.*]]] {strides = array<i64: 6, 2>, offset = 0 : i32}
// CHECK-NEXT:   %out = cortexm.address %y[%[[I]], %[[J]]] {strides = array<i64: 9, 3>, offset = 0 : i32}
// CHECK-NEXT:   %[[V0:.*]] = cortexm.load %in[0]
// CHECK-NEXT:   %[[V1:.*]] = cortexm.load %in[1]
// CHECK-NEXT:   cortexm.store %[[V0]], %out[0]
// CHECK-NEXT:   cortexm.store %[[V1]], %out[1]
// CHECK:        %[[IN:.*]] = cortexm.address %x1[%[[I:.*]], %[[J:.*]]] {strides = array<i64: 3, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[OUT:.*]] = cortexm.address %y[%[[I]], %[[J]]] {strides = array<i64: 9, 3>, offset = 2 : i32}
// CHECK-NEXT:   %[[V:.*]] = cortexm.load %[[IN]][0]
// CHECK-NEXT:   cortexm.store %[[V]], %[[OUT]][0]

// -----

// Padding: all rows are filled, and the input is copied into their midst, one row (12 bytes) and one
// pixel (2) from the start.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<4x6x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @pad(%x: !x) -> !y {
  %y = approx.pad "pad" %x {
    before = array<i64: 1, 1, 0>, after = array<i64: 1, 2, 0>, value = -7 : i32
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @pad_0_pad
// CHECK:        %line = cortexm.address %y[%{{.*}}] {strides = array<i64: 12>, offset = 0 : i32}
// CHECK-NEXT:   cortexm.fill %line[0] {value = -7 : i32, count = 12 : i32}
// CHECK:        %in = cortexm.address %x[%[[I:.*]]] {strides = array<i64: 6>, offset = 0 : i32}
// CHECK-NEXT:   %out = cortexm.address %y[%[[I]]] {strides = array<i64: 12>, offset = 14 : i32}
// CHECK-COUNT-6: cortexm.load %in[{{[0-5]}}]
// CHECK-COUNT-6: cortexm.store %{{.*}}, %out[{{[0-5]}}]

// -----

// Resizing reads where two tables say: rows 0, 0, 1 and 1 are 0 or 6 bytes from the start, columns 0
// and 2 are 0 or 4.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>
!y = tensor<4x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 3>>

func.func @resize(%x: !x) -> !y {
  %y = approx.resize_nearest2d "up" %x {
    rows = array<i64: 0, 0, 1, 1>, columns = array<i64: 0, 2>
  } : !x -> !y
  func.return %y : !y
}

// CHECK:      func.func private @resize_0_up
// CHECK:        %rows = cortexm.table "rows" dense<[0, 0, 6, 6]> : tensor<4xi32>
// CHECK-NEXT:   %columns = cortexm.table "columns" dense<[0, 4]> : tensor<2xi32>
// CHECK:        %[[RAT:.*]] = cortexm.address %rows[%[[I:.*]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[RV:.*]] = cortexm.load %[[RAT]][0]
// CHECK-NEXT:   %[[R:.*]] = arith.index_cast %[[RV]] : i32 to index
// CHECK-NEXT:   %[[CAT:.*]] = cortexm.address %columns[%[[J:.*]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[CV:.*]] = cortexm.load %[[CAT]][0]
// CHECK-NEXT:   %[[C:.*]] = arith.index_cast %[[CV]] : i32 to index
// CHECK-NEXT:   %pixel = cortexm.address %x[%[[R]], %[[C]]] {strides = array<i64: 1, 1>, offset = 0 : i32}
// CHECK:        %out = cortexm.address %y[%[[I]], %[[J]], %[[K:.*]]] {strides = array<i64: 4, 2, 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[AT:.*]] = cortexm.address %pixel[%[[K]]] {strides = array<i64: 1>, offset = 0 : i32}
// CHECK-NEXT:   %[[V:.*]] = cortexm.load %[[AT]][0]
// CHECK-NEXT:   cortexm.store %[[V]], %out[0]
