// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// What moves many values in one statement.

// CHECK-LABEL: func.func @moves
func.func @moves(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {

  // A row of 288 values, widened on its way.

  // CHECK: cortexm.copy %x, %y {count = 288 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
  cortexm.copy %x, %y {count = 288 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>

  // The padding between 48 rows of a plane: two elements, 50 apart.

  // CHECK: cortexm.fill_runs %y[99] {value = -128 : i32, count = 2 : i32, runs = 47 : i32, stride = 50 : i32} : !cortexm.ptr<i16>
  cortexm.fill_runs %y[99] {
    value = -128 : i32, count = 2 : i32, runs = 47 : i32, stride = 50 : i32
  } : !cortexm.ptr<i16>
  return
}

// The sum of 5 x 25 pixels of 64 channels, four of these at a time, to be divided by requantization.

// CHECK-LABEL: func.func @sums
func.func @sums(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i8>, %start: i32, %m: i32) {
  %a = cortexm.tile %start, %start, %start, %start : i32, i32, i32, i32 -> vector<4x1xi32>

  // CHECK: %{{.*}} = cortexm.sum_window %{{.*}}, %x {height = 5 : i32, width = 25 : i32, row = 1600 : i32, pixel = 64 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  %b = cortexm.sum_window %a, %x {
    height = 5 : i32, width = 25 : i32, row = 1600 : i32, pixel = 64 : i32
  } : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
  %c = cortexm.requantize %b, %m, %m, %m, %m {
    shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>, rounding = "even"
  } : vector<4x1xi32>, i32, i32, i32, i32 -> vector<4x1xi32>
  cortexm.store_tile %c, %y[0] stride 1 {rows = 4 : i32} : vector<4x1xi32>, !cortexm.ptr<i8>
  return
}
