// RUN: approx-opt %s --split-input-file --verify-diagnostics | filecheck %s

// CHECK: quantization scale must be positive and finite
func.func @scale(%0: tensor<2xi8, #approx.quant<scale = 0.0, zero_point = 0>>) { return }

// -----

// CHECK: zero point must be within int8
func.func @zero_point(%0: tensor<2xi8, #approx.quant<scale = 1.0, zero_point = 128>>) { return }

// -----

// CHECK: layout elements are i8 or i16
func.func @element() attributes {approx.layout = #approx.layout<i32, channels = 4>} { return }

// -----

// CHECK: layout pads are four numbers >= 0
func.func @pads() attributes {
  approx.layout = #approx.layout<i8, channels = 4, pads = [1, 1, 1], fill = 0>
} { return }

// -----

// CHECK: layout fill must be within int8
func.func @fill() attributes {
  approx.layout = #approx.layout<i8, channels = 4, pads = [1, 1, 1, 1], fill = 200>
} { return }

// -----

// CHECK: a layout without padding has nothing to fill
func.func @no_padding() attributes {
  approx.layout = #approx.layout<i8, channels = 4, pads = [0, 0, 0, 0], fill = 1>
} { return }

// -----

// CHECK: a layout has at least one channel
func.func @channels() attributes {approx.layout = #approx.layout<i8, channels = 0>} { return }

// -----

// CHECK: the order of a layout is hwc or chw, not whc
func.func @order() attributes {
  approx.layout = #approx.layout<i8, channels = 4, order = whc>
} { return }
