// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Scale and zero point of a tensor. A scale is a float32: any way to write it prints as the shortest
// decimal that reads back as the same number.

// CHECK: func.func @scales(%0: tensor<2xi8, #approx.quant<scale = 7.8125e-03, zero_point = -128>>)
func.func @scales(%0: tensor<2xi8, #approx.quant<scale = 0.0078125, zero_point = -128>>) { return }

// CHECK: func.func @rounded(%0: tensor<2xi8, #approx.quant<scale = 1.0e-01, zero_point = 127>>)
func.func @rounded(%0: tensor<2xi8, #approx.quant<scale = 0.1000000015, zero_point = 127>>) { return }

// How a tensor lies in memory: the element type, elements from pixel to pixel, and, where there is
// padding around the plane, what it holds.

// CHECK: approx.layout = #approx.layout<i8, channels = 3>
func.func @packed() attributes {approx.layout = #approx.layout<i8, channels = 3>} { return }

// CHECK: approx.layout = #approx.layout<i16, channels = 4, pads = [1, 2, 3, 4], fill = -128>
func.func @padded() attributes {
  approx.layout = #approx.layout<i16, channels = 4, pads = [1, 2, 3, 4], fill = -128>
} { return }

// In the order chw each channel is a padded plane of its own; with hwc, which is not printed, pixels
// are.

// CHECK: approx.layout = #approx.layout<i16, channels = 4, order = chw, pads = [1, 1, 1, 2], fill = 5>
func.func @planes() attributes {
  approx.layout = #approx.layout<i16, channels = 4, order = chw, pads = [1, 1, 1, 2], fill = 5>
} { return }

// CHECK: approx.layout = #approx.layout<i8, channels = 4, order = chw>
func.func @dense_planes() attributes {
  approx.layout = #approx.layout<i8, channels = 4, order = chw>
} { return }

// CHECK: approx.layout = #approx.layout<i8, channels = 4>
func.func @pixels() attributes {
  approx.layout = #approx.layout<i8, channels = 4, order = hwc>
} { return }
