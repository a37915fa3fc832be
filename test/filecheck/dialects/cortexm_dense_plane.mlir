// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Four channels of a plane in one statement: windows of int16, weights streamed from memory.

// CHECK-LABEL: func.func @plane
func.func @plane(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %v: !cortexm.ptr<i16>, %b: !cortexm.ptr<i32>,
    %m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>, %z: !cortexm.ptr<i16>) {

  // 1x1 on 25 x 5 pixels of 64 channels, dense: one line of 125 outputs.

  // CHECK: cortexm.dense_plane %x, %w, %b, %m, %y {lines = 1 : i32, count = 125 : i32, x_line = 0 : i32, x_pixel = 64 : i32, length = 64 : i32, runs = 1 : i32, below = 0 : i32, zero_point = -128 : i32, y_line = 0 : i32, y_pixel = 64 : i32, y_channel = 1 : i32, sums} : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  cortexm.dense_plane %x, %w, %b, %m, %y {
    lines = 1 : i32, count = 125 : i32, x_line = 0 : i32, x_pixel = 64 : i32,
    length = 64 : i32, runs = 1 : i32, below = 0 : i32, zero_point = -128 : i32,
    y_line = 0 : i32, y_pixel = 64 : i32, y_channel = 1 : i32, sums
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>

  // 3x3 over 4 channels, weights of int16, to planes of 10 x 10 int16: three runs of a window.

  // CHECK-NEXT: cortexm.dense_plane %x, %v, %b, %m, %z {lines = 8 : i32, count = 8 : i32
  cortexm.dense_plane %x, %v, %b, %m, %z {
    lines = 8 : i32, count = 8 : i32, x_line = 40 : i32, x_pixel = 4 : i32,
    length = 12 : i32, runs = 3 : i32, below = 40 : i32, zero_point = 4 : i32,
    y_line = 10 : i32, y_pixel = 1 : i32, y_channel = 100 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  return
}
