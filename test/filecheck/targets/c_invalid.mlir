// RUN: approx-opt %s -t c --verify-diagnostics --split-input-file | filecheck %s

// What the emitter refuses, and how it says so. A module that has not been lowered:

// CHECK: expected one cortexm.model, found 0: run lower-to-cortexm first
func.func @net_run() {
  func.return
}

// -----

// The public function has the name of the model...

// CHECK: there is no function @net_run
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @other() {
  func.return
}

// -----

// ... and takes the tensors of the model and the workspace.

// CHECK: @net_run takes inputs, outputs and a workspace: 3 pointers to i8
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>) {
  func.return
}

// -----

// Only symbols with the name of the network are visible to the linker.

// CHECK: function @helper must start with 'net_'
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @helper() {
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// Everything is in the module.

// CHECK: function @net_helper has no body
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_helper()
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// An op the emitter does not know is named.

// CHECK: there is no C for arith.divsi
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i32) {
  %q = arith.divsi %a, %a : i32
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// Arithmetic is int32_t...

// CHECK: there is no C type for i64
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i64) {
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// ... and so are constants.

// CHECK: constant 2147483648 does not fit int32_t
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f() {
  %c = arith.constant 2147483648 : i64
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// Values are signed.

// CHECK: arith.cmpi: values are signed, an unsigned comparison is not C
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i32) {
  %c = arith.cmpi ult, %a, %a : i32
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// 2^31 is no int32_t.

// CHECK: arith.shli by 31 leaves int32_t
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i32) {
  %c31 = arith.constant 31 : i32
  %s = arith.shli %a, %c31 : i32
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// Constants are in flash.

// CHECK: cortexm.table 'weights': stores into constants
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%v: i32) {
  %w = cortexm.table "weights" dense<[1, 2]> : tensor<2xi8> -> !cortexm.ptr<i8>
  cortexm.store %v, %w[0] : i32, !cortexm.ptr<i8>
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// The input belongs to the caller.

// CHECK: @net_run writes to its input
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  cortexm.fill %input[0] {value = 0 : i32, count = 4 : i32} : !cortexm.ptr<i8>
  func.return
}

// -----

// The offset of a buffer counts bytes.

// CHECK: cortexm.buffer: a workspace is a pointer to i8
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%w: !cortexm.ptr<i16>) {
  %b = cortexm.buffer %w[0] : !cortexm.ptr<i16> -> !cortexm.ptr<i8>
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// A multiply-accumulate has no scalar form.

// CHECK: cortexm.mac needs a tile, not an i32
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i32, %x: !cortexm.ptr<i16>) {
  %b = cortexm.mac %a, %x[0] stride 2 rows [0] weights [1, 2] : i32, !cortexm.ptr<i16> -> i32
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// A loop cannot swap tiles: they are variables.

// CHECK: scf.for: the tile it yields is not the one it carries
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%b: i32, %n: index) {
  %s = cortexm.tile %b : i32 -> vector<1x4xi32>
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  %u, %v = scf.for %i = %n to %n step %n iter_args(%x = %s, %y = %t) -> (vector<1x4xi32>, vector<1x4xi32>) {
    scf.yield %y, %x : vector<1x4xi32>, vector<1x4xi32>
  }
  func.return
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// A C function has one result.

// CHECK: @net_f: a C function has one result
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func private @net_f(%a: i32) -> (i32, i32) {
  func.return %a, %a : i32, i32
}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// -----

// What the header needs to know is checked too.

// CHECK: cortexm.model: tensor 'x' needs 'scale', a float
cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>}], outputs = [], workspace_bytes = 0 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}
