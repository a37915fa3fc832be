// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Winograd's F(4x4, 3x3) in three statements: inputs tile by tile, products, and outputs of a group.

// CHECK-LABEL: func.func @group
func.func @group(
    %x: !cortexm.ptr<i16>, %v: !cortexm.ptr<i16>, %u: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>,
    %b: !cortexm.ptr<i32>, %f: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>, %z: !cortexm.ptr<i8>) {

  // Five pairs of channels, a pixel is ten numbers, a row 34 pixels.

  // CHECK: cortexm.winograd4_input %x, %v {row = 340 : i32, pixel = 10 : i32, pairs = 5 : i32} : !cortexm.ptr<i16>, !cortexm.ptr<i16>
  cortexm.winograd4_input %x, %v {row = 340 : i32, pixel = 10 : i32, pairs = 5 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>

  // CHECK-NEXT: cortexm.winograd4_product %v, %u, %m {pairs = 5 : i32} : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>
  cortexm.winograd4_product %v, %u, %m {pairs = 5 : i32}
    : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>

  // Four tiles go wherever they belong, as int16 or int8; where they overlap, twice.

  // CHECK-NEXT: cortexm.winograd4_output %m, %b, %f, %y, %y, %y, %y {channels = 2 : i32, shift = 0 : i32, zero_point = -3 : i32
  // CHECK-SAME:   clamp = array<i64: -3, 127>
  // CHECK-NEXT: cortexm.winograd4_output %m, %b, %f, %z, %z, %z, %z {channels = 1 : i32
  cortexm.winograd4_output %m, %b, %f, %y, %y, %y, %y {
    channels = 2 : i32, shift = 0 : i32, zero_point = -3 : i32, clamp = array<i64: -3, 127>,
    row = 340 : i32, pixel = 10 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>,
      !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i16>
  cortexm.winograd4_output %m, %b, %f, %z, %z, %z, %z {
    channels = 1 : i32, shift = 0 : i32, zero_point = -3 : i32, clamp = array<i64: -3, 127>,
    row = 5 : i32, pixel = 1 : i32
  } : !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>,
      !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}
