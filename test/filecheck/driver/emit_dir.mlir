// RUN: rm -rf %t && approx-opt %s --emit-dir %t --shards 1 --depfile %t/kws.d
// RUN: filecheck %s --check-prefix=PLAN < %t/kws_plan.json
// RUN: filecheck %s --check-prefix=RULE < %t/kws.d
// RUN: gcc -std=c99 -fsyntax-only -Wall -Wextra -Werror %t/kws.c && gcc -std=c99 -fsyntax-only -Wall -Wextra -Werror %t/kws_0.c

// The plan that was used: what was skipped and the kernel of each convolution. The other layers leave
// nothing to choose.

cortexm.model @kws {
  inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = -1 : i32}],
  outputs = [{name = "y", shape = array<i64: 2>, scale = 0.25 : f32, zero_point = 3 : i32}],
  workspace_bytes = 4096 : i32
}

func.func @kws_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  cortexm.layer "conv1" attributes {info = {op = "conv2d", kernel = "unrolled", metric = "variance", granularity = "pair", skip = 0.40017361111111116 : f64}} {
    %none = arith.constant 0 : i32
  }
  cortexm.layer "pool" attributes {info = {op = "max_pool2d", kernel = "loop"}} {
    %none = arith.constant 0 : i32
  }
  cortexm.layer "conv2" attributes {info = {op = "conv2d", kernel = "loop"}} {
    %none = arith.constant 0 : i32
  }
  func.return
}

// PLAN:      {
// PLAN-NEXT:   "layers": {
// PLAN-NEXT:     "conv1": {
// PLAN-NEXT:       "granularity": "pair",
// PLAN-NEXT:       "kernel": "unrolled",
// PLAN-NEXT:       "metric": "variance",
// PLAN-NEXT:       "skip": 0.40017361111111116
// PLAN-NEXT:     },
// PLAN-NEXT:     "conv2": {
// PLAN-NEXT:       "kernel": "loop"
// PLAN-NEXT:     }
// PLAN-NEXT:   },
// PLAN-NEXT:   "model": "kws",
// PLAN-NEXT:   "version": 1
// PLAN-NEXT: }

// RULE:      {{^/.*}}/kws.h: \
// RULE-NEXT:   {{/.*}}/emit_dir.mlir \
// RULE:        {{/.*}}/compiler/emit_directory.py \
// RULE:        {{/.*}}/passes/skip_operands.py \
// RULE:        {{/.*}}/runtime/approx_runtime.h
