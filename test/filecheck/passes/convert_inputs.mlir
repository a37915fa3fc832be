// RUN: approx-opt %s -p 'convert-inputs{layout=nchw}' --split-input-file | filecheck %s --check-prefixes=CHECK,NCHW
// RUN: approx-opt %s -p 'convert-inputs{type=float32}' --split-input-file | filecheck %s --check-prefixes=CHECK,FLOAT
// RUN: approx-opt %s -p 'convert-inputs{layout=nchw type=uint8}' --split-input-file | filecheck %s --check-prefixes=CHECK,BOTH
// RUN: approx-opt %s -p 'convert-inputs{layout=nhwc}' --split-input-file | filecheck %s --check-prefix=NHWC
// RUN: approx-opt %s -p convert-inputs --split-input-file | filecheck %s --check-prefix=ASIS

// A camera's driver may hand over planes of channels, or unsigned bytes, and a sensor's floats. By
// itself a network takes int8 with the channels of a pixel side by side. Channels first are transposed
// by the first layer; bytes and floats are converted by it, and put in order on the way. `approx.perm`
// says which dimension of the ONNX model's input each one is: now all are in their places again.

!hwc = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @image
// NCHW-SAME: (%[[X:.*]]: tensor<3x4x5xi8, {{.*}}> {approx.name = "x", approx.perm = array<i64: 0, 1, 2>, approx.layout = "nchw"})
// FLOAT-SAME: (%[[X:.*]]: tensor<4x5x3xf32> {approx.name = "x", approx.perm = array<i64: 1, 2, 0>})
// BOTH-SAME: (%[[X:.*]]: tensor<3x4x5xui8> {approx.name = "x", approx.perm = array<i64: 0, 1, 2>, approx.layout = "nchw"})
func.func @image(%x: !hwc {approx.name = "x", approx.perm = array<i64: 1, 2, 0>}) -> !hwc {
  // NCHW-NEXT: %[[Y:.*]] = approx.transpose "x/transpose" %[[X]] {perm = array<i64: 1, 2, 0>}
  // FLOAT-NEXT: %[[Y:.*]] = approx.convert "x/convert" %[[X]] {perm = array<i64: 0, 1, 2>}
  // BOTH-NEXT: %[[Y:.*]] = approx.convert "x/convert" %[[X]] {perm = array<i64: 1, 2, 0>}
  // CHECK-NEXT: approx.max_pool2d "pool" %[[Y]]
  %0 = approx.max_pool2d "pool" %x {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  return %0 : !hwc
}

// -----

// The values of one channel have the same order either way: a reshape, which is no code at all.

!hwc = tensor<4x5x1xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @one_channel
// NCHW-SAME: (%[[X:.*]]: tensor<1x4x5xi8
func.func @one_channel(%x: !hwc) -> !hwc {
  // NCHW-NEXT: approx.reshape "input0/transpose" %[[X]]
  // FLOAT-NEXT: approx.convert "input0/convert"
  %0 = approx.max_pool2d "pool" %x {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  return %0 : !hwc
}

// -----

// Where layers take the input with its channels first already, nothing has to move: here a table comes
// before the transpose. The second input, a vector, has no order. Without a layout the order stays, but
// it is said, for the header.

!chw = tensor<3x4x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!hwc = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!vector = tensor<7xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @channels_first
// NCHW-SAME: (%[[X:.*]]: tensor<3x4x5xi8, {{.*}}> {approx.layout = "nchw"}, %[[Y:.*]]: tensor<7xi8, {{[^{}]*}}>)
// BOTH-SAME: (%[[X:.*]]: tensor<3x4x5xui8> {approx.layout = "nchw"}, %[[Y:.*]]: tensor<7xui8>)
// FLOAT-SAME: (%[[X:.*]]: tensor<3x4x5xf32> {approx.layout = "nchw"}, %[[Y:.*]]: tensor<7xf32>)
// NHWC-LABEL: func.func @channels_first(%x: tensor<4x5x3xi8
// NHWC-NEXT: approx.transpose "input0/transpose" %x {perm = array<i64: 2, 0, 1>}
// ASIS-LABEL: func.func @channels_first
// ASIS-SAME: tensor<3x4x5xi8, {{.*}}> {approx.layout = "nchw"}, %{{.*}}: tensor<7xi8, {{[^{}]*}}>)
// ASIS-NEXT: approx.requantize
func.func @channels_first(%x: !chw, %y: !vector) -> (!hwc, !vector) {
  // NCHW-NEXT: approx.requantize "scale" %[[X]]
  // BOTH-NEXT: approx.convert "input0/convert" %[[X]] {perm = array<i64: 0, 1, 2>}
  // BOTH-NEXT: approx.convert "input1/convert" %[[Y]] {perm = array<i64: 0>}
  // FLOAT-NEXT: approx.convert "input0/convert" %[[X]] {perm = array<i64: 0, 1, 2>}
  %0 = approx.requantize "scale" %x {
    multipliers = dense<[1073741824]> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0, 127>
  } : !chw -> !chw
  %1 = approx.transpose "pool" %0 {perm = array<i64: 1, 2, 0>} : !chw -> !hwc
  %2 = approx.max_pool2d "pool" %1 {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  %3 = approx.requantize "scale" %y {
    multipliers = dense<[1073741824]> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0, 127>
  } : !vector -> !vector
  return %2, %3 : !hwc, !vector
}

// -----

// No layer tells: an image that is flattened at once comes as ONNX has it, channels first.

!chw = tensor<3x4x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!flat = tensor<60xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @flattened
// NCHW-SAME: (%[[X:.*]]: tensor<3x4x5xi8
// ASIS-LABEL: func.func @flattened
// ASIS-SAME: approx.layout = "nchw"
func.func @flattened(%x: !chw {approx.perm = array<i64: 0, 1, 2>}) -> !flat {
  // NCHW-NEXT: approx.reshape "flat" %[[X]]
  // BOTH-NEXT: approx.convert "input0/convert" %{{.*}} {perm = array<i64: 0, 1, 2>}
  // FLOAT-NEXT: approx.convert "input0/convert" %{{.*}} {perm = array<i64: 0, 1, 2>}
  %0 = approx.reshape "flat" %x : !chw -> !flat
  return %0 : !flat
}

// -----

// One layer takes the image with its channels last, the other one turned: of the two transposes of the
// other one nothing is left.

!chw = tensor<3x4x5xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!hwc = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

// CHECK-LABEL: func.func @both
// NCHW-SAME: (%[[X:.*]]: tensor<3x4x5xi8
// ASIS-LABEL: func.func @both(%x: tensor<4x5x3xi8, {{[^{}]*}}>) ->
func.func @both(%x: !hwc) -> (!hwc, !chw) {
  // NCHW-NEXT: %[[Y:.*]] = approx.transpose "input0/transpose" %[[X]]
  // NCHW-NEXT: approx.max_pool2d "pool" %[[Y]]
  // NCHW-NEXT: approx.requantize "scale" %[[X]]
  %0 = approx.max_pool2d "pool" %x {
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !hwc -> !hwc
  %1 = approx.transpose "scale" %x {perm = array<i64: 2, 0, 1>} : !hwc -> !chw
  %2 = approx.requantize "scale" %1 {
    multipliers = dense<[1073741824]> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0, 127>
  } : !chw -> !chw
  return %0, %2 : !hwc, !chw
}
