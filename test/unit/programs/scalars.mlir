// Requantization of single numbers by a function with a result; a carried tile of one channel.

cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 5>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  outputs = [{name = "output", shape = array<i64: 2>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  workspace_bytes = 10 : i32
}

func.func private @net_scaled(%v: i32) -> i32 {
  %m = arith.constant 1900000000 : i32
  %r = cortexm.requantize %v, %m {shift = -1 : i32, zero_point = 1 : i32, clamp = array<i64: -128, 127>, rounding = "tflite"} : i32, i32 -> i32
  func.return %r : i32
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0 : i32
  %m0 = arith.constant 20000000 : i32
  %x = cortexm.buffer %workspace[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  scf.for %i = %c0 to %c5 step %c1 {
    %p = cortexm.address %input[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %q = cortexm.address %x[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
    %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
    %scaled = func.call @net_scaled(%v) : (i32) -> i32
    cortexm.store %scaled, %q[0] : i32, !cortexm.ptr<i16>
  }
  %acc = cortexm.tile %zero : i32 -> vector<1x2xi32>
  %sum = scf.for %i_1 = %c0 to %c3 step %c1 iter_args(%t = %acc) -> (vector<1x2xi32>) {
    %p_1 = cortexm.address %x[%i_1] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
    %u = cortexm.mac %t, %p_1[0] stride 1 rows [0] weights [-300, 200] : vector<1x2xi32>, !cortexm.ptr<i16> -> vector<1x2xi32>
    scf.yield %u : vector<1x2xi32>
  }
  %r = cortexm.requantize %sum, %m0 {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>} : vector<1x2xi32>, i32 -> vector<1x2xi32>
  cortexm.store_tile %r, %output[0] stride 1 : vector<1x2xi32>, !cortexm.ptr<i8>
  func.return
}
