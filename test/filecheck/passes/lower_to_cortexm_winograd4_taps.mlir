// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm | filecheck %s
// RUN: approx-opt %s -p select-kernels,plan-memory,lower-to-cortexm -t c | filecheck %s --check-prefix=C

// Taps in Winograd's domain, most of them gone. What is left of two output channels is a stream of
// words: for each pair of input channels that is kept the packed weights and the step to its
// transformed inputs, in bytes; headers say what comes next.

!x = tensor<4x4x4xi8, #approx.quant<scale = 1.0e+00, zero_point = -1>>
!y = tensor<4x4x3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

// CHECK-LABEL: func.func private @net_1_conv(%x: !cortexm.ptr<i16>, %v: !cortexm.ptr<i16>, %m: !cortexm.ptr<i32>, %y: !cortexm.ptr<i8>)
// CHECK-NEXT: %taps = cortexm.table "taps" dense<"{{.*}}"> : tensor<294xi32>
// CHECK-NEXT: %bias = cortexm.table "bias" dense<[7, 8, 9]>
// CHECK-NEXT: %multipliers = cortexm.table "multipliers"

// A constant input is 36 times itself at position 7, (1, 1), and 0 elsewhere: with x - z_x = x + 1
// the sums lack 36 times the weights there, 36 * (3 + 4) in the last channel.

// CHECK-NEXT: %centers = cortexm.table "centers" dense<[0, 0, 252]> : tensor<3xi32>
// CHECK:      cortexm.winograd4_input
// CHECK:      cortexm.winograd4_taps %v, %taps, %m {pairs = 2 : i32}
// CHECK-NEXT: cortexm.winograd4_skipped %m, %bias, %multipliers, %centers, %y, %y, %y, %y {channels = 2 : i32,
// CHECK:      %u = cortexm.address %taps[] {strides = array<i64>, offset = 147 : i32}
// CHECK:      cortexm.winograd4_taps %v, %u, %m {pairs = 2 : i32}
// CHECK:      cortexm.winograd4_skipped %m, %{{.*}} {channels = 1 : i32,

// At position 0 both channels keep the first pair: weights 2 + (3 << 16) and 0 + (4 << 16), a step of
// 16 bytes from before the inputs. Then 50397122, 0x0300ffc2, ends the position: kind 3, no more blocks
// of both, and a jump by 0xffc2 = -62 bytes to the end of a position. Position 1 has nothing left and
// begins with zeros. A step of 0 where a position would begin is the end.

// C: static const int32_t taps[294] = {
// C-NEXT: 196610, 262144, 16, 50397122, 0, 0, 16, 50397122,
// C: approx_winograd4_taps(v, taps, m);
// C-NEXT: approx_winograd4_skipped_s8(m, 2, bias, multipliers, centers, 0, 0, -128, 127, y, y, y, y, 12, 3);
func.func @net(%x: !x) -> !y {
  %y = approx.unpacked_conv2d "conv" %x {
    multipliers = dense<1073741824> : tensor<3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 1, 1, 1, 1>, domain = "winograd4"
  } : !x -> !y {
    approx.channel bias 7 columns [0, 1, 62] weights [2, 3, 1]
    approx.channel bias 8 columns [1, 143] weights [4, 6]
    approx.channel bias 9 columns [28, 29] weights [3, 4]
  }
  func.return %y : !y
}
