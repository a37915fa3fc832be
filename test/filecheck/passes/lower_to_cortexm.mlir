// RUN: approx-opt %s -p lower-to-cortexm --split-input-file | filecheck %s
// RUN: approx-opt %s -p lower-to-cortexm --split-input-file | approx-opt --split-input-file | filecheck %s

// A convolution with a window of 1 x 2 on two rows of five pixels, three channels in, two out. The
// input lies in the workspace as int16, each pixel widened to four channels, one pixel of padding
// behind each row.
//
// Both channels are one function. Columns 0, 1 and 2 are the channels of the left pixel, 3, 4 and 5
// those of the right one, at places 0, 1, 2 and 4, 5, 6 of the window. A pair of weights that no
// tap is left of (place 2, for both channels) has no op; one that a single channel has left (place
// 6) names its row.
//
// The zero point is folded into the biases: 10 + 2 (1 + 2 + 3 + 4) and 20 + 2 (5 + 6). Four pixels
// are computed at a time; five are two tiles that overlap, the second at min(4, 5 - 4) = 1.

!x = tensor<2x5x3xi8, #approx.quant<scale = 1.0e+00, zero_point = -2>>
!y = tensor<2x5x2xi8, #approx.quant<scale = 5.0e-01, zero_point = 4>>

func.func @toy(%x: !x) -> !y attributes {approx.workspace_bytes = 96 : i32} {
  %0 = approx.repack "conv/pack" %x {
    kernel = "loop", offset = 0 : i32,
    layout = #approx.layout<i16, channels = 4, pads = [0, 0, 0, 1], fill = -2>
  } : !x -> !x
  %y = approx.unpacked_conv2d "conv" %0 {
    multipliers = dense<[1073741824, 536870912]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: 4, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>, kernel = "unrolled", layout = #approx.layout<i8, channels = 2>
  } : !x -> !y {
    approx.channel bias 10 columns [0, 1, 3, 5] weights [1, 2, 3, 4]
    approx.channel bias 20 columns [0, 3] weights [5, 6]
  }
  func.return %y : !y
}

// CHECK:      cortexm.model @toy {inputs = [{name = "input0", shape = array<i64: 2, 5, 3>, scale = 1.000000e+00 : f32, zero_point = -2 : i32}],
// CHECK-SAME:   outputs = [{name = "output0", shape = array<i64: 2, 5, 2>, scale = 5.000000e-01 : f32, zero_point = 4 : i32}], workspace_bytes = 96 : i32,
// CHECK-SAME:   memory = [{layer = "conv/pack", kind = "result", workspace = "workspace", offset = 0 : i32, size = 96 : i32, first = 0 : i32, last = 1 : i32}]}

// CHECK:      func.func private @toy_0_conv_pack(%x: !cortexm.ptr<i8>, %y: !cortexm.ptr<i16>) {
// CHECK:            %in = cortexm.address %x[%{{.*}}, %{{.*}}] {strides = array<i64: 15, 3>, offset = 0 : i32}
// CHECK-NEXT:       %out = cortexm.address %y[%{{.*}}, %{{.*}}] {strides = array<i64: 24, 4>, offset = 0 : i32}
// CHECK-NEXT:       %[[V0:.*]] = cortexm.load %in[0]
// CHECK-NEXT:       %[[V1:.*]] = cortexm.load %in[1]
// CHECK-NEXT:       %[[V2:.*]] = cortexm.load %in[2]
// CHECK-NEXT:       cortexm.store %[[V0]], %out[0]
// CHECK-NEXT:       cortexm.store %[[V1]], %out[1]
// CHECK-NEXT:       cortexm.store %[[V2]], %out[2]

