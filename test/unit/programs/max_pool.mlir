// 3x3 windows over a 5x5 plane, moving one pixel: loops carry the maximum.

cortexm.model @net {
  inputs = [{name = "input", shape = array<i64: 25>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  outputs = [{name = "output", shape = array<i64: 9>, scale = 2.500000e-01 : f32, zero_point = -3 : i32}],
  workspace_bytes = 0 : i32
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %lowest = arith.constant -128 : i32
  scf.for %row = %c0 to %c3 step %c1 {
    scf.for %column = %c0 to %c3 step %c1 {
      %top = scf.for %ky = %c0 to %c3 step %c1 iter_args(%above = %lowest) -> (i32) {
        %best = scf.for %kx = %c0 to %c3 step %c1 iter_args(%left = %above) -> (i32) {
          %p = cortexm.address %input[%row, %column, %ky, %kx] {strides = array<i64: 5, 1, 5, 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
          %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
          %larger = arith.maxsi %left, %v : i32
          scf.yield %larger : i32
        }
        scf.yield %best : i32
      }
      %q = cortexm.address %output[%row, %column] {strides = array<i64: 3, 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
      cortexm.store %top, %q[0] : i32, !cortexm.ptr<i8>
    }
  }
  func.return
}
