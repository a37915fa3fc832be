// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' | filecheck %s
// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' -t c | filecheck %s --check-prefix=C
// RUN: approx-opt %s -p 'select-kernels,plan-memory,lower-to-cortexm' -t c-header | filecheck %s --check-prefix=H

// A network of two inputs: an image of unsigned bytes, channels first, and a vector of floats.

!image = tensor<4x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!vector = tensor<7xi8, #approx.quant<scale = 2.5e-01, zero_point = 4>>

// Zero points are those of the types that the caller has: 128 more for bytes. Floats have none; scale
// and zero point are what they are quantized with.

// CHECK: cortexm.model @net {inputs = [
// CHECK-SAME: {name = "image", shape = array<i64: 3, 4, 5>, scale = 5.000000e-01 : f32, zero_point = 125 : i32, layout = "nchw", type = ui8},
// CHECK-SAME: {name = "vector", shape = array<i64: 7>, scale = 2.500000e-01 : f32, zero_point = 4 : i32, type = f32}]

func.func @net(
  %x: tensor<3x4x5xui8> {approx.name = "image", approx.layout = "nchw"},
  %y: tensor<7xf32> {approx.name = "vector"}
) -> (!image, !vector) {

  // The longest lines are the planes of the channels, whose values become every third of the result.

  // CHECK: func.func private @net_0_image_convert(%x: !cortexm.ptr<ui8>, %y: !cortexm.ptr<i8>)
  // CHECK: %[[IN:.*]] = cortexm.address %x[%{{.*}}] {strides = array<i64: 20>, offset = 0 : i32}
  // CHECK: %[[OUT:.*]] = cortexm.address %y[%{{.*}}] {strides = array<i64: 1>, offset = 0 : i32}
  // CHECK: cortexm.to_signed %[[IN]], %[[OUT]] {count = 20 : i32, strides = array<i64: 1, 3>}
  // C: approx_signed_u8_s8(in, 1, out, 3, 20);
  %0 = approx.convert "image/convert" %x {perm = array<i64: 1, 2, 0>} : tensor<3x4x5xui8> -> !image

  // The scale is handed over by its bits: code around the kernels keeps out of the registers of floats.

  // CHECK: func.func private @net_1_vector_convert(%x: !cortexm.ptr<f32>, %y: !cortexm.ptr<i8>)
  // CHECK: cortexm.quantize %x, %y {count = 7 : i32, zero_point = 4 : i32, strides = array<i64: 1, 1>, scale = 2.500000e-01 : f32}
  // C: approx_quantize_f32_s8(x, 1, y, 1, 7, 0x3e800000u, 4);
  %1 = approx.convert "vector/convert" %y {perm = array<i64: 0>} : tensor<7xf32> -> !vector
  return %0, %1 : !image, !vector
}

// Floats are loaded as such, so their address is checked.

// C: int net_run(const uint8_t *input_0, const float *input_1, int8_t *output_0, int8_t *output_1, void *workspace) {
// C: if (((uintptr_t)input_1 & (NET_IN_1_ALIGNMENT - 1)) != 0) {
// C-NEXT: return NET_ERROR_ALIGNMENT;

// H: int net_run(const uint8_t *input_0, const float *input_1, int8_t *output_0, int8_t *output_1, void *workspace);
// H: #define NET_IN_0_SHAPE {3, 4, 5}
// H: #define NET_IN_0_SIZE_BYTES 60
// H-NEXT: #define NET_IN_0_ALIGNMENT 1
// H-NEXT: #define NET_IN_0_LAYOUT_NHWC 0
// H-NEXT: #define NET_IN_0_LAYOUT_NCHW 1
// H-NEXT: #define NET_IN_0_DTYPE uint8_t
// H-NEXT: #define NET_IN_0_SCALE 5.0e-01f
// H-NEXT: #define NET_IN_0_ZERO_POINT (125)
// H-NEXT: #define NET_IN_0_QUANTIZE(x) ((uint8_t)(net_quantize((x), NET_IN_0_SCALE, NET_IN_0_ZERO_POINT - 128) + 128))
// H: #define NET_IN_1_SIZE 7
// H-NEXT: #define NET_IN_1_SIZE_BYTES 28
// H-NEXT: #define NET_IN_1_ALIGNMENT 4
// H-NEXT: #define NET_IN_1_LAYOUT_NHWC 1
// H-NEXT: #define NET_IN_1_DTYPE float
// H-EMPTY:
