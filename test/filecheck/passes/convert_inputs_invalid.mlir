// RUN: not approx-opt %s -p 'convert-inputs{layout=nchw}' 2>&1 | filecheck %s --check-prefix=LAYOUT
// RUN: not approx-opt %s -p 'convert-inputs{type=uint8},convert-inputs{type=uint8}' 2>&1 | filecheck %s --check-prefix=TWICE
// RUN: not approx-opt %s -p 'convert-inputs{type=int4}' 2>&1 | filecheck %s --check-prefix=TYPE

// A vector has no channels that could come first or last.

// LAYOUT: approx-opt: error: convert-inputs: layout=nchw is for images, of four dimensions with the batch; input x is 1x7: leave the option out

// TWICE: approx-opt: error: convert-inputs: input x is tensor<7xui8>, not int8 with #approx.quant: run fuse-qdq first, and convert-inputs once

// TYPE: approx-opt: error: pass convert-inputs: type must be one of int8, uint8, float32, not 'int4'

!vector = tensor<7xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

func.func @net(%x: !vector {approx.name = "x"}) -> !vector {
  %0 = approx.requantize "scale" %x {
    multipliers = dense<[1073741824]> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: 0, 127>
  } : !vector -> !vector
  return %0 : !vector
}
