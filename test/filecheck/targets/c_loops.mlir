// RUN: approx-opt %s -t c | filecheck %s

cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// A loop is a for; counters are named by depth.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_nest(const int8_t *x, int16_t *y) {
// CHECK-NEXT:    for (int32_t i = 0; i < 8; i++) {
// CHECK-NEXT:      for (int32_t j = 0; j < 32; j += 4) {
// CHECK-NEXT:        const int8_t *const p = x + 32 * i + j;
// CHECK-NEXT:        int16_t *const q = y + 32 * i + j;
// CHECK-NEXT:        int32_t v = p[0];
// CHECK-NEXT:        q[0] = (int16_t)v;
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:  }
func.func private @net_nest(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  scf.for %row = %c0 to %c8 step %c1 {
    scf.for %column = %c0 to %c32 step %c4 {
      %p = cortexm.address %x[%row, %column] {strides = array<i64: 32, 1>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
      %q = cortexm.address %y[%row, %column] {strides = array<i64: 32, 1>, offset = 0 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
      %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
      cortexm.store %v, %q[0] : i32, !cortexm.ptr<i16>
    }
  }
  func.return
}

// What a loop carries is a variable, here the maximum of a pooling window.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_maximum(const int8_t *x) {
// CHECK-NEXT:    int32_t top = -128;
// CHECK-NEXT:    for (int32_t i = 0; i < 4; i++) {
// CHECK-NEXT:      const int8_t *const p = x + 2 * i;
// CHECK-NEXT:      int32_t v = p[0];
// CHECK-NEXT:      int32_t larger = top > v ? top : v;
// CHECK-NEXT:      top = larger;
// CHECK-NEXT:    }
// CHECK-NEXT:    return top;
// CHECK-NEXT:  }
func.func private @net_maximum(%x: !cortexm.ptr<i8>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %lowest = arith.constant -128 : i32
  %result = scf.for %i = %c0 to %c4 step %c1 iter_args(%top = %lowest) -> (i32) {
    %p = cortexm.address %x[%i] {strides = array<i64: 2>, offset = 0 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    %v = cortexm.load %p[0] : !cortexm.ptr<i8> -> i32
    %larger = arith.maxsi %top, %v : i32
    scf.yield %larger : i32
  }
  func.return %result : i32
}

// A tile is carried by the variables it has; a pointer may be carried too.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_carried(const int16_t *x, int8_t *y, const int8_t *w) {
// CHECK-NEXT:    APPROX_TILE_2X2(acc, 0, 0);
// CHECK-NEXT:    const int16_t *p = x;
// CHECK-NEXT:    for (int32_t i = 0; i < 4; i++) {
// CHECK-NEXT:      APPROX_DOT_S8_2X2(acc, p, 0, 2, w, 8, 1, 0);
// CHECK-NEXT:      const int16_t *const next = p + 64;
// CHECK-NEXT:      p = next;
// CHECK-NEXT:    }
// CHECK-NEXT:    APPROX_PUT_2X2_S8(acc, 2, y, 0, 2, 1);
// CHECK-NEXT:  }
func.func private @net_carried(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>, %w: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %bias = arith.constant 0 : i32
  %acc = cortexm.tile %bias, %bias : i32, i32 -> vector<2x2xi32>
  %end, %last = scf.for %i = %c0 to %c4 step %c1 iter_args(%sum = %acc, %p = %x) -> (vector<2x2xi32>, !cortexm.ptr<i16>) {
    %dot = cortexm.dot %sum, %p[0], %w[0] stride 2 length 8 runs 1 below 0 : vector<2x2xi32>, !cortexm.ptr<i16>, !cortexm.ptr<i8> -> vector<2x2xi32>
    %next = cortexm.address %p[] {strides = array<i64>, offset = 64 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
    scf.yield %dot, %next : vector<2x2xi32>, !cortexm.ptr<i16>
  }
  cortexm.store_tile %end, %y[0] stride 2 {rows = 2 : i32} : vector<2x2xi32>, !cortexm.ptr<i8>
  func.return
}

// All variables of a loop change at once: Fibonacci needs a copy.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_swap(int32_t n) {
// CHECK:         for (int32_t i = 0; i < n; i++) {
// CHECK-NEXT:      int32_t sum = a + b;
// CHECK-NEXT:      int32_t next = b;
// CHECK-NEXT:      a = next;
// CHECK-NEXT:      b = sum;
// CHECK-NEXT:    }
func.func private @net_swap(%n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %first, %second = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero, %b = %one) -> (i32, i32) {
    %sum = arith.addi %a, %b : i32
    scf.yield %b, %sum : i32, i32
  }
  func.return %first : i32
}
