// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// Accumulators become int8 within bounds, by a multiplier and a shift that are in range.

func.func @bounds(%v: i32) {
  // CHECK: needs a lower and an upper bound, not [127, -128]
  %y = cortexm.clamp %v {bounds = array<i64: 127, -128>} : i32 -> i32
  func.return
}

// -----

func.func @one_bound(%v: i32) {
  // CHECK: needs a lower and an upper bound, not [1]
  %y = cortexm.clamp %v {bounds = array<i64: 1>} : i32 -> i32
  func.return
}

// -----

func.func @clamp(%v: i32, %m: i32) {
  // CHECK: clamp [0] is not a range within int8
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 0>} : i32, i32 -> i32
  func.return
}

// -----

func.func @clamp_order(%v: i32, %m: i32) {
  // CHECK: clamp [5, -5] is not a range within int8
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 5, -5>} : i32, i32 -> i32
  func.return
}

// -----

func.func @clamp_range(%v: i32, %m: i32) {
  // CHECK: clamp [-128, 200] is not a range within int8
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 200>} : i32, i32 -> i32
  func.return
}

// -----

func.func @right_shift(%v: i32, %m: i32) {
  // CHECK: shift -1 is out of range
  %y = cortexm.requantize %v, %m {shift = -1 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>} : i32, i32 -> i32
  func.return
}

// -----

func.func @left_shift(%v: i32, %m: i32) {
  // CHECK: shift 31 is out of range
  %y = cortexm.requantize %v, %m {shift = 31 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>} : i32, i32 -> i32
  func.return
}

// -----

func.func @tflite_shift(%v: i32, %m: i32) {
  // CHECK: shift -32 is out of range
  %y = cortexm.requantize %v, %m {shift = -32 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>, rounding = "tflite"} : i32, i32 -> i32
  func.return
}

// -----

func.func @rounding(%v: i32, %m: i32) {
  // CHECK: unknown rounding up
  %y = cortexm.requantize %v, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: 0, 1>, rounding = "up"} : i32, i32 -> i32
  func.return
}

// -----

// Halves to even is for averages, one value at a time.

func.func @even_tile(%b: i32, %m: i32) {
  %t = cortexm.tile %b : i32 -> vector<1x4xi32>
  // CHECK: only an i32 and a vector<4x1xi32> are rounded to even
  %y = cortexm.requantize %t, %m {shift = 0 : i32, zero_point = 0 : i32, clamp = array<i64: -128, 127>, rounding = "even"} : vector<1x4xi32>, i32 -> vector<1x4xi32>
  func.return
}
