// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// A convolution as the list of its operands: what is not listed is not computed.

!x = tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @unpacked
func.func @unpacked(%x: !x) {

  // CHECK-NEXT: %y = approx.unpacked_conv2d "conv" %x {
  // CHECK-SAME:   multipliers = dense<[5, 6]> : tensor<2xi32>, shift = 0 : i32
  // CHECK-SAME:   kernel_shape = array<i64: 1, 2>
  // CHECK-SAME: } : tensor<1x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
  // CHECK-SAME: -> tensor<1x3x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>> {
  // CHECK-NEXT:   approx.channel bias -12 columns [0, 3] weights [127, -127]
  // CHECK-NEXT:   approx.channel bias 0 columns [] weights []
  // CHECK-NEXT: }
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<[5, 6]> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>
  } : !x -> !y {
    approx.channel bias -12 columns [0, 3] weights [127, -127]
    approx.channel bias 0 columns [] weights []
  }

  // What calibration, significance, skipping, kernel selection and memory planning add. Weights
  // have 16 bits: a transformed domain needs more than int8.

  // CHECK-NEXT: %z = approx.unpacked_conv2d "late" %x {
  // CHECK-SAME:   rounding = "tflite"
  // CHECK-SAME:   metric = "variance", granularity = "pair", skip = 5.000000e-01 : f64
  // CHECK-SAME:   patch_mean = dense<0.000000e+00> : tensor<2xf32>
  // CHECK-SAME:   patch_variance = dense<1.000000e+00> : tensor<2xf32>
  // CHECK-SAME:   patch_covariance = dense<{{\[\[}}1.000000e+00, 5.000000e-01], [5.000000e-01, 1.000000e+00]]> : tensor<2x2xf64>
  // CHECK-SAME:   kernel = "unrolled"
  // CHECK-SAME:   layout = #approx.layout<i8, channels = 2>
  // CHECK-SAME:   offset = 16 : i32
  // CHECK-NEXT:   approx.channel bias 1 columns [1] weights [1143] significance [2.500000e-01]
  // CHECK-NEXT:   approx.channel bias 2 columns [0] weights [-1143] significance [7.500000e-01]
  // CHECK-NEXT: }
  %z = approx.unpacked_conv2d "late" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = -1 : i32, clamp = array<i64: -128, 127>,
    rounding = "tflite",
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>,
    metric = "variance", granularity = "pair", skip = 0.5 : f64,
    patch_mean = dense<0.0> : tensor<2xf32>, patch_variance = dense<1.0> : tensor<2xf32>,
    patch_covariance = dense<[[1.0, 0.5], [0.5, 1.0]]> : tensor<2x2xf64>,
    kernel = "unrolled", layout = #approx.layout<i8, channels = 2>, offset = 16 : i32
  } : !x -> !x {
    approx.channel bias 1 columns [1] weights [1143] significance [0.25]
    approx.channel bias 2 columns [0] weights [-1143] significance [0.75]
  }

  // Columns count all channels of the input, though with groups only those of the own one are there.

  // CHECK-NEXT: %g = approx.unpacked_conv2d "groups" %x {
  // CHECK-SAME:   group = 2 : i32
  // CHECK-NEXT:   approx.channel bias 0 columns [0, 2] weights [1, 2]
  // CHECK-NEXT:   approx.channel bias 0 columns [1, 3] weights [3, 4]
  %g = approx.unpacked_conv2d "groups" %x {
    multipliers = dense<5> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
    dilations = array<i64: 1, 1>, group = 2 : i32
  } : !x -> !y {
    approx.channel bias 0 columns [0, 2] weights [1, 2]
    approx.channel bias 0 columns [1, 3] weights [3, 4]
  }
  return
}
