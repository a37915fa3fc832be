// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// The channels of a depthwise 3x3 convolution in one statement. The inputs of each are a padded plane
// of int16; its bias, multiplier and weights lie side by side in w.

// CHECK-LABEL: func.func @channel
func.func @channel(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i16>, %z: !cortexm.ptr<i8>) {

  // 25 x 5 outputs, 64 channels to a pixel: an even row of 8 inputs, although 7 would do.

  // CHECK: cortexm.depthwise_planes %x, %w, %y {stride = 1 : i32, planes = 64 : i32, x_plane = 224 : i32, y_plane = 1 : i32, height = 25 : i32, width = 5 : i32, row = 8 : i32, y_row = 320 : i32, y_pixel = 64 : i32, zero_point = -128 : i32, clamp = array<i64: -128, 127>} : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i16>
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 64 : i32, x_plane = 224 : i32, y_plane = 1 : i32,
    height = 25 : i32, width = 5 : i32, row = 8 : i32,
    y_row = 320 : i32, y_pixel = 64 : i32, zero_point = -128 : i32, clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i16>

  // Every second window, to int8.

  // CHECK-NEXT: cortexm.depthwise_planes %x, %w, %z {stride = 2 : i32, planes = 1 : i32, x_plane = 0 : i32, y_plane = 0 : i32, height = 3 : i32, width = 3 : i32
  cortexm.depthwise_planes %x, %w, %z {
    stride = 2 : i32, planes = 1 : i32, x_plane = 0 : i32, y_plane = 0 : i32, height = 3 : i32, width = 3 : i32, row = 10 : i32,
    y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 4 : i32, clamp = array<i64: 4, 100>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>

  // A tile whose two channels go to planes of their own.

  // CHECK: cortexm.store_tile %{{.*}}, %y[7] stride 1 plane 40 : vector<2x4xi32>, !cortexm.ptr<i16>
  %b = arith.constant 0 : i32
  %t = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>
  cortexm.store_tile %t, %y[7] stride 1 plane 40 : vector<2x4xi32>, !cortexm.ptr<i16>
  return
}