// CHECK:      func.func private @toy_1_conv_ch0(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK-DAG:    %[[MULTIPLIER0:.*]] = arith.constant 1073741824 : i32
// CHECK-DAG:    %[[MULTIPLIER1:.*]] = arith.constant 536870912 : i32
// CHECK-DAG:    %[[BIAS0:.*]] = arith.constant 30 : i32
// CHECK-DAG:    %[[BIAS1:.*]] = arith.constant 42 : i32
// CHECK-DAG:    %[[LAST:.*]] = arith.constant 1 : index
// CHECK:        scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT:     scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NEXT:       %[[COLUMN:.*]] = arith.minsi %[[J]], %[[LAST]] : index
// CHECK-NEXT:       %out = cortexm.address %y[%[[I]], %[[COLUMN]]] {strides = array<i64: 10, 2>, offset = 0 : i32}
// CHECK-NEXT:       %acc = cortexm.tile %[[BIAS0]], %[[BIAS1]] : i32, i32 -> vector<2x4xi32>
// CHECK-NEXT:       %window = cortexm.address %x[%[[I]], %[[COLUMN]]] {strides = array<i64: 24, 4>, offset = 0 : i32}
// CHECK-NEXT:       %[[A:.*]] = cortexm.mac %acc, %window[0] stride 4 rows [0, 1] weights [1, 2, 5, 0]
// CHECK-NEXT:       %[[B:.*]] = cortexm.mac %[[A]], %window[4] stride 4 rows [0, 1] weights [3, 0, 6, 0]
// CHECK-NEXT:       %[[C:.*]] = cortexm.mac %[[B]], %window[6] stride 4 rows [0] weights [4, 0]
// CHECK-NEXT:       %[[D:.*]] = cortexm.requantize %[[C]], %[[MULTIPLIER0]], %[[MULTIPLIER1]] {shift = 0 : i32, zero_point = 4 : i32, clamp = array<i64: 4, 127>}
// CHECK-NEXT:       cortexm.store_tile %[[D]], %out[0] stride 2

// @toy_run calls them layer by layer. The padding of a tensor is filled before its layer runs: here
// the pixel between the rows and the one behind the last row.

// CHECK:      func.func @toy_run(%[[IN:.*]]: !cortexm.ptr<i8>, %[[OUT:.*]]: !cortexm.ptr<i8>, %[[MEMORY:.*]]: !cortexm.ptr<i8>) {
// CHECK-NEXT:   cortexm.layer "conv/pack" attributes {info = {op = "repack", kernel = "loop", in_shape = array<i64: 2, 5, 3>, out_shape = array<i64: 2, 5, 3>, macs = 0 : i64, macs_skipped = 0 : i64, flash_bytes = {{[0-9]+}} : i64, predicted_cycles = {{[0-9]+}} : i64, ram_bytes = 96 : i64}} {
// CHECK-NEXT:     %conv_pack = cortexm.buffer %[[MEMORY]][0]
// CHECK-NEXT:     cortexm.fill %conv_pack[20] {value = -2 : i32, count = 4 : i32}
// CHECK-NEXT:     cortexm.fill %conv_pack[44] {value = -2 : i32, count = 4 : i32}
// CHECK-NEXT:     func.call @toy_0_conv_pack(%[[IN]], %conv_pack)
// CHECK-NEXT:   }
// CHECK-NEXT:   cortexm.layer "conv" attributes {info = {op = "conv2d", kernel = "unrolled", in_shape = array<i64: 2, 5, 3>, out_shape = array<i64: 2, 5, 2>, macs = 120 : i64
// CHECK-NEXT:     %[[X:.*]] = cortexm.buffer %[[MEMORY]][0]
// CHECK-NEXT:     func.call @toy_1_conv_ch0(%[[X]], %[[OUT]])

// -----

// The same as a loop: four output channels at once, of which there are three; a row of zeros fills
// up. Weights lie in the order they are read, two inputs of each channel in turn, the fourth input
// being that of the channel that is not there. So few are words (int16).

!x = tensor<2x5x3xi8, #approx.quant<scale = 1.0e+00, zero_point = -2>>
!y = tensor<2x5x3xi8, #approx.quant<scale = 5.0e-01, zero_point = 4>>

func.func @looped(%x: !x) -> !y attributes {approx.workspace_bytes = 96 : i32} {
  %0 = approx.repack "conv/pack" %x {
    kernel = "loop", offset = 0 : i32,
    layout = #approx.layout<i16, channels = 4, pads = [0, 0, 0, 1], fill = -2>
  } : !x -> !x
  %y = approx.unpacked_conv2d "conv" %0 {
    multipliers = dense<[1073741824, 536870912, 268435456]> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: 4, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 1>, kernel = "loop", layout = #approx.layout<i8, channels = 3>
  } : !x -> !y {
    approx.channel bias 10 columns [0, 1, 3, 5] weights [1, 2, 3, 4]
    approx.channel bias 20 columns [0, 3] weights [5, 6]
    approx.channel bias 30 columns [0, 1, 2, 3, 4, 5] weights [7, 8, 9, 10, 11, 12]
  }
  func.return %y : !y
}

