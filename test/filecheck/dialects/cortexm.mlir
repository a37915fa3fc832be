// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Every op of the cortexm dialect: one op is one statement of C. The C itself is in
// ../targets/c_statements.mlir.

// What the header says of the network: tensors, and the bytes of workspace.

// CHECK:      cortexm.model @net {
// CHECK-SAME:   inputs = [{name = "input", shape = array<i64: 4, 4, 2>, scale = 5.000000e-01 : f32, zero_point = -1 : i32}]
// CHECK-SAME:   workspace_bytes = 64 : i32}
cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 4, 4, 2>, scale = 0.5 : f32, zero_point = -1 : i32}],
  outputs = [{name = "output", shape = array<i64: 10>, scale = 0.25 : f32, zero_point = 3 : i32}],
  workspace_bytes = 64 : i32
}

// A second workspace may lie in fast memory.

// CHECK:      cortexm.model @fast {
// CHECK-SAME:   workspace_bytes = 64 : i32, fast_workspace_bytes = 32 : i32}
cortexm.model @fast {
  inputs = [], outputs = [], workspace_bytes = 64 : i32, fast_workspace_bytes = 32 : i32
}

// For the report: what lies in the workspace from which layer to which.

// CHECK:      cortexm.model @mapped {
// CHECK-SAME:   memory = [{layer = "conv", kind = "result", workspace = "workspace", offset = 0 : i32, size = 64 : i32, first = 0 : i32, last = 1 : i32}]}
cortexm.model @mapped {
  inputs = [], outputs = [], workspace_bytes = 64 : i32,
  memory = [{layer = "conv", kind = "result", workspace = "workspace", offset = 0 : i32, size = 64 : i32, first = 0 : i32, last = 1 : i32}]
}

// CHECK-LABEL: func.func @memory
func.func @memory(%workspace: !cortexm.ptr<i8>, %i: index, %j: index) {
  // Constants in flash.
  // CHECK: %w = cortexm.table "weights" dense<[1, -2]> : tensor<2xi8> -> !cortexm.ptr<i8>
  %w = cortexm.table "weights" dense<[1, -2]> : tensor<2xi8> -> !cortexm.ptr<i8>

  // Bytes of the workspace seen as elements; the offset counts bytes.
  // CHECK: %x = cortexm.buffer %workspace[16] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  %x = cortexm.buffer %workspace[16] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>

  // Offsets and strides count elements.
  // CHECK: %p = cortexm.address %x[%i, %j] {strides = array<i64: 64, 2>, offset = 6 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  %p = cortexm.address %x[%i, %j] {strides = array<i64: 64, 2>, offset = 6 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>

  // CHECK: %v = cortexm.load %w[1] : !cortexm.ptr<i8> -> i32
  // CHECK: cortexm.store %v, %p[3] : i32, !cortexm.ptr<i16>
  %v = cortexm.load %w[1] : !cortexm.ptr<i8> -> i32
  cortexm.store %v, %p[3] : i32, !cortexm.ptr<i16>

  // CHECK: cortexm.fill %x[0] {value = -128 : i32, count = 24 : i32} : !cortexm.ptr<i16>
  cortexm.fill %x[0] {value = -128 : i32, count = 24 : i32} : !cortexm.ptr<i16>
  func.return
}

// Two output channels at four pixels: a tile starts at the biases, takes up one pair of inputs an
// op, is requantized and stored. Each op changes the tile of the one before.

