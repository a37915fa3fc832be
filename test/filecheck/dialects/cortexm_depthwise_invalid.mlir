// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifier of a depthwise convolution on a plane refuses.

// CHECK: does not verify: there is no kernel of stride 3
func.func @stride(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 3 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 12 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there are 0 channels
func.func @planes(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 0 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there are no 0 x 3 outputs
func.func @height(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 0 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there are no 3 x 0 outputs
func.func @width(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 0 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// Pairs of inputs are words.

// CHECK: does not verify: rows of 7 inputs are odd, too short or too long
func.func @odd_row(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 7 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// Three outputs are computed as four, of six inputs.

// CHECK: does not verify: rows of 4 inputs are odd, too short or too long
func.func @short_row(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 4 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: rows of 6 inputs are odd, too short or too long
func.func @short_row_of_stride_2(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 2 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// The last row of a tile is beyond what the offset of a load can hold.

// CHECK: does not verify: rows of 682 inputs are odd, too short or too long
func.func @long_row(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 682 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: planes of inputs do not begin with a whole word
func.func @odd_plane(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 99 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: outputs are stored as i8 or i16, not to !cortexm.ptr<i32>
func.func @outputs(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i32>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>
  return
}

// -----

// CHECK: does not verify: outputs of a row are too far apart, or rows too close
func.func @no_pixel(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 0 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: outputs of a row are too far apart, or rows too close
func.func @far_pixel(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 9000 : i32, y_pixel = 2048 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: outputs of a row are too far apart, or rows too close
func.func @close_rows(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 4 : i32, zero_point = 0 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: zero point must be within int8
func.func @zero_point(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 128 : i32,
    clamp = array<i64: -128, 127>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: clamp
func.func @clamp(%x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.depthwise_planes %x, %w, %y {
    stride = 1 : i32, planes = 2 : i32, x_plane = 100 : i32, y_plane = 9 : i32,
    height = 3 : i32, width = 3 : i32,
    row = 6 : i32, y_row = 3 : i32, y_pixel = 1 : i32, zero_point = 0 : i32,
    clamp = array<i64: 5, 4>
  } : !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}
