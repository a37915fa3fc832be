// A 3x3 convolution over a 3x5x2 plane, padded with the zero point -3 and widened to int16. Two
// output channels; channel 1 skips the first and last pair, channel 0 the one in the middle. A row
// of five is two tiles of four that overlap.

cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 3, 5, 2>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  outputs = [{name = "output", shape = array<i64: 3, 5, 2>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  workspace_bytes = 148 : i32
}

func.func private @net_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %m0 = arith.constant 20000000 : i32
  %m1 = arith.constant 31000000 : i32
  %bias0 = arith.constant 100 : i32
  %bias1 = arith.constant -700 : i32
  scf.for %row = %c0 to %c3 step %c1 {
    scf.for %column = %c0 to %c2 step %c1 {
      %p = cortexm.address %x[%row, %column] {strides = array<i64: 14, 2>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
      %q = cortexm.address %y[%row, %column] {strides = array<i64: 10, 2>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
      %t0 = cortexm.tile %bias0, %bias1 : i32, i32 -> vector<2x4xi32>
      %t1 = cortexm.mac %t0, %p[0] stride 2 rows [0] weights [-7, 3] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t2 = cortexm.mac %t1, %p[2] stride 2 rows [0, 1] weights [65, 115, -119, -91] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t3 = cortexm.mac %t2, %p[4] stride 2 rows [0, 1] weights [82, 114, -64, -48] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t4 = cortexm.mac %t3, %p[14] stride 2 rows [0, 1] weights [94, -20, -58, 84] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t5 = cortexm.mac %t4, %p[16] stride 2 rows [1] weights [-62, -23] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t6 = cortexm.mac %t5, %p[18] stride 2 rows [0, 1] weights [37, 13, -106, -120] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t7 = cortexm.mac %t6, %p[28] stride 2 rows [0, 1] weights [93, 65, 86, 10] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t8 = cortexm.mac %t7, %p[30] stride 2 rows [0, 1] weights [81, -43, -12, 74] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %t9 = cortexm.mac %t8, %p[32] stride 2 rows [0] weights [-96, -50] : vector<2x4xi32>, !cortexm.ptr<i16> -> vector<2x4xi32>
      %r = cortexm.requantize %t9, %m0, %m1 {shift = 1 : i32, zero_point = 3 : i32, clamp = array<i64: -128, 127>} : vector<2x4xi32>, i32, i32 -> vector<2x4xi32>
      cortexm.store_tile %r, %q[0] stride 2 : vector<2x4xi32>, !cortexm.ptr<i8>
    }
  }
  func.return
}

func.func private @net_pad(%x: !cortexm.ptr<i8>, %padded: !cortexm.ptr<i16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  cortexm.fill %padded[0] {value = -3 : i32, count = 70 : i32} : !cortexm.ptr<i16>
  %c10 = arith.constant 10 : index
  scf.for %row = %c0 to %c3 step %c1 {
    scf.for %i = %c0 to %c10 step %c1 {
      %p = cortexm.address %x[%row, %i] {strides = array<i64: 10, 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
      %q = cortexm.address %padded[%row, %i] {strides = array<i64: 14, 1>, offset = 16 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
      %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
      cortexm.store %v, %q[0] : i32, !cortexm.ptr<i16>
    }
  }
  func.return
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  cortexm.layer "conv" attributes {info = {op = "conv2d"}} {
    %padded = cortexm.buffer %workspace[8] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
    func.call @net_pad(%input, %padded) : (!cortexm.ptr<i8>, !cortexm.ptr<i16>) -> ()
    func.call @net_conv(%padded, %output) : (!cortexm.ptr<i16>, !cortexm.ptr<i8>) -> ()
  }
  func.return
}
