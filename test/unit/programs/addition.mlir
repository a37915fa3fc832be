// Halves of the input combined in fixed point; shifts to both sides, variables that swap.

cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 10>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  outputs = [{name = "output", shape = array<i64: 5>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  workspace_bytes = 0 : i32
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0 : i32
  %m0 = arith.constant 20000000 : i32
  %factor = arith.constant -300 : i32
  %bits = arith.constant 9 : i32
  %end, %last = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %zero, %b = %m0) -> (i32, i32) {
    %p = cortexm.address %input[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %q = cortexm.address %output[%i] {strides = array<i64: 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %l = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
    %r = cortexm.load %p[5] : !cortexm.ptr<i8> -> i32
    %high = arith.shli %l, %bits : i32
    %product = arith.muli %r, %factor : i32
    %sum = arith.addi %high, %product : i32
    %low = arith.shrsi %sum, %bits : i32
    %odd = arith.cmpi slt, %a, %b : i32
    %turned = arith.subi %zero, %low : i32
    %chosen = arith.select %odd, %low, %turned : i32
    %y = cortexm.clamp %chosen {bounds = array<i64: -128, 127>} : i32 -> i32
    cortexm.store %y, %q[0] : i32, !cortexm.ptr<i8>
    scf.yield %b, %a : i32, i32
  }
  func.return
}
