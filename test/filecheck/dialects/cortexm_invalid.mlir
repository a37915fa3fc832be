// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of memory and of the program around the kernels refuse.

// An address has one stride for every index...

func.func @strides(%p: !cortexm.ptr<i16>, %i: index) {
  // CHECK: needs one stride for every index
  %q = cortexm.address %p[%i] {strides = array<i64: 64, 2>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  func.return
}

// -----

// ... and does not reinterpret memory: only cortexm.buffer does.

func.func @element_type(%p: !cortexm.ptr<i16>) {
  // CHECK: pointer arithmetic keeps the element type
  %q = cortexm.address %p[] {strides = array<i64>, offset = 1 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i8>
  func.return
}

// -----

func.func @buffer(%w: !cortexm.ptr<i8>) {
  // CHECK: the offset of a buffer is not negative
  %b = cortexm.buffer %w[-8] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  func.return
}

// -----

// A load widens to i32.

func.func @load(%p: !cortexm.ptr<i8>) {
  // CHECK: Expected attribute i32 but got i8
  %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i8
  func.return
}

// -----

func.func @fill(%p: !cortexm.ptr<i8>) {
  // CHECK: cannot fill 0 elements
  cortexm.fill %p[0] {value = 1 : i32, count = 0 : i32} : !cortexm.ptr<i8>
  func.return
}

// -----

func.func @negative_fill(%p: !cortexm.ptr<i8>) {
  // CHECK: cannot fill -1 elements
  cortexm.fill %p[0] {value = 1 : i32, count = -1 : i32} : !cortexm.ptr<i8>
  func.return
}

// -----

func.func @fill_value(%p: !cortexm.ptr<i8>) {
  // CHECK: 128 does not fit !cortexm.ptr<i8>
  cortexm.fill %p[0] {value = 128 : i32, count = 1 : i32} : !cortexm.ptr<i8>
  func.return
}

// -----

// A table is a list of what the pointer points to; C has no empty arrays.

func.func @table_type() {
  // CHECK: a table of i8 is no !cortexm.ptr<i16>
  %w = cortexm.table "w" dense<[1, 2]> : tensor<2xi8> -> !cortexm.ptr<i16>
  func.return
}

// -----

func.func @table_rank() {
  // CHECK: a table is a list of numbers, not tensor<1x2xi8>
  %w = cortexm.table "w" dense<[[1, 2]]> : tensor<1x2xi8> -> !cortexm.ptr<i8>
  func.return
}

// -----

func.func @table_empty() {
  // CHECK: a table is a list of numbers, not tensor<0xi8>
  %w = cortexm.table "w" dense<> : tensor<0xi8> -> !cortexm.ptr<i8>
  func.return
}

// -----

// CHECK: elements in memory are i8, i16 or i32, of inputs ui8 or f32, not i7
func.func @pointer(%p: !cortexm.ptr<i7>) {
  func.return
}

// -----

func.func @softmax_table(%x: !cortexm.ptr<i8>) {
  // CHECK: Expected attribute !cortexm.ptr<i32> but got !cortexm.ptr<i8>
  cortexm.softmax %x, %x, %x {count = 1 : i32, multiplier = 1 : i32, zero_point = 0 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i8>
  func.return
}

// -----

func.func @softmax_count(%x: !cortexm.ptr<i8>, %t: !cortexm.ptr<i32>) {
  // CHECK: no softmax has 0 values
  cortexm.softmax %x, %x, %t {count = 0 : i32, multiplier = 1 : i32, zero_point = 0 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  func.return
}

// -----

// CHECK: no workspace has -1 bytes
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = -1 : i32}

// -----

// CHECK: no workspace has -8 bytes
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = 8 : i32, fast_workspace_bytes = -8 : i32}

// -----

// CHECK: does not verify: loop_bytes is from 512 to 4096, not 8192
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = 8 : i32, settings = {loop_bytes = 8192 : i32}}

// -----

// CHECK: does not verify: settings are the numbers loop_bytes, stage_bytes
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = 8 : i32, settings = {cache = 8192 : i32}}

// -----

// CHECK: does not verify: memory has the words layer, kind, workspace and the numbers offset, size, first, last, not {layer = "conv"}
cortexm.model @net {inputs = [], outputs = [], workspace_bytes = 8 : i32, memory = [{layer = "conv"}]}

// -----

func.func @taps() {
  // CHECK: does not verify: taps are int8 of outputs, positions and inputs, not tensor<2x2xi8>
  cortexm.layer "conv" attributes {info = {}, taps = dense<1> : tensor<2x2xi8>} {
    %none = arith.constant 0 : i32
  }
  func.return
}
