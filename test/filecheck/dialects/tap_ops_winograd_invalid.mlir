// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// What the verifier refuses of convolutions with taps in Winograd's domain.

// CHECK: does not verify: the domain is "winograd4" or absent, not "fft"
!x = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x5x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @unknown(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
    dilations = array<i64: 1, 1>, domain = "fft"
  } : !x -> !y {
    approx.channel bias 0 columns [] weights []
  }
  return
}

// -----

// CHECK: does not verify: Winograd's domain is for windows of 3x3, stride 1, undilated
!x = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @pointwise(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, domain = "winograd4"
  } : !x -> !x {
    approx.channel bias 0 columns [] weights []
    approx.channel bias 0 columns [] weights []
  }
  return
}

// -----

// CHECK: does not verify: Winograd's domain is for one group, and at least 4x4 outputs
!x = tensor<5x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<3x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @small(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, domain = "winograd4"
  } : !x -> !y {
    approx.channel bias 0 columns [] weights []
  }
  return
}

// -----

// CHECK: does not verify: Winograd's domain rounds to nearest
!x = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x5x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @rounding(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    rounding = "tflite",
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
    dilations = array<i64: 1, 1>, domain = "winograd4"
  } : !x -> !y {
    approx.channel bias 0 columns [] weights []
  }
  return
}

// -----

// CHECK: does not verify: column 72 lies outside the transformed tile
!x = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x5x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
func.func @outside(%x: !x) {
  %y = approx.unpacked_conv2d "layer" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
    dilations = array<i64: 1, 1>, domain = "winograd4"
  } : !x -> !y {
    approx.channel bias 0 columns [72] weights [1]
  }
  return
}
