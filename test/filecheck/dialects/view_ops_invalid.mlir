// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of layers refuse that move values: views, and what joins, pads and repeats.

// Views keep values and what they mean.

// CHECK: does not verify: 12 elements in, 11 out
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<11xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @reshape_count(%x: !x) {
  %y = approx.reshape "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: scale and zero point stay
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<12xi8, #approx.quant<scale = 2.5e-01, zero_point = -3>>
func.func @reshape_scale(%x: !x) {
  %y = approx.reshape "layer" %x : !x -> !y
  return
}

// -----

// CHECK: does not verify: perm is not a permutation of the dimensions
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @perm(%x: !x) {
  %y = approx.transpose "layer" %x {perm = array<i64: 0, 1, 1>} : !x -> !y
  return
}

// -----

// CHECK: does not verify: the result has another shape than perm gives
!x = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @perm_shape(%x: !x) {
  %y = approx.transpose "layer" %x {perm = array<i64: 2, 0, 1>} : !x -> !y
  return
}

// -----

// What is joined has one scale and one zero point, and differs in one dimension at most.

// CHECK: does not verify: operands have scale and zero point of the result
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x6x3xi8, #approx.quant<scale = 2.5e-01, zero_point = -3>>
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_scale(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = 2 : i32} : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands have scale and zero point of the result
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_nothing() {
  %y = "approx.concat"() <{layer = "layer", axis = 2 : i32}> : () -> !y
  return
}

// -----

// CHECK: does not verify: there is no dimension 3
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_axis(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = 3 : i32} : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: there is no dimension -1
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_from_the_end(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = -1 : i32} : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands and result differ in rank
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_rank(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = 2 : i32} : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands make [4, 6, 5], not [4, 6, 6]
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x6x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x6xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_size(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = 2 : i32} : !x, !b -> !y
  return
}

// -----

// CHECK: does not verify: operands differ in more than one dimension
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!b = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<4x6x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @concat_others(%x: !x, %b: !b) {
  %y = approx.concat "layer" %x, %b {axis = 2 : i32} : !x, !b -> !y
  return
}

// -----

// Padding is an int8 around every dimension.

// CHECK: does not verify: padding needs two numbers for every dimension
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<5x8x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @pad_numbers(%x: !x) {
  %y = approx.pad "layer" %x {
    before = array<i64: 1, 1>, after = array<i64: 0, 1, 0>, value = -3 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: padding is at least 0
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<3x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @pad_crop(%x: !x) {
  %y = approx.pad "layer" %x {
    before = array<i64: -1, 0, 0>, after = array<i64: 0, 0, 0>, value = -3 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: the result does not have the padded shape
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<6x8x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @pad_shape(%x: !x) {
  %y = approx.pad "layer" %x {
    before = array<i64: 1, 1, 0>, after = array<i64: 0, 1, 0>, value = -3 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: scale and zero point stay
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<5x8x2xi8, #approx.quant<scale = 5.0e-01, zero_point = 0>>
func.func @pad_zero_point(%x: !x) {
  %y = approx.pad "layer" %x {
    before = array<i64: 1, 1, 0>, after = array<i64: 0, 1, 0>, value = -3 : i32
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: 128 is no int8
!x = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<5x8x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @pad_value(%x: !x) {
  %y = approx.pad "layer" %x {
    before = array<i64: 1, 1, 0>, after = array<i64: 0, 1, 0>, value = 128 : i32
  } : !x -> !y
  return
}

// -----

// Rows and columns of the result are some of the input.

// CHECK: does not verify: input and result must be HxWxC
!x = tensor<12xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @resize_vector(%x: !x) {
  %y = approx.resize_nearest2d "layer" %x {
    rows = array<i64: 0, 0>, columns = array<i64: 0, 0, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: rows, columns and channels make [2, 3, 2]
!x = tensor<2x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @resize_shape(%x: !x) {
  %y = approx.resize_nearest2d "layer" %x {
    rows = array<i64: 0, 1>, columns = array<i64: 0, 0, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: scale and zero point stay
!x = tensor<2x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 2.5e-01, zero_point = -3>>
func.func @resize_scale(%x: !x) {
  %y = approx.resize_nearest2d "layer" %x {
    rows = array<i64: 0, 1>, columns = array<i64: 0, 0, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: rows and columns are those of the input
!x = tensor<2x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @resize_row(%x: !x) {
  %y = approx.resize_nearest2d "layer" %x {
    rows = array<i64: 0, 2>, columns = array<i64: 0, 0, 1>
  } : !x -> !y
  return
}

// -----

// CHECK: does not verify: rows and columns are those of the input
!x = tensor<2x2x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!y = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
func.func @resize_column(%x: !x) {
  %y = approx.resize_nearest2d "layer" %x {
    rows = array<i64: 0, 1>, columns = array<i64: -1, 0, 1>
  } : !x -> !y
  return
}
