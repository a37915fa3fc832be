// RUN: python %S/Inputs/two_images.py %t.npz
// RUN: approx-opt %s -p 'collect-statistics{calibration="%t.npz"}' | filecheck %s
// RUN: approx-opt %s -p collect-statistics --calibration %t.npz | filecheck %s
// RUN: approx-opt %s -p unpack-operands,collect-statistics --calibration %t.npz | filecheck %s --check-prefix=TAPS
// RUN: approx-opt %s -p 'unpack-operands,collect-statistics{covariance=true}' --calibration %t.npz | filecheck %s --check-prefix=PAIRS
// RUN: not approx-opt %s -p collect-statistics 2>&1 | filecheck %s --check-prefix=NONE
// RUN: not approx-opt %s -p 'collect-statistics{calibration="%t.none.npz"}' 2>&1 | filecheck %s --check-prefix=ABSENT

// Calibration data come as the ONNX model takes them, here as channels x height x width, and the
// function's attributes say how its own argument follows from that. In steps of the scale 0.5, the
// two images of one row and two pixels are (2, 4) and (6, 0), each plus the zero point.

!x = tensor<1x2x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -1>>
!y = tensor<1x2x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @toy(%x: !x {approx.onnx_shape = array<i64: 1, 1, 1, 2>, approx.perm = array<i64: 1, 2, 0>}) -> !y {

  // The window takes two pixels, the second of which is padding at the right edge, and slides over
  // two positions. So the inputs x - z_x of its two taps are
  //
  //     tap 0: 2, 4, 6, 0   mean 3, variance 5
  //     tap 1: 4, 0, 0, 0   mean 1, variance 3

  // CHECK:      approx.conv2d "conv" %x {
  // CHECK-SAME:   patch_mean = dense<[3.000000e+00, 1.000000e+00]> : tensor<2xf32>
  // CHECK-SAME:   patch_variance = dense<[5.000000e+00, 3.000000e+00]> : tensor<2xf32>
  // TAPS:       approx.unpacked_conv2d "conv" %x {
  // TAPS-SAME:    patch_mean = dense<[3.000000e+00, 1.000000e+00]> : tensor<2xf32>
  // TAPS-SAME:    patch_variance = dense<[5.000000e+00, 3.000000e+00]> : tensor<2xf32>

  // Their product is 2 * 4 at one of four positions and else 0: on average 2, less the product of
  // the means -1, their covariance.

  // PAIRS:      approx.unpacked_conv2d "conv" %x {
  // PAIRS-SAME:   patch_covariance = dense<{{\[\[}}5.000000e+00, -1.000000e+00], [-1.000000e+00, 3.000000e+00]]> : tensor<2x2xf64>
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[8], [-4]]]]> : tensor<1x1x2x1xi8>, bias = dense<0> : tensor<1xi32>,
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>
  } : !x -> !y

  // The next layer sees what this one gives: (8 * 2 - 4 * 4) / 4 = 0 and 8 for the first image, 12
  // and 0 for the second.

  // CHECK:      approx.conv2d "next" %y {
  // CHECK-SAME:   patch_mean = dense<5.000000e+00> : tensor<1xf32>
  // CHECK-SAME:   patch_variance = dense<2.700000e+01> : tensor<1xf32>
  // TAPS:       approx.unpacked_conv2d "next" %y {
  // TAPS-SAME:    patch_mean = dense<5.000000e+00> : tensor<1xf32>
  %z = approx.conv2d "next" %y {
    weights = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !y -> !y
  return %z : !y
}

// NONE:   approx-opt: error: collect-statistics has no calibration data for layer conv: pass --calibration or collect-statistics{calibration="..."}
// ABSENT: approx-opt: error: {{.*}}none.npz