// CHECK:      func.func private @looped_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>) {
// CHECK:        %weights = cortexm.table "weights" dense<[1, 2, 5, 0, 7, 8, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 3, 0, 6, 0, 10, 11, 0, 0, 4, 0, 0, 0, 12, 0, 0, 0]> : tensor<32xi16>
// CHECK-NEXT:   %bias = cortexm.table "bias" dense<[30, 42, 144, 0]> : tensor<4xi32>
// CHECK-NEXT:   %multipliers = cortexm.table "multipliers" dense<[1073741824, 536870912, 268435456, 0]> : tensor<4xi32>
// CHECK-NEXT:   %[[B0:.*]] = cortexm.load %bias[0]
// CHECK-NEXT:   %[[B1:.*]] = cortexm.load %bias[1]
// CHECK-NEXT:   %[[B2:.*]] = cortexm.load %bias[2]
// CHECK-NEXT:   %[[B3:.*]] = cortexm.load %bias[3]
// CHECK-NEXT:   %[[M0:.*]] = cortexm.load %multipliers[0]
// CHECK-NEXT:   %[[M1:.*]] = cortexm.load %multipliers[1]
// CHECK-NEXT:   %[[M2:.*]] = cortexm.load %multipliers[2]
// CHECK-NEXT:   %[[M3:.*]] = cortexm.load %multipliers[3]

// Tiles of two pixels lie across or, as here, one below the other, whichever leaves fewer over.

// CHECK-NEXT:   scf.for %[[COLUMN:.*]] = %{{.*}} to %{{.*}} step
// CHECK-NEXT:     %window = cortexm.address %x[%[[COLUMN]]] {strides = array<i64: 4>, offset = 0 : i32}
// CHECK-NEXT:     %acc = cortexm.tile %[[B0]], %[[B1]], %[[B2]], %[[B3]] : i32, i32, i32, i32 -> vector<4x2xi32>
// CHECK-NEXT:     %[[A:.*]] = cortexm.dot %acc, %window[0], %weights[0] stride 24 length 8 runs 1 below 0
// CHECK-NEXT:     %[[R:.*]] = cortexm.requantize %[[A]], %[[M0]], %[[M1]], %[[M2]], %[[M3]]
// CHECK-NEXT:     %out = cortexm.address %y[%[[COLUMN]]] {strides = array<i64: 3>, offset = 0 : i32}
// CHECK-NEXT:     cortexm.store_tile %[[R]], %out[0] stride 15 {rows = 3 : i32}

// -----

// Where an LDR does not reach (4095 bytes), the base moves. The third row of this window is 2 * 2048
// bytes away, the second pixel of a tile 4.

!x = tensor<3x512x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<1x512x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

func.func @far(%x: !x) -> !y attributes {approx.workspace_bytes = 6144 : i32} {
  %0 = approx.repack "conv/pack" %x {
    kernel = "loop", offset = 0 : i32, layout = #approx.layout<i16, channels = 2>
  } : !x -> !x
  %y = approx.unpacked_conv2d "conv" %0 {
    multipliers = dense<[1073741824]> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, kernel = "unrolled", layout = #approx.layout<i8, channels = 1>
  } : !x -> !y {
    approx.channel bias 0 columns [0, 2, 4] weights [1, 2, 3]
  }
  func.return %y : !y
}

// CHECK:      func.func private @far_1_conv_ch0
// CHECK:        %[[A:.*]] = cortexm.mac %acc, %window[0] stride 2 rows [0] weights [1, 0]
// CHECK-NEXT:   %[[B:.*]] = cortexm.mac %[[A]], %window[1024] stride 2 rows [0] weights [2, 0]
// CHECK-NEXT:   %[[BASE:.*]] = cortexm.address %window[] {strides = array<i64>, offset = 2048 : i32}
// CHECK-NEXT:   %{{.*}} = cortexm.mac %[[B]], %[[BASE]][0] stride 2 rows [0] weights [3, 0]
