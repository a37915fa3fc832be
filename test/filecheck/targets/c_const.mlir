// RUN: approx-opt %s -t c | filecheck %s

// A pointer that nothing is stored through is const, whatever way a store may take.

cortexm.model @net {inputs = [{name = "x", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], outputs = [{name = "y", shape = array<i64: 4>, scale = 0.5 : f32, zero_point = 0 : i32}], workspace_bytes = 64 : i32}
func.func @net_run(%input: !cortexm.ptr<i8>, %output: !cortexm.ptr<i8>, %workspace: !cortexm.ptr<i8>) {
  func.return
}

// A callee stores through it; the callee needs a prototype when it comes later in the module.

// CHECK: static APPROX_NOINLINE void net_callee(const int8_t *x, int8_t *y);
// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_caller(const int8_t *x, int8_t *y) {
// CHECK-NEXT:    net_callee(x, y);
func.func private @net_caller(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  func.call @net_callee(%x, %y) : (!cortexm.ptr<i8>, !cortexm.ptr<i8>) -> ()
  func.return
}
func.func private @net_callee(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  %v = cortexm.load %x[0] : !cortexm.ptr<i8> -> i32
  cortexm.store %v, %y[0] : i32, !cortexm.ptr<i8>
  func.return
}

// An address of an address is stored through...

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_derived(int16_t *x, const int16_t *y) {
// CHECK-NEXT:    int16_t *const a = x + 1;
// CHECK-NEXT:    int16_t *const b = a + 1;
// CHECK-NEXT:    const int16_t *const c = y + 1;
func.func private @net_derived(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i16>) {
  %a = cortexm.address %x[] {strides = array<i64>, offset = 1 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  %b = cortexm.address %a[] {strides = array<i64>, offset = 1 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  %c = cortexm.address %y[] {strides = array<i64>, offset = 1 : i32} : !cortexm.ptr<i16> -> !cortexm.ptr<i16>
  %v = cortexm.load %c[0] : !cortexm.ptr<i16> -> i32
  cortexm.store %v, %b[0] : i32, !cortexm.ptr<i16>
  func.return
}

// ... or through the variable of a loop.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_loop(int8_t *x) {
// CHECK-NEXT:    int8_t *p = x;
// CHECK:           int8_t *const q = p + 2;
// CHECK-NEXT:      p = q;
func.func private @net_loop(%x: !cortexm.ptr<i8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = arith.constant 7 : i32
  %end = scf.for %i = %c0 to %c1 step %c1 iter_args(%p = %x) -> (!cortexm.ptr<i8>) {
    cortexm.store %v, %p[0] : i32, !cortexm.ptr<i8>
    %q = cortexm.address %p[] {strides = array<i64>, offset = 2 : i32} : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
    scf.yield %q : !cortexm.ptr<i8>
  }
  func.return
}

// A buffer that is only read is a const view of the workspace.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE int32_t net_view(const int8_t *workspace) {
// CHECK-NEXT:    const int16_t *const x = (const int16_t *)(const void *)workspace;
// CHECK-NEXT:    const int8_t *const y = workspace + 8;
func.func private @net_view(%workspace: !cortexm.ptr<i8>) -> i32 {
  %x = cortexm.buffer %workspace[0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
  %y = cortexm.buffer %workspace[8] : !cortexm.ptr<i8> -> !cortexm.ptr<i8>
  %v = cortexm.load %x[0] : !cortexm.ptr<i16> -> i32
  %w = cortexm.load %y[0] : !cortexm.ptr<i8> -> i32
  %sum = arith.addi %v, %w : i32
  func.return %sum : i32
}

// softmax writes its second operand.

// CHECK-LABEL: APPROX_CODE_SECTION static APPROX_NOINLINE void net_softmax(const int8_t *x, int8_t *y) {
// CHECK-NEXT:    APPROX_CONST_SECTION static const int32_t exponentials[1] = {1};
func.func private @net_softmax(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>) {
  %t = cortexm.table "exponentials" dense<[1]> : tensor<1xi32> -> !cortexm.ptr<i32>
  cortexm.softmax %x, %y, %t {count = 1 : i32, multiplier = 1 : i32, zero_point = 0 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i8>, !cortexm.ptr<i32>
  func.return
}
