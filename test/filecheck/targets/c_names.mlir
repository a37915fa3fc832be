// RUN: approx-opt %s -t c | filecheck %s

// Values are called what the IR calls them, as far as C allows; a name is used once in a function.

cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// A keyword, a counter, the name of a function, capitals, what could be a variable of a tile, none.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_names(int32_t int_1, int32_t i_1, int32_t net_run_1, int32_t x_y, int32_t acc00_) {
func.func private @net_names(%int: i32, %i: i32, %net_run: i32, %X_Y: i32, %acc00: i32) -> i32 {
  // CHECK-NEXT: int32_t v = int_1 + acc00_;
  // CHECK-NEXT: int32_t v_1 = v + i_1;
  // CHECK-NEXT: int32_t v_2 = v_1 + net_run_1;
  // CHECK-NEXT: int32_t v_3 = v_2 + x_y;
  %0 = arith.addi %int, %acc00 : i32
  %1 = arith.addi %0, %i : i32
  %2 = arith.addi %1, %net_run : i32
  %3 = arith.addi %2, %X_Y : i32
  func.return %3 : i32
}

// Every function starts afresh.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_again(int32_t v, int8_t *p) {
func.func private @net_again(%0: i32, %1: !cortexm.ptr<i8>) {
  // CHECK-NEXT: p[0] = (int8_t)v;
  cortexm.store %0, %1[0] : i32, !cortexm.ptr<i8>
  func.return
}

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_unused(const int8_t *x) {
// CHECK-NEXT:    (void)x;
// CHECK-NEXT:  }
func.func private @net_unused(%x: !cortexm.ptr<i8>) {
  func.return
}
