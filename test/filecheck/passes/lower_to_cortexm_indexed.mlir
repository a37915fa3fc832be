// RUN: approx-opt %s -p 'select-kernels{kernel=indexed},plan-memory,lower-to-cortexm' --split-input-file | filecheck %s
// RUN: approx-opt %s -p 'select-kernels{kernel=indexed},plan-memory,lower-to-cortexm' --split-input-file -t c | filecheck %s --check-prefix=C

// A convolution most of whose taps are gone, by the kernel "indexed": what is left of two output
// channels is a list of words, which assembler code goes through for four outputs at a time. The odd
// last channel has a list and a function of its own.

!x = tensor<2x2x6xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2x2x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// First come taps that both channels have: inputs 0 and 1 with weights 2 and 3, 0 and 4, inputs 4
// and 5 with 1 and 0, 6 and -1. They are a segment that begins at byte 0 of a pixel. 16973822 is its
// header, 0x0102fffe: kind 1, two taps, and a jump by -2 bytes to the code for them. A tap is a word
// for the first channel, 196610 = 2 + (3 << 16), and one for the second, 262144 = 0 + (4 << 16); the
// next one, 2049 = 1 + (8 << 8), is 8 bytes farther on. 67108886, 0x04000016, is the end.

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>)
// CHECK-NEXT: %taps = cortexm.table "taps" dense<[0, 16973822, 196610, 262144, 2049, -65530, 0, 67108886, 0]>
// CHECK-NEXT: %bias = cortexm.table "bias" dense<[7, 8]>

// All outputs are one line, as nothing lies between the rows; its four are one tile. The code has no
// more copies of a tap than the longest segment wants.

// CHECK:      %acc = cortexm.tile %{{.*}}, %{{.*}} : i32, i32 -> vector<2x4xi32>
// CHECK-NEXT: %[[SUMS:.*]] = cortexm.taps %acc, %x, %taps pixel 6 line 12 copies [2, 0, 0]
// CHECK-NEXT: %[[RESULT:.*]] = cortexm.requantize %[[SUMS]],
// CHECK-NEXT: cortexm.store_tile %[[RESULT]], %y[0] stride 3

// The last channel has one tap, 4 bytes from the first input: kind 2.

// CHECK-LABEL: func.func private @net_1_conv_last
// CHECK-NEXT: %taps = cortexm.table "taps" dense<[4, 33685502, 262147, 0, 67174398, 0]>
// CHECK:      cortexm.taps %acc, %x, %taps pixel 6 line 12 copies [0, 1, 0] : vector<1x4xi32>
// CHECK:      %out = cortexm.address %y[] {strides = array<i64>, offset = 2 : i32}

// C: static const int32_t taps[9] = {0, 16973822, 196610, 262144, 2049, -65530, 0, 67108886, 0};
// C: APPROX_TAPS_2X4(acc, x, taps, 2, 0, 0, 6, 12);
// C: APPROX_TAPS_1X4(acc, x, taps, 0, 1, 0, 6, 12);
func.func @net(%x: !x) -> !y {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y {
    approx.channel bias 7 columns [0, 1, 4] weights [2, 3, 1]
    approx.channel bias 8 columns [1, 4, 5] weights [4, 6, -1]
    approx.channel bias 9 columns [2, 3] weights [3, 4]
  }
  func.return %y : !y
}

// -----

// What two channels do not share is faster as two lists, for one channel at eight outputs. Windows
// of two rows have gaps that a byte cannot say: then a new segment begins, here 304 - 4 bytes behind
// the tap before. A tile is two lines of four.

!x = tensor<4x38x4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<4x4x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func private @tall_1_conv(%x: !cortexm.ptr<i16>, %y: !cortexm.ptr<i8>)
// CHECK:      %taps = cortexm.table "taps" dense<[4, {{[0-9]+}}, 65537, 300, {{[0-9]+}}, 65537, 0, {{[0-9]+}}, 0, {{[0-9]+}}, 131074, 0, {{[0-9]+}}, 0]>
// CHECK-NEXT: %starts = cortexm.table "starts" dense<[0, 8]>
// CHECK:      scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK:        %w = cortexm.address %taps[%{{.*}}]
// CHECK:        cortexm.taps %acc, %window, %w pixel 40 line 152 copies [0, 1, 0] : vector<1x8xi32>
// CHECK:        cortexm.store_tile %{{.*}}, %out[0] stride 2 {line = 8 : i32}

// C: APPROX_TAPS_1X8(acc, window, w, 0, 1, 0, 40, 152);
// C: APPROX_STORE_GRID_1X8_S8(acc, out, 0, 2, 8, 1);
func.func @tall(%x: !x) -> !y {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 2, 1>, strides = array<i64: 1, 10>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 1, 0>
  } : !x -> !y {
    approx.channel bias 7 columns [2, 3, 4, 5] weights [1, 1, 1, 1]
    approx.channel bias 8 columns [0, 1] weights [2, 2]
  }
  func.return %y : !y
}
