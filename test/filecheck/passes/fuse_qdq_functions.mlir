// RUN: approx-opt %s -p fuse-qdq --split-input-file | filecheck %s

// Functions of single values. An int8 has 256 values: what HardSwish, or any chain of nodes that has
// one quantized input, makes of them is worked out at compile time, as the model would in float32.
// Here int8 goes in and comes out: a model may leave the first QuantizeLinear to its caller.
//
// x = q / 16 is -8 first and 127 / 16 last. HardSwish is 0 up to -3 (entry 80) and x from 3 on, in
// y = (q + 122) / 16: 0x86 is -122, the last entry 127 - 122 = 5.

// CHECK-LABEL: func.func @swish
// CHECK-NEXT: approx.lookup "y" %{{.*}} {table = dense<"[[SWISH:0x868686[0-9A-F]+030405]]"> : tensor<256xi8>}
// CHECK-SAME: : tensor<2xi8, #approx.quant<scale = 6.25e-02, zero_point = 0>> -> tensor<2xi8, #approx.quant<scale = 6.25e-02, zero_point = -122>>

!qx = tensor<1x2xi8>
!x = tensor<1x2xf32>

func.func @swish(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.0625> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.hard_swish "y" %x : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.0625> : tensor<f32>, zero_point = dense<-122> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// The same function as some exporters write it, x * clip(x + 3, 0, 6) / 6: four nodes, x in two places,
// one table. The last node gives its name.

// CHECK-LABEL: func.func @chain
// CHECK-NEXT: approx.lookup "y" %{{.*}} {table = dense<"[[SWISH]]"> : tensor<256xi8>}
// CHECK-NEXT: func.return

!qx = tensor<1x2xi8>
!x = tensor<1x2xf32>

func.func @chain(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.0625> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %three = approx.onnx.constant "three" dense<3.0> : tensor<f32> : tensor<f32>
  %six = approx.onnx.constant "six" dense<6.0> : tensor<f32> : tensor<f32>
  %a = approx.onnx.add "a" %x, %three : !x, tensor<f32> -> !x
  %b = approx.onnx.clip "b" %a {min = 0.0 : f32, max = 6.0 : f32} : !x -> !x
  %c = approx.onnx.mul "c" %x, %b : !x, !x -> !x
  %y = approx.onnx.div "y" %c, %six : !x, tensor<f32> -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.0625> : tensor<f32>, zero_point = dense<-122> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// A Clip or Relu last of all is in the table, too. y = (q + 128) / 256, so that 1/4 is -64, 0xC0.

// CHECK-LABEL: func.func @sigmoid
// CHECK-NEXT: approx.lookup "s" %{{.*}} {table = dense<"0xC0C0C0{{[0-9A-F]+}}7F7F7F"> : tensor<256xi8>}
// CHECK-NEXT: func.return

!qx = tensor<1x2xi8>
!x = tensor<1x2xf32>

func.func @sigmoid(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.0625> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %s = approx.onnx.sigmoid "s" %x : !x -> !x
  %y = approx.onnx.clip "y" %s {min = 0.25 : f32} : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<3.90625e-03> : tensor<f32>, zero_point = dense<-128> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// Where constants differ from channel to channel, each one has a table, and channels are last: slopes
// 1/2 and 0 below zero. -128 / 2 is -64, 0xC0, and so is -63.5: halves go to the even neighbour.

// CHECK-LABEL: func.func @prelu
// CHECK: %[[X:.*]] = approx.transpose "y" %{{.*}} {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: %[[Y:.*]] = approx.lookup "y" %[[X]] {table = dense<"0xC0C0C1C2C2C2{{[0-9A-F]*}}7D7E7F000000{{[0-9A-F]*}}7D7E7F"> : tensor<2x256xi8>}
// CHECK-NEXT: approx.transpose "y" %[[Y]] {perm = array<i64: 2, 0, 1>}

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @prelu(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %slope = approx.onnx.constant "slope" dense<[[[0.5]], [[0.0]]]> : tensor<2x1x1xf32> : tensor<2x1x1xf32>
  %y = approx.onnx.prelu "y" %x, %slope : !x, tensor<2x1x1xf32> -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<0> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// Straight lines, one a channel (2 x + 1 and x / 2 - 1), need no tables: they are a depthwise
// convolution of single pixels, y = (w (x - z_x) + b) s. Weights of 11 bits leave room for offsets:
// with 2047 as slope the accumulator counts in 1/2047 and in 1/8188, the biases are 2047 and -8188,
// and s is 4/2047 and 1/2047 in 2^32ths. The Relu is its clamp.

// CHECK-LABEL: func.func @lines
// CHECK: approx.depthwise_conv2d "a" %{{.*}} {weights = dense<2047> : tensor<1x1x2xi16>, bias = dense<[2047, -8188]> : tensor<2xi32>
// CHECK-SAME: multipliers = dense<[8392706, 2098177]> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: 7, 127>
// CHECK-SAME: kernel_shape = array<i64: 1, 1>
// CHECK-SAME: : tensor<1x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>> -> tensor<1x3x2xi8, #approx.quant<scale = 2.5e-01, zero_point = 7>>

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @lines(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %scale = approx.onnx.constant "scale" dense<[[[[2.0]], [[0.5]]]]> : tensor<1x2x1x1xf32> : tensor<1x2x1x1xf32>
  %offset = approx.onnx.constant "offset" dense<[[[[1.0]], [[-1.0]]]]> : tensor<1x2x1x1xf32> : tensor<1x2x1x1xf32>
  %m = approx.onnx.mul "m" %x, %scale : !x, tensor<1x2x1x1xf32> -> !x
  %a = approx.onnx.add "a" %m, %offset : !x, tensor<1x2x1x1xf32> -> !x
  %y = approx.onnx.relu "y" %a : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// A BatchNormalization that no convolution has taken in is such lines, here the same two.

// CHECK-LABEL: func.func @norm
// CHECK: approx.depthwise_conv2d "y" %{{.*}} {weights = dense<2047> : tensor<1x1x2xi16>, bias = dense<[2047, -8188]> : tensor<2xi32>
// CHECK-SAME: multipliers = dense<[8392706, 2098177]> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>

!qx = tensor<1x2x1x3xi8>
!x = tensor<1x2x1x3xf32>

func.func @norm(%qx: !qx) -> !qx {
  %x = approx.onnx.dequantize "x" %qx {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qx -> !x
  %y = approx.onnx.batch_normalization "y" %x {
    scale = dense<[2.0, 0.5]> : tensor<2xf32>, bias = dense<[1.0, -1.0]> : tensor<2xf32>,
    mean = dense<0.0> : tensor<2xf32>, variance = dense<1.0> : tensor<2xf32>, epsilon = 0.0 : f32
  } : !x -> !x
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !x -> !qx
  func.return %qy : !qx
}

// -----

// A difference is a sum with a negative factor: 2 a - 0.5 b in 2^22ths. The constant is
// 2^21 for rounding, + 7 * 2^22, + 3 * 2^23, + 9 * 2^21, which is 75497472.

// CHECK-LABEL: func.func @sub
// CHECK-NEXT: approx.add "y" %{{.*}}, %{{.*}} {lhs_multiplier = 8388608 : i32, rhs_multiplier = -2097152 : i32, constant = 75497472 : i32, shift = 22 : i32, clamp = array<i64: -128, 127>}

!qa = tensor<1x2xi8>
!a = tensor<1x2xf32>

func.func @sub(%qa: !qa, %qb: !qa) -> !qa {
  %a = approx.onnx.dequantize "a" %qa {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qa -> !a
  %b = approx.onnx.dequantize "b" %qb {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<9> : tensor<i8>, axis = 0 : i64
  } : !qa -> !a
  %y = approx.onnx.sub "y" %a, %b : !a, !a -> !a
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !a -> !qa
  func.return %qy : !qa
}

// -----

// A product of two tensors; one of them is a factor for each channel and stays 2x1x1. The ratio
// s_a s_b / s_y is 0.5 * 0.125 / 0.25 = 1/4, in 2^32ths 2^30; halves, which are common, go to even.

// CHECK-LABEL: func.func @mul
// CHECK-NEXT: approx.mul "y" %{{.*}}, %{{.*}} {multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>, rounding = "even"}
// CHECK-SAME: : tensor<2x3x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>, tensor<2x1x1xi8, #approx.quant<scale = 1.25e-01, zero_point = 9>> -> tensor<2x3x3xi8, #approx.quant<scale = 2.5e-01, zero_point = 7>>

!qa = tensor<1x2x3x3xi8>
!a = tensor<1x2x3x3xf32>
!qb = tensor<1x2x1x1xi8>
!b = tensor<1x2x1x1xf32>

func.func @mul(%qa: !qa, %qb: !qb) -> !qa {
  %a = approx.onnx.dequantize "a" %qa {
    scale = dense<0.5> : tensor<f32>, zero_point = dense<-3> : tensor<i8>, axis = 0 : i64
  } : !qa -> !a
  %b = approx.onnx.dequantize "b" %qb {
    scale = dense<0.125> : tensor<f32>, zero_point = dense<9> : tensor<i8>, axis = 0 : i64
  } : !qb -> !b
  %y = approx.onnx.mul "y" %a, %b : !a, !b -> !a
  %qy = approx.onnx.quantize "qy" %y {
    scale = dense<0.25> : tensor<f32>, zero_point = dense<7> : tensor<i8>, axis = 0 : i64
  } : !a -> !qa
  func.return %qy : !qa
}
