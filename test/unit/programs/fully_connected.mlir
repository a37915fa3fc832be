// Ten inputs as int16, four outputs in two passes over streamed weights.

cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 10>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  outputs = [{name = "output", shape = array<i64: 4>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  workspace_bytes = 20 : i32
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %m0 = arith.constant 20000000 : i32
  %m1 = arith.constant 31000000 : i32
  %c10 = arith.constant 10 : index
  %w = cortexm.table "weights" dense<[86, 80, -61, 58, -100, 126, -51, -80, -22, 97, 80, -113, -12, 15, -104, -57, -42, -76, 26, 40, -50, -71, 16, 34, -61, 111, -89, 119, 64, 94, -17, 47, 46, -31, 43, -28, 114, -117, -20, -80]> : tensor<40xi8> -> !cortexm.ptr<i8>
  %biases = cortexm.table "biases" dense<[5, -6, 700, -8]> : tensor<4xi32> -> !cortexm.ptr<i32>
  %x = cortexm.buffer %workspace[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  scf.for %i = %c0 to %c10 step %c1 {
    %p = cortexm.address %input[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %q = cortexm.address %x[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
    %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
    cortexm.store %v, %q[0] : i32, !cortexm.ptr<i16>
  }
  scf.for %pair = %c0 to %c2 step %c1 {
    %b = cortexm.address %biases[%pair] {strides = array<i64: 2>, offset = 0 : i32} : !cortexm.ptr<i32> -> !cortexm.ptr<i32>
    %b0 = cortexm.load %b[0] : !cortexm.ptr<i32> -> i32
    %b1 = cortexm.load %b[1] : !cortexm.ptr<i32> -> i32
    %streamed = cortexm.address %w[%pair] {strides = array<i64: 20>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %y = cortexm.address %output[%pair] {strides = array<i64: 2>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %acc = cortexm.tile %b0, %b1 : i32, i32 -> vector<2x1xi32>
    %s = cortexm.dot %acc, %x[0], %streamed[0] stride 10 length 10 runs 1 below 0 : vector<2x1xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x1xi32>
    %r = cortexm.requantize %s, %m0, %m1 {shift = 0 : i32, zero_point = -4 : i32, clamp = array<i64: -100, 100>, rounding = "tflite"} : vector<2x1xi32>, i32, i32 -> vector<2x1xi32>
    cortexm.store_tile %r, %y[0] stride 2 {rows = 2 : i32} : vector<2x1xi32>, !cortexm.ptr<i8>
  }
  func.return
}