// CHECK-LABEL: func.func @tile
func.func @tile(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %b: i32, %m: i32) {
  // CHECK: %acc = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>
  %acc = cortexm.tile %b, %b : i32, i32 -> vector<2x4xi32>

  // CHECK-NEXT: cortexm.mac %acc, %x[6] stride 32 rows [0, 1] weights [5, -3, 7, 0] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  %both = cortexm.mac %acc, %x[6] stride 32 rows [0, 1] weights [5, -3, 7, 0] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>

  // The row that is not listed has skipped the pair.
  // CHECK-NEXT: cortexm.mac %both, %x[8] stride 32 rows [1] weights [2, 4] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
  %one = cortexm.mac %both, %x[8] stride 32 rows [1] weights [2, 4] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>

  // CHECK-NEXT: cortexm.requantize %one, %m, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32, i32 -> vector<2x4xi32>
  %q = cortexm.requantize %one, %m, %m {shift = 0 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32, i32 -> vector<2x4xi32>

  // CHECK-NEXT: cortexm.store_tile %q, %y[0] stride 16 : vector<2x4xi32>, !cortexm.ptr<i16>
  cortexm.store_tile %q, %y[0] stride 16 : vector<2x4xi32>, !cortexm.ptr<i16>
  func.return
}

// Four output channels at two pixels against weights streamed from memory: here three rows of a
// window, 48 inputs each, 544 elements below each other. Weights of int8 are two rows in a word; as
// sums, one multiplication serves both rows, and the odd rows are taken apart at the end. Weights
// from -255 to 255 are int16. Of a tile that is filled up, only the first rows are stored.

// CHECK-LABEL: func.func @streamed
func.func @streamed(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>, %w: !cortexm.ptr<i8>, %v: !cortexm.ptr<i16>, %b: i32) {
  // CHECK: %acc = cortexm.tile %b, %b, %b, %b : i32, i32, i32, i32 -> vector<4x2xi32>
  %acc = cortexm.tile %b, %b, %b, %b : i32, i32, i32, i32 -> vector<4x2xi32>

  // CHECK-NEXT: %sums = cortexm.dot %acc, %x[0], %w[96] stride 32 length 48 runs 3 below 544 {sums} : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>
  %sums = cortexm.dot %acc, %x[0], %w[96] stride 32 length 48 runs 3 below 544 {sums} : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>

  // CHECK-NEXT: %apart = cortexm.split %sums : vector<4x2xi32> -> vector<4x2xi32>
  %apart = cortexm.split %sums : vector<4x2xi32> -> vector<4x2xi32>

  // CHECK-NEXT: %bytes = cortexm.dot %apart, %x[0], %w[0] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>
  %bytes = cortexm.dot %apart, %x[0], %w[0] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<4x2xi32>

  // CHECK-NEXT: %words = cortexm.dot %bytes, %x[0], %v[96] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i16> -> vector<4x2xi32>
  %words = cortexm.dot %bytes, %x[0], %v[96] stride 32 length 48 runs 1 below 0 : vector<4x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i16> -> vector<4x2xi32>

  // CHECK-NEXT: cortexm.store_tile %words, %y[0] stride 16 {rows = 3 : i32} : vector<4x2xi32>, !cortexm.ptr<i16>
  cortexm.store_tile %words, %y[0] stride 16 {rows = 3 : i32} : vector<4x2xi32>, !cortexm.ptr<i16>
  func.return
}

// Narrow planes and single channels have smaller tiles.

// CHECK-LABEL: func.func @small_tiles
func.func @small_tiles(%x: !cortexm.ptr<i16>, %b: i32) {
  // CHECK: cortexm.tile %b : i32 -> vector<1x1xi32>
  // CHECK: cortexm.tile %b : i32 -> vector<1x2xi32>
  // CHECK: cortexm.tile %b, %b : i32, i32 -> vector<2x1xi32>
  %0 = cortexm.tile %b : i32 -> vector<1x1xi32>
  %1 = cortexm.tile %b : i32 -> vector<1x2xi32>
  %2 = cortexm.tile %b, %b : i32, i32 -> vector<2x1xi32>
  func.return
}

// Requantization and clamping of a single number.

// CHECK-LABEL: func.func @scalar
func.func @scalar(%acc: i32, %m: i32) -> i32 {
  // CHECK: cortexm.requantize %acc, %m {shift = 1 : i32, zero_point = 0 : i32, clamp = array<i64: 0, 127>, rounding = "tflite"} : i32, i32 -> i32
  // CHECK: cortexm.clamp %q {bounds = array<i64: -128, 6>} : i32 -> i32
  %q = cortexm.requantize %acc, %m {shift = 1 : i32, zero_point = 0 : i32, clamp = array<i64: 0, 127>, rounding = "tflite"} : i32, i32 -> i32
  %c = cortexm.clamp %q {bounds = array<i64: -128, 6>} : i32 -> i32
  func.return %c : i32
}

// A layer is the statements between its hooks; `info` goes into the report.

// CHECK-LABEL: func.func @layers
func.func @layers(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>, %table: !cortexm.ptr<i32>) {
  // CHECK:      cortexm.layer "softmax" attributes {info = {macs = 0 : i64, op = "softmax"}} {
  // CHECK-NEXT:   cortexm.softmax %x, %y, %table {count = 10 : i32, multiplier = 77 : i32, zero_point = -128 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  // CHECK-NEXT: }
  cortexm.layer "softmax" attributes {info = {macs = 0 : i64, op = "softmax"}} {
    cortexm.softmax %x, %y, %table {count = 10 : i32, multiplier = 77 : i32, zero_point = -128 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  }

  // Two outputs, one position, two inputs: a tap was skipped, a weight was zero.
  // CHECK: cortexm.layer "conv" attributes {info = {largest_significance = 2.000000e+00 : f64}, taps = dense<{{\[\[\[}}127, -90]], {{\[\[}}0, 104]]]> : tensor<2x1x2xi8>} {
  cortexm.layer "conv" attributes {info = {largest_significance = 2.0 : f64}, taps = dense<[[[127, -90]], [[0, 104]]]> : tensor<2x1x2xi8>} {
    cortexm.softmax %x, %y, %table {count = 10 : i32, multiplier = 77 : i32, zero_point = -128 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  }
  func.return
}
