// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifier of a list of operands refuses of groups (tap_ops_invalid.mlir has the rest).

// CHECK: does not verify: 3 groups do not divide 2 and 2 channels
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @group(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, group = 3 : i32
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [1]
    approx.channel bias 0 columns [1] weights [1]
  }
  return
}

// -----

// Channel 0 is in group 0, which has column 0.

// CHECK: does not verify: channel 0 has taps outside its group
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @foreign(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !x {
    approx.channel bias 0 columns [1] weights [1]
    approx.channel bias 0 columns [1] weights [1]
  }
  return
}

// -----

// CHECK: does not verify: channel 1 has taps outside its group
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @second(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !x {
    approx.channel bias 0 columns [0] weights [1]
    approx.channel bias 0 columns [0] weights [1]
  }
  return
}
