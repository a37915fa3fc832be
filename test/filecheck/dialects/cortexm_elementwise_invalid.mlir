// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of addition and pooling refuse.

// CHECK: does not verify: cannot add 0 values
func.func @no_values(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.add %x, %x, %y {
    count = 0 : i32, constant = 0 : i32, shift = 3 : i32, multipliers = array<i64: 1, 2>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: values are i8 or i16, not !cortexm.ptr<i32>
func.func @wide_sums(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i32>) {
  cortexm.add %x, %x, %y {
    count = 5 : i32, constant = 0 : i32, shift = 3 : i32, multipliers = array<i64: 1, 2>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: an addition has two multipliers
func.func @three(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.add %x, %x, %y {
    count = 5 : i32, constant = 0 : i32, shift = 3 : i32, multipliers = array<i64: 1, 2, 3>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there is no shift by 0
func.func @no_shift(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.add %x, %x, %y {
    count = 5 : i32, constant = 0 : i32, shift = 0 : i32, multipliers = array<i64: 1, 2>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there is no shift by 32
func.func @far_shift(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.add %x, %x, %y {
    count = 5 : i32, constant = 0 : i32, shift = 32 : i32, multipliers = array<i64: 1, 2>,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: clamp
func.func @clamp(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.add %x, %x, %y {
    count = 5 : i32, constant = 0 : i32, shift = 3 : i32, multipliers = array<i64: 1, 2>,
    clamp = array<i64: 3, 2>
  } : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: no kernel has a 4x4 window
func.func @window(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 4 : i32, channels = 8 : i32, row = 64 : i32, pixel = 8 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// Channels come four at a time.

// CHECK: does not verify: channels, pixels and rows are whole words
func.func @odd_channels(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 6 : i32, row = 64 : i32, pixel = 8 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: channels, pixels and rows are whole words
func.func @no_channels(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 0 : i32, row = 64 : i32, pixel = 8 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: channels, pixels and rows are whole words
func.func @odd_pixel(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 8 : i32, row = 64 : i32, pixel = 10 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: channels, pixels and rows are whole words
func.func @odd_row(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 8 : i32, row = 66 : i32, pixel = 8 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: pixels of 4 values are too short or too long
func.func @short_pixel(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 8 : i32, row = 64 : i32, pixel = 4 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: pixels of 4096 values are too short or too long
func.func @long_pixel(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 8 : i32, row = 8192 : i32, pixel = 4096 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: values are i8 or i16, not !cortexm.ptr<i32>
func.func @wide_pool(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i32>) {
  cortexm.max_pool %x, %y {window = 2 : i32, channels = 8 : i32, row = 64 : i32, pixel = 8 : i32}
    : !cortexm.ptr<i8>, !cortexm.ptr<i32>
  return
}
