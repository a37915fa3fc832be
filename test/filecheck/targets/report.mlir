// RUN: approx-opt %s -t report | filecheck %s

// The report: everything the layers say of themselves, and the sums.

module attributes {approx.model = "kws.onnx"} {

cortexm.model @kws {
  inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = -1 : i32}],
  outputs = [{name = "y", shape = array<i64: 2>, scale = 0.25 : f32, zero_point = 3 : i32}],
  workspace_bytes = 4096 : i32
}

// The constants of a layer are those of the functions that it calls.
func.func private @kws_0_conv1() {
  %weights = cortexm.table "weights" dense<[1, 2, 3]> : tensor<3xi16> -> !cortexm.ptr<i16>
  func.return
}

func.func @kws_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  cortexm.layer "conv1" attributes {info = {op = "conv2d", kernel = "unrolled", macs = 1000 : i64, macs_skipped = 400 : i64, flash_bytes = 90 : i64, predicted_cycles = 70 : i64, in_shape = array<i64: 4>}} {
    func.call @kws_0_conv1() : () -> ()
  }
  cortexm.layer "pool" attributes {info = {op = "max_pool2d", flash_bytes = 10 : i64}} {
    %none = arith.constant 0 : i32
  }
  func.return
}
}

// CHECK:      {
// CHECK-NEXT:   "compiler": "approx-opt {{[0-9.]+}}",
// CHECK-NEXT:   "inputs": [
// CHECK-NEXT:     {
// CHECK-NEXT:       "dtype": "int8_t",
// CHECK-NEXT:       "layout": "nhwc",
// CHECK-NEXT:       "name": "x",
// CHECK-NEXT:       "scale": 0.5,
// CHECK:        "layers": [
// CHECK-NEXT:     {
// CHECK-NEXT:       "flash_bytes": 90,
// CHECK-NEXT:       "in_shape": [
// CHECK-NEXT:         4
// CHECK-NEXT:       ],
// CHECK-NEXT:       "index": 0,
// CHECK-NEXT:       "kernel": "unrolled",
// CHECK-NEXT:       "macs": 1000,
// CHECK-NEXT:       "macs_skipped": 400,
// CHECK-NEXT:       "name": "conv1",
// CHECK-NEXT:       "op": "conv2d",
// CHECK-NEXT:       "predicted_cycles": 70,
// CHECK-NEXT:       "table_bytes": 6
// CHECK-NEXT:     },
// CHECK-NEXT:     {
// CHECK-NEXT:       "flash_bytes": 10,
// CHECK-NEXT:       "index": 1,
// CHECK-NEXT:       "name": "pool",
// CHECK-NEXT:       "op": "max_pool2d",
// CHECK-NEXT:       "table_bytes": 0
// CHECK-NEXT:     }
// CHECK-NEXT:   ],
// CHECK-NEXT:   "memory": [],
// CHECK-NEXT:   "model": "kws.onnx",
// CHECK-NEXT:   "model_sha256": null,
// CHECK-NEXT:   "name": "kws",
// CHECK:        "pipeline": null,
// CHECK-NEXT:   "plan": null,
// CHECK-NEXT:   "schema_version": 2,
// CHECK-NEXT:   "target": null,
// CHECK-NEXT:   "totals": {
// CHECK-NEXT:     "flash_bytes": 100,
// CHECK-NEXT:     "layers": 2,
// CHECK-NEXT:     "macs": 1000,
// CHECK-NEXT:     "macs_skipped": 400,
// CHECK-NEXT:     "predicted_cycles": 70,
// CHECK-NEXT:     "workspace_bytes": 4096
// CHECK-NEXT:   }
// CHECK-NEXT: }
