// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifiers of unpacked convolutions refuse.

// CHECK: does not verify: 2 columns but 1 weights
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @weights(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1]
  }
  return
}

// -----

// CHECK: does not verify: significance needs one number a column
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @significance(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2] significance [0.5]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: columns must ascend from 0
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @order(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [1, 0] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: columns must ascend from 0
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @twice(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [1, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: columns must ascend from 0
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @negative(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [-1, 0] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: column 2 lies outside the window
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @outside(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [2] weights [1]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: needs one approx.channel for every output channel
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @channel_missing(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: needs one approx.channel for every output channel
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @channel_extra(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<2xi32>, not tensor<3xi32>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @multipliers(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<3xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: clamp [-129, 127] is not a range within int8
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @clamp(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -129, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: result plane is (1, 3), expected (1, 4)
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @plane(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: 'approx.channel' expects parent op 'approx.unpacked_conv2d'
func.func @parent() {
  approx.channel bias 0 columns [0] weights [1]
  return
}

// -----

// CHECK: does not verify: needs one approx.channel for every output channel
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @another_op(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    %c = arith.constant 0 : i32
  }
  return
}

// -----

// CHECK: does not verify: multipliers must be tensor<2xi32>, not tensor<2xi64>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @wide_multipliers(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi64>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: a window has 2 dilations
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @dilations(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// Statistics are one f32 for each column.

// CHECK: does not verify: patch_mean must be tensor<2xf32>, not tensor<3xf32>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @statistics(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, patch_mean = dense<1.0> : tensor<3xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// So is the significance, for each channel.

// CHECK: does not verify: significance must be tensor<2x2xf32>, not tensor<2xf32>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @significance(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, significance = dense<1.0> : tensor<2xf32>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: patch_covariance must be tensor<2x2xf64>, not tensor<2xf64>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @covariance(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, patch_covariance = dense<1.0> : tensor<2xf64>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}

// -----

// CHECK: does not verify: patch_variance must be tensor<2xf32>, not tensor<2xf64>
!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @variance(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, patch_variance = dense<1.0> : tensor<2xf64>
  } : !x -> !x {
    approx.channel bias 0 columns [0, 1] weights [1, 2]
    approx.channel bias 0 columns [0, 1] weights [1, 2]
  }
  return
}
