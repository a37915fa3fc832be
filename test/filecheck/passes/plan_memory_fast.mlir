// RUN: approx-opt %s -p 'plan-memory{fast-ram=24}' | filecheck %s
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24}' | approx-opt | filecheck %s
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},lower-to-cortexm' | filecheck %s --check-prefix=KERNELS
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},lower-to-cortexm' | approx-opt | filecheck %s --check-prefix=KERNELS
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},lower-to-cortexm' -t c | filecheck %s --check-prefix=CODE
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},lower-to-cortexm' -t c-header | filecheck %s --check-prefix=HEADER
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},lower-to-cortexm' -t report | filecheck %s --check-prefix=REPORT
// RUN: approx-opt %s -p 'plan-memory{fast-ram=24},plan-memory,lower-to-cortexm' | filecheck %s --check-prefix=BACK
// RUN: not approx-opt %s -p 'plan-memory{fast-ram=0}' 2>&1 | filecheck %s --check-prefix=ZERO
// RUN: not approx-opt %s -p 'plan-memory{fast-ram=24 ram-budget=3}' 2>&1 | filecheck %s --check-prefix=BUDGET

// Two workspaces: one of 24 bytes at most in fast memory, for what has most traffic a byte. "a" is
// written once and its bytes are in four windows: it comes first, and takes all 24 bytes. "pool"
// lives at the same time, so it has to stay outside; "b" follows when "a" is gone.

!x = tensor<2x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @toy
// CHECK-SAME: attributes {approx.workspace_bytes = 4 : i32, approx.fast_workspace_bytes = 24 : i32}
// CHECK-NEXT: approx.requantize "a" {{.*}} offset = 0 : i32, fast}
// CHECK-NEXT: approx.max_pool2d "pool" {{.*}} offset = 0 : i32}
// CHECK-NEXT: approx.requantize "b" {{.*}} offset = 0 : i32, fast}
// CHECK-NEXT: approx.requantize "c" {{.*}} layout = #approx.layout<i8, channels = 2>}

func.func @toy(%x: !x) -> !y {
  %a = approx.requantize "a" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2>
  } : !x -> !x
  %pool = approx.max_pool2d "pool" %a {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !x -> !y
  %b = approx.requantize "b" %pool {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i16, channels = 2>
  } : !y -> !y
  %c = approx.requantize "c" %b {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: 0, 127>,
    kernel = "loop", layout = #approx.layout<i8, channels = 2>
  } : !y -> !y
  func.return %c : !y
}

// The network gets a pointer to each.

// KERNELS:      cortexm.model @toy {{.*}} workspace_bytes = 4 : i32, fast_workspace_bytes = 24 : i32, memory = [
// KERNELS-SAME:   {layer = "a", kind = "result", workspace = "fast_workspace", offset = 0 : i32, size = 24 : i32, first = 0 : i32, last = 1 : i32}
// KERNELS-SAME:   {layer = "pool", kind = "result", workspace = "workspace", offset = 0 : i32, size = 4 : i32, first = 1 : i32, last = 2 : i32}
// KERNELS:      func.func @toy_run(%[[X:.*]]: !cortexm.ptr<i8>, %[[Y:.*]]: !cortexm.ptr<i8>, %[[SLOW:.*]]: !cortexm.ptr<i8>, %[[FAST:.*]]: !cortexm.ptr<i8>) {
// KERNELS-NEXT:   cortexm.layer "a" attributes {{.*}} memory = "fast"
// KERNELS-NEXT:     %a = cortexm.buffer %[[FAST]][0] : !cortexm.ptr<i8> -> !cortexm.ptr<i16>
// KERNELS:          %{{.*}} = cortexm.buffer %[[FAST]][0]
// KERNELS-NEXT:     %pool = cortexm.buffer %[[SLOW]][0]

// CODE:      int toy_run(const int8_t *input, int8_t *output, void *workspace, void *fast_workspace) {
// CODE-NEXT:   if (!input || !output || !workspace || !fast_workspace) {
// CODE-NEXT:     return TOY_ERROR_NULL;
// CODE-NEXT:   }
// CODE-NEXT:   if (((uintptr_t)workspace & (TOY_WORKSPACE_ALIGNMENT - 1)) != 0) {
// CODE-NEXT:     return TOY_ERROR_ALIGNMENT;
// CODE-NEXT:   }
// CODE-NEXT:   if (((uintptr_t)fast_workspace & (TOY_FAST_WORKSPACE_ALIGNMENT - 1)) != 0) {
// CODE-NEXT:     return TOY_ERROR_ALIGNMENT;
// CODE-NEXT:   }
// CODE-NEXT:   int8_t *const memory = workspace;
// CODE-NEXT:   int8_t *const fast_memory = fast_workspace;

// HEADER:      * The fast one, in fast memory, is TOY_FAST_WORKSPACE_BYTES bytes, aligned to
// HEADER:      int toy_run(const int8_t *input, int8_t *output, void *workspace, void *fast_workspace);
// HEADER:      #define TOY_WORKSPACE_BYTES 4
// HEADER:      #define TOY_FAST_WORKSPACE_BYTES 24
// HEADER-NEXT: #define TOY_FAST_WORKSPACE_ALIGNMENT 8
// HEADER:      #ifndef APPROX_FAST_WORKSPACE_SECTION
// HEADER-NEXT: #define APPROX_FAST_WORKSPACE_SECTION
// HEADER-NEXT: #endif
// HEADER-NEXT: #ifndef TOY_FAST_WORKSPACE_SECTION
// HEADER-NEXT: #define TOY_FAST_WORKSPACE_SECTION APPROX_FAST_WORKSPACE_SECTION
// HEADER-NEXT: #endif
// HEADER-NEXT: #define TOY_DECLARE_FAST_WORKSPACE(name) \
// HEADER-NEXT:   static TOY_FAST_WORKSPACE_SECTION uint64_t name[(TOY_FAST_WORKSPACE_BYTES + 7) / 8]

// REPORT:      "memory": "fast",
// REPORT-NEXT: "name": "a",
// REPORT:      "totals": {
// REPORT-NEXT:   "fast_workspace_bytes": 24,
// REPORT:        "workspace_bytes": 4

// Planned again without the option, all is in one.

// BACK: cortexm.model @toy {{.*}} workspace_bytes = 28 : i32, memory =
// BACK: func.func @toy_run(%{{.*}}: !cortexm.ptr<i8>, %{{.*}}: !cortexm.ptr<i8>, %{{.*}}: !cortexm.ptr<i8>) {

// ZERO: approx-opt: error: fast-ram is a number of bytes, not 0

// The budget of RAM is that of the other one.

// BUDGET: approx-opt: error: toy needs a workspace of 4 bytes, the RAM budget is 3; alive at its peak: pool (4 bytes): raise ram-budget or name a larger target
