// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Inputs as the firmware has them, made the int8 that layers take. Scale and zero point are those of
// the result. The image below has its channels first; dimension i of the result is dimension perm[i].

!unsigned = tensor<3x4x5xui8>
!float = tensor<7xf32>
!image = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!vector = tensor<7xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @network
func.func @network(%x: !unsigned, %y: !float) -> (!image, !vector) {

  // CHECK: approx.convert "x/convert" %x {perm = array<i64: 1, 2, 0>} : tensor<3x4x5xui8> -> tensor<4x5x3xi8,
  %0 = approx.convert "x/convert" %x {perm = array<i64: 1, 2, 0>} : !unsigned -> !image

  // CHECK: approx.convert "y/convert" %y {perm = array<i64: 0>} : tensor<7xf32> -> tensor<7xi8,
  %1 = approx.convert "y/convert" %y {perm = array<i64: 0>} : !float -> !vector
  return %0, %1 : !image, !vector
}

// At the kernel level that is a line of values at a time, here five of a channel, which go to pixels of
// four int16.

// CHECK-LABEL: func.func @lines
func.func @lines(%x: !cortexm.ptr<ui8>, %y: !cortexm.ptr<f32>, %z: !cortexm.ptr<i16>) {

  // CHECK: cortexm.to_signed %x, %z {count = 5 : i32, strides = array<i64: 1, 4>} : !cortexm.ptr<ui8>, !cortexm.ptr<i16>
  cortexm.to_signed %x, %z {count = 5 : i32, strides = array<i64: 1, 4>} : !cortexm.ptr<ui8>, !cortexm.ptr<i16>

  // CHECK: cortexm.quantize %y, %z {count = 5 : i32, strides = array<i64: 1, 4>, scale = 5.000000e-01 : f32, zero_point = -3 : i32} : !cortexm.ptr<f32>, !cortexm.ptr<i16>
  cortexm.quantize %y, %z {
    count = 5 : i32, strides = array<i64: 1, 4>, scale = 5.0e-01 : f32, zero_point = -3 : i32
  } : !cortexm.ptr<f32>, !cortexm.ptr<i16>
  return
}
