// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifier of streamed dot products of a plane refuses.

// There are outputs.

// CHECK: does not verify: 0 lines of 4 are no outputs
func.func @lines(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 0 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: 2 lines of 0 are no outputs
func.func @count(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 0 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// Inputs are read in pairs.

// CHECK: does not verify: the length of a run is even and positive
func.func @odd_run(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 7 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there is at least one run, and runs do not overlap
func.func @no_runs(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 0 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: there is at least one run, and runs do not overlap
func.func @close_runs(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 2 : i32, below = 6 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// Pairs of inputs are words.

// CHECK: does not verify: windows and runs are an even number of elements apart
func.func @odd_line(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 33 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: windows and runs are an even number of elements apart
func.func @odd_pixel(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 7 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: windows and runs are an even number of elements apart
func.func @odd_below(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 2 : i32, below = 9 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// A load reaches the second pixel of a tile.

// CHECK: does not verify: windows of a line are 1 to 2000 elements apart
func.func @far_windows(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 2002 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: windows of a line are 1 to 2000 elements apart
func.func @back(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = -2 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// So does a store.

// CHECK: does not verify: outputs of a line are too far apart or not apart
func.func @far_outputs(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 4096 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: outputs of a line are too far apart or not apart
func.func @no_step(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 0 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: lines and channels of outputs follow each other
func.func @no_channel(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 0 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: lines and channels of outputs follow each other
func.func @lines_back(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = -1 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: zero point must be within int8
func.func @zero_point(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 128 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}

// -----

// CHECK: does not verify: outputs are stored as i8 or i16, not to !cortexm.ptr<i32>
func.func @outputs(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i32>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32
  } : !cortexm.ptr<i16>, !cortexm.ptr<i8>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i32>
  return
}

// -----

// Sums are of bytes.

// CHECK: does not verify: sums need weights of i8
func.func @sums(
    %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i16>, %b: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>) {
  cortexm.dense_plane %x, %w, %b, %b, %y {
    lines = 2 : i32, count = 4 : i32, x_line = 32 : i32, x_pixel = 8 : i32, length = 8 : i32,
    runs = 1 : i32, below = 0 : i32, zero_point = 0 : i32, y_line = 64 : i32,
    y_pixel = 8 : i32, y_channel = 1 : i32, sums
  } : !cortexm.ptr<i16>, !cortexm.ptr<i16>, !cortexm.ptr<i32>, !cortexm.ptr<i32>, !cortexm.ptr<i8>
  return
}
