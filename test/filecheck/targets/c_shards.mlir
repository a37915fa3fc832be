// RUN: approx-opt %s -t 'c{shards=3 part=main}' | filecheck %s --check-prefix=MAIN
// RUN: approx-opt %s -t 'c{shards=3 part=0}' | filecheck %s --check-prefix=FIRST
// RUN: approx-opt %s -t 'c{shards=3 part=1}' | filecheck %s --check-prefix=SECOND
// RUN: approx-opt %s -t 'c{shards=3 part=2}' | filecheck %s --check-prefix=THIRD
// RUN: not approx-opt %s -t 'c{shards=3 part=3}' 2>&1 | filecheck %s --check-prefix=RANGE
// RUN: not approx-opt %s -t 'c{shards=3 part=second}' 2>&1 | filecheck %s --check-prefix=RANGE
// RUN: not approx-opt %s -t 'c{shards=0}' 2>&1 | filecheck %s --check-prefix=COUNT

// A network over several files: one with the public function, the private functions in shards, the
// largest first. The number of files does not depend on the network, so some may be empty.

cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}

func.func private @net_small(%y: !cortexm.ptr<i8>) {
  cortexm.fill %y[0] {value = 1 : i32, count = 1 : i32} : !cortexm.ptr<i8>
  func.return
}

func.func private @net_large(%y: !cortexm.ptr<i8>) {
  cortexm.fill %y[1] {value = 2 : i32, count = 1 : i32} : !cortexm.ptr<i8>
  cortexm.fill %y[2] {value = 3 : i32, count = 1 : i32} : !cortexm.ptr<i8>
  func.call @net_small(%y) : (!cortexm.ptr<i8>) -> ()
  func.return
}

func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.call @net_large(%output) : (!cortexm.ptr<i8>) -> ()
  func.return
}

// A file declares what it calls.

// MAIN:      #include "approx_runtime.h"
// MAIN-NOT:  net_small
// MAIN:      void net_large(int8_t *y);
// MAIN:      APPROX_CODE_SECTION int net_run(
// MAIN:        net_large(output);

// FIRST:      #include "approx_runtime.h"
// FIRST:      void net_large(int8_t *y);
// FIRST-NEXT: void net_small(int8_t *y);
// FIRST-EMPTY:
// FIRST-NEXT: APPROX_CODE_SECTION void net_large(int8_t *y) {
// FIRST:        net_small(y);

// SECOND:      void net_small(int8_t *y);
// SECOND-EMPTY:
// SECOND-NEXT: APPROX_CODE_SECTION void net_small(int8_t *y) {
// SECOND-NEXT:   approx_fill_s8(y, 1, 1);

// ISO C knows no empty file.

// THIRD:      /* No function fell into this file. */
// THIRD-NEXT: typedef int net_shard_2_is_empty;

// RANGE: approx-opt: error: target c: part={{3|second}} is neither main nor within 0..2
// COUNT: approx-opt: error: target c: shards=0 is not positive
