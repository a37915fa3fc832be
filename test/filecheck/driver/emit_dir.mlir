// RUN: rm -rf %t && approx-opt %s --emit-dir %t --shards 1 --depfile %t/kws.d
// RUN: filecheck %s --check-prefix=PLAN < %t/kws_plan.json
// RUN: filecheck %s --check-prefix=RULE < %t/kws.d
// RUN: gcc -std=c99 -fsyntax-only -Wall -Wextra -Werror %t/kws.c && gcc -std=c99 -fsyntax-only -Wall -Wextra -Werror %t/kws_0.c

// The plan that was used: what was skipped and the kernel of each convolution. The other layers leave
// nothing to choose. It says for which model it was, and for weights of which shapes.

module attributes {approx.model_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"} {

cortexm.model @kws {
  inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = -1 : i32}],
  outputs = [{name = "y", shape = array<i64: 2>, scale = 0.25 : f32, zero_point = 3 : i32}],
  workspace_bytes = 4096 : i32
}

func.func @kws_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  cortexm.layer "conv1" attributes {info = {op = "conv2d", kernel = "unrolled", metric = "variance", granularity = "pair", skip = 0.40017361111111116 : f64, weight_shape = array<i64: 8, 3, 3, 4>}} {
    %none = arith.constant 0 : i32
  }
  cortexm.layer "deep" attributes {info = {op = "depthwise_conv2d", kernel = "planar", weight_shape = array<i64: 3, 3, 8>}} {
    %none = arith.constant 0 : i32
  }
  cortexm.layer "pool" attributes {info = {op = "max_pool2d", kernel = "loop"}} {
    %none = arith.constant 0 : i32
  }
  cortexm.layer "conv2" attributes {info = {op = "conv2d", kernel = "loop", weight_shape = array<i64: 2, 1, 1, 8>}} {
    %none = arith.constant 0 : i32
  }
  func.return
}

}

// PLAN:      {
// PLAN-NEXT:   "version": 1,
// PLAN-NEXT:   "model": "kws",
// PLAN-NEXT:   "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
// PLAN-NEXT:   "layers": {
// PLAN-NEXT:     "conv1": {"metric": "variance", "granularity": "pair", "skip": 0.40017361111111116, "kernel": "unrolled", "shape": [8, 3, 3, 4]},
// PLAN-NEXT:     "conv2": {"kernel": "loop", "shape": [2, 1, 1, 8]},
// PLAN-NEXT:     "deep": {"kernel": "planar", "shape": [3, 3, 8]}
// PLAN-NEXT:   }
// PLAN-NEXT: }

// RULE:      {{^/.*}}/kws.h: \
// RULE-NEXT:   {{/.*}}/emit_dir.mlir \
// RULE:        {{/.*}}/compiler/emit_directory.py \
// RULE:        {{/.*}}/passes/skip_operands.py \
// RULE:        {{/.*}}/runtime/approx_runtime.h
