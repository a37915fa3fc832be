// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Several values in one statement.

// CHECK-LABEL: func.func @values
func.func @values(%x: !cortexm.ptr<i8>, %w: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {

  // An addition on scales of its own: (x * 500 - w * 300 + 7) >> 20, in whatever width each has.

  // CHECK: cortexm.add %x, %w, %y {count = 50 : i32, constant = 7 : i32, shift = 20 : i32, multipliers = array<i64: 500, -300>, clamp = array<i64: -128, 127>} : !cortexm.ptr<i8>, !cortexm.ptr<i16>, !cortexm.ptr<i8>
  cortexm.add %x, %w, %y {
    count = 50 : i32, constant = 7 : i32, shift = 20 : i32, multipliers = array<i64: 500, -300>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i16>, !cortexm.ptr<i8>

  // The largest of 2x2 pixels, 32 channels of each, to int16.

  // CHECK: cortexm.max_pool %x, %w {window = 2 : i32, channels = 32 : i32, row = 1088 : i32, pixel = 32 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  cortexm.max_pool %x, %w {
    window = 2 : i32, channels = 32 : i32, row = 1088 : i32, pixel = 32 : i32
  } : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  return
}
