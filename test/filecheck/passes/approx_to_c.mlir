// RUN: python %S/Inputs/toy_images.py %t.npz
// RUN: approx-opt %s --calibration %t.npz -p 'fuse-qdq,fold-transposes,unpack-operands,collect-statistics,annotate-significance,skip-operands{fraction=0.5}' | filecheck %s --check-prefix=SKIP
// RUN: approx-opt %s -p approx-to-c -t c | filecheck %s --check-prefix=EXACT
// RUN: approx-opt %s --calibration %t.npz -p 'approx-to-c{skip=0.5}' -t c | filecheck %s --check-prefix=SPARSE
// RUN: approx-opt %s --calibration %t.npz -p 'approx-to-c{skip=0.5 compensate=false}' -t c | filecheck %s --check-prefix=BIASED
// RUN: approx-opt %s --calibration %t.npz -p 'approx-to-c{skip=0.5 metric=surgeon}' -t c | filecheck %s --check-prefix=SURGEON
// RUN: approx-opt %s --calibration %t.npz -p 'approx-to-c{plan="%S/Inputs/surgeon_plan.json"}' -t c | filecheck %s --check-prefix=SURGEON
// RUN: approx-opt %s --calibration %t.npz -p 'approx-to-c{plan="%S/Inputs/loop_plan.json"}' -t c | filecheck %s --check-prefix=LOOP

// From a quantized ONNX model to C, and where a skip shows on the way: two channels in, two out, a
// window of 1 x 2.

func.func @toy(%x: tensor<1x2x1x5xf32> {approx.name = "x"}) -> (tensor<1x2x1x4xf32> {approx.name = "y"}) {
  %qx = approx.onnx.quantize "qx" %x {
    scale = dense<1.0> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x5xf32> -> tensor<1x2x1x5xi8>
  %dx = approx.onnx.dequantize "dx" %qx {
    scale = dense<1.0> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x5xi8> -> tensor<1x2x1x5xf32>
  %w = approx.onnx.constant "w" dense<[[[[20, 1]], [[1, 30]]], [[[2, 50]], [[40, 3]]]]> : tensor<2x2x1x2xi8> : tensor<2x2x1x2xi8>
  %dw = approx.onnx.dequantize "dw" %w {
    scale = dense<1.5625e-02> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<2x2x1x2xi8> -> tensor<2x2x1x2xf32>
  %conv = approx.onnx.conv "conv" %dx, %dw {
    strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    group = 1 : i64
  } : tensor<1x2x1x5xf32>, tensor<2x2x1x2xf32> -> tensor<1x2x1x4xf32>
  %qy = approx.onnx.quantize "qy" %conv {
    scale = dense<1.0> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x4xf32> -> tensor<1x2x1x4xi8>
  %y = approx.onnx.dequantize "dy" %qy {
    scale = dense<1.0> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : tensor<1x2x1x4xi8> -> tensor<1x2x1x4xf32>
  func.return %y : tensor<1x2x1x4xf32>
}

// Exact: four pairs of weights, two for each pixel of the window.

// EXACT:      APPROX_TILE_2X4(acc, 0, 0);
// EXACT-NEXT: APPROX_MAC_2X4(acc, x, 0, 2, 20, 1, 2, 40);
// EXACT-NEXT: APPROX_MAC_2X4(acc, x, 2, 2, 1, 30, 50, 3);
// EXACT-NEXT: APPROX_REQUANTIZE_2X4(acc, 67108864, 67108864, 0, 0, -128, 127);

// In the calibration images both channels alternate, 0 and 10, 4 and 8: means 5 and 6, variances 25
// and 4. Skipping a pair costs w^2 of each tap times the variance of its input, and the two that
// cost least are
//
//     channel 0: left 20^2 25 +  1^2 4 = 10004, right  1^2 25 + 30^2 4 =  3625 <-
//     channel 1: left  2^2 25 + 40^2 4 =  6500 <- , right 50^2 25 + 3^2 4 = 62536
//
// Their taps are gone from the IR: columns 2 and 3 of channel 0, 0 and 1 of channel 1. What they
// added on average, 1 * 5 + 30 * 6 and 2 * 5 + 40 * 6, is in the biases.

// SKIP:      approx.unpacked_conv2d "conv"
// SKIP-SAME:   metric = "variance", granularity = "pair", skip = 5.000000e-01 : f64
// SKIP-NEXT:   approx.channel bias 185 columns [0, 1] weights [20, 1]
// SKIP-NEXT:   approx.channel bias 250 columns [2, 3] weights [50, 3]
// SKIP-NEXT: }

// And from the C: where both channels had an instruction, one has.

// SPARSE:      APPROX_TILE_2X4(acc, 185, 250);
// SPARSE-NEXT: APPROX_MAC_ROW_X4(acc, 0, x, 0, 2, 20, 1);
// SPARSE-NEXT: APPROX_MAC_ROW_X4(acc, 1, x, 2, 2, 50, 3);
// SPARSE-NEXT: APPROX_REQUANTIZE_2X4(acc, 67108864, 67108864, 0, 0, -128, 127);

// Without compensation the biases stay, and the results are off by what is missing.

// BIASED:      APPROX_TILE_2X4(acc, 0, 0);
// BIASED-NEXT: APPROX_MAC_ROW_X4(acc, 0, x, 0, 2, 20, 1);
// BIASED-NEXT: APPROX_MAC_ROW_X4(acc, 1, x, 2, 2, 50, 3);

// The metric "surgeon" has seen that the right pixel of the window tells all that the left one does,
// as images alternate: 10 - x and 12 - x of the one are the other. So the left one goes, and the
// weights of the right one make up for it. The sum of channel 0 was 20 * 0 + 4 + 10 + 30 * 8 = 254 and
// 20 * 10 + 8 + 0 + 30 * 4 = 328 in turn, and is 239 - 16 * 10 + 22 * 8 = 255 and 239 + 22 * 4 = 327;
// the multiplier makes 1/64 of it.

// SURGEON:      APPROX_TILE_2X4(acc, 239, 360);
// SURGEON-NEXT: APPROX_MAC_2X4(acc, x, 2, 2, -16, 22, 34, -2);

// A plan says the same for each layer, and by which kernel: a loop keeps zeros for what is skipped.

// LOOP: static const int16_t weights[8] = {20, 1, 0, 0, 0, 0, 50, 3};
