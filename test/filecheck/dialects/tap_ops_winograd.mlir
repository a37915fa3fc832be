// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// A 3x3 convolution whose taps are those of Winograd's F(4x4, 3x3). Of two input channels there are
// 72: column 2 p + c is position p = 6 i + j of the transformed tile and channel c. Statistics are
// those of the transformed inputs, weights reach 49 times those of the window.

!x = tensor<4x5x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x5x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func @transformed
func.func @transformed(%x: !x) {

  // CHECK: approx.unpacked_conv2d "conv" %x {
  // CHECK-SAME: domain = "winograd4"
  // CHECK-SAME: patch_mean = dense<0.000000e+00> : tensor<72xf32>
  // CHECK:      approx.channel bias 5 columns [0, 14, 71] weights [36, -6223, 1]
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<5> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
    dilations = array<i64: 1, 1>, domain = "winograd4",
    patch_mean = dense<0.0> : tensor<72xf32>, patch_variance = dense<1.0> : tensor<72xf32>
  } : !x -> !y {
    approx.channel bias 5 columns [0, 14, 71] weights [36, -6223, 1]
  }
  return
}
