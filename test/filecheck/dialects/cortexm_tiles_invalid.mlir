// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of tiles refuse.

// There are kernels for one or two channels at one, two or four pixels.

func.func @tile_shape(%b: i32) {
  // CHECK: no kernel has a 3x4 tile
  %t = cortexm.tile %b, %b, %b : i32, i32, i32 -> vector<3x4xi32>
  func.return
}

// -----

func.func @start_values(%b: i32) {
  // CHECK: needs one start value for every row
  %t = cortexm.tile %b : i32 -> vector<2x4xi32>
  func.return
}

// -----

// A tile is changed in place.

func.func @tile_type(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: a tile keeps its shape
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x2xi32>
  func.return
}

// -----

func.func @two_users(%b: i32, %x: !cortexm.ptr<i16>) {
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  // CHECK: a tile is updated in place: it can have one user only
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  %v = cortexm.mac %t, %x[2] stride 2 rows [0] weights [3, 4] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

// The rows of a multiply-accumulate ascend, exist, and have a pair of int16 weights each.

func.func @row_exists(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: rows must ascend and exist in the tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [1] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @row_below(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: rows must ascend and exist in the tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [-1] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @rows_ascend(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: rows must ascend and exist in the tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [1, 0] weights [1, 2, 3, 4] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  func.return
}

// -----

func.func @pairs(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: needs one pair of weights for every row
  %u = cortexm.mac %t, %x[0] stride 2 rows [0, 1] weights [1, 2, 3] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  func.return
}

// -----

func.func @weight_range(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: weights must be within int16
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [32768, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

// Inputs are read in pairs.

func.func @odd_run(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: the length of a run is even and positive
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 3 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @no_run(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: there is at least one run, and runs do not overlap
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 2 runs 0 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @overlapping_runs(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: there is at least one run, and runs do not overlap
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 8 runs 2 below 6 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @far_pixels(%t: vector<4x2xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: pixels of a tile are 0 to 2000 elements apart
  %u = cortexm.dot %t, %x[0], %w[0] stride 2001 length 8 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>
  func.return
}

// -----

// A half word of two int8 is a sum; an int16 weight is one already.

func.func @wide_sums(%t: vector<4x2xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i16>) {
  // CHECK: sums need weights of i8
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 8 runs 1 below 0 {sums} : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i16> -> vector<4x2xi32>
  func.return
}

// -----

// Tiles are those of weights in the code, or those of weights from memory.

func.func @dot_tile(%t: vector<2x4xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: no kernel has a 2x4 tile
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 8 runs 1 below 0 : vector<2x4xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x4xi32>
  func.return
}

// -----

func.func @mac_tile(%t: vector<4x2xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: no kernel has a 4x2 tile
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<4x2xi32>, !cortexm.ptr<i16> -> vector<4x2xi32>
  func.return
}

// -----

func.func @split_tile(%t: vector<1x4xi32>) {
  // CHECK: no kernel has a 1x4 tile
  %u = cortexm.split %t : vector<1x4xi32> -> vector<1x4xi32>
  func.return
}

// -----

func.func @stored_rows(%t: vector<4x2xi32>, %y: !cortexm.ptr<i8>) {
  // CHECK: there are no 5 rows in the tile
  cortexm.store_tile %t, %y[0] stride 4 {rows = 5 : i32} : vector<4x2xi32>, !cortexm.ptr<i8>
  func.return
}

// -----

func.func @empty_run(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: the length of a run is even and positive
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 0 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @negative_run(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>) {
  // CHECK: the length of a run is even and positive
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length -2 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @multipliers(%t: vector<2x4xi32>, %m: i32) {
  // CHECK: needs one multiplier for every row
  %q = cortexm.requantize %t, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32 -> vector<2x4xi32>
  func.return
}

// -----

// A tile is a matrix.

func.func @rank(%b: i32) {
  // CHECK: a tile is channels x pixels of i32, not vector<4xi32>
  %t = cortexm.tile %b : i32 -> vector<4xi32>
  func.return
}

// -----

func.func @element(%b: i32) {
  // CHECK: a tile is channels x pixels of i32, not vector<1x4xi16>
  %t = cortexm.tile %b : i32 -> vector<1x4xi16>
  func.return
}

// -----

func.func @update_rank(%t: vector<4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: a tile is channels x pixels of i32, not vector<4xi32>
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<4xi32>, !cortexm.ptr<i16> -> vector<4xi32>
  func.return
}

// -----

func.func @store_rank(%t: vector<4xi32>, %y: !cortexm.ptr<i8>) {
  // CHECK: a tile is channels x pixels of i32, not vector<4xi32>
  cortexm.store_tile %t, %y[0] stride 2 : vector<4xi32>, !cortexm.ptr<i8>
  func.return
}

// -----

func.func @store_shape(%t: vector<3x4xi32>, %y: !cortexm.ptr<i8>) {
  // CHECK: no kernel has a 3x4 tile
  cortexm.store_tile %t, %y[0] stride 2 : vector<3x4xi32>, !cortexm.ptr<i8>
  func.return
}

// -----

func.func @store_type(%t: vector<1x4xi32>, %y: !cortexm.ptr<i32>) {
  // CHECK: a tile is stored as i8 or i16, not to !cortexm.ptr<i32>
  cortexm.store_tile %t, %y[0] stride 2 : vector<1x4xi32>, !cortexm.ptr<i32>
  func.return
}

// -----

// The offset of an LDR is 0 to 4095 bytes: that of the last of four pixels is 2 * (514 + 3 * 512).

func.func @reach(%b: i32, %x: !cortexm.ptr<i16>) {
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  // CHECK: loads reach bytes 0 to 4095 from their base, not 1028 to 4100
  %u = cortexm.mac %t, %x[514] stride 512 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @reach_of_the_first(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: loads reach bytes 0 to 4095 from their base, not 4096 to 496
  %u = cortexm.mac %t, %x[2048] stride -600 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @below_the_base(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: loads reach bytes 0 to 4095 from their base, not -2 to 10
  %u = cortexm.mac %t, %x[-1] stride 2 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

func.func @back_below_the_base(%t: vector<1x4xi32>, %x: !cortexm.ptr<i16>) {
  // CHECK: loads reach bytes 0 to 4095 from their base, not 4 to -2
  %u = cortexm.mac %t, %x[2] stride -1 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i16> -> vector<1x4xi32>
  func.return
}

// -----

// Inputs are int16 in pairs; weights that are streamed are int8, or int16.

func.func @mac_input(%t: vector<1x4xi32>, %x: !cortexm.ptr<i8>) {
  // CHECK: Expected attribute !cortexm.ptr<i16> but got !cortexm.ptr<i8>
  %u = cortexm.mac %t, %x[0] stride 2 rows [0] weights [1, 2] : vector<1x4xi32>, !cortexm.ptr<i8> -> vector<1x4xi32>
  func.return
}

// -----

func.func @dot_input(%t: vector<2x1xi32>, %x: !cortexm.ptr<i8>, %w: !cortexm.ptr<i8>) {
  // CHECK: Expected attribute !cortexm.ptr<i16> but got !cortexm.ptr<i8>
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 2 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i8>, !cortexm.ptr<i8> -> vector<2x1xi32>
  func.return
}

// -----

func.func @dot_weights(%t: vector<2x1xi32>, %x: !cortexm.ptr<i16>, %w: !cortexm.ptr<i32>) {
  // CHECK: Expected one of {{.*}}, but got !cortexm.ptr<i32>
  %u = cortexm.dot %t, %x[0], %w[0] stride 2 length 2 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i32> -> vector<2x1xi32>
  func.return
}
