// RUN: approx-opt %s | approx-opt | filecheck %s
// RUN: approx-opt %s --print-op-generic | approx-opt | filecheck %s

// Every op of the integer network: one line is one layer, named after its ONNX node. Tensors are
// height x width x channels without the batch.

!image = tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!small = tensor<2x3x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!conv = tensor<2x3x3xi8, #approx.quant<scale = 2.5e-01, zero_point = 7>>
!channels = tensor<1x1x2xi8, #approx.quant<scale = 3.90625e-03, zero_point = -128>>
!vector = tensor<12xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
!scores = tensor<3xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!odds = tensor<3xi8, #approx.quant<scale = 3.90625e-03, zero_point = -128>>

// CHECK-LABEL: func.func @weighted
func.func @weighted(%x: !image, %v: !vector) {

  // A convolution steps through the image by `strides`; `pads` are top, left, bottom, right. The
  // lower clamp is the result's zero point: a fused Relu.

  // CHECK-NEXT: %conv = approx.conv2d "conv" %x {
  // CHECK-SAME:   weights = dense<1> : tensor<3x3x3x2xi8>, bias = dense<[1, 2, 3]> : tensor<3xi32>
  // CHECK-SAME:   multipliers = dense<[5, 6, 7]> : tensor<3xi32>, shift = 0 : i32
  // CHECK-SAME:   clamp = array<i64: 7, 127>
  // CHECK-SAME:   kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>
  // CHECK-SAME:   pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  // CHECK-SAME: } : tensor<4x6x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
  // CHECK-SAME: -> tensor<2x3x3xi8, #approx.quant<scale = 2.5e-01, zero_point = 7>>
  %conv = approx.conv2d "conv" %x {
    weights = dense<1> : tensor<3x3x3x2xi8>, bias = dense<[1, 2, 3]> : tensor<3xi32>,
    multipliers = dense<[5, 6, 7]> : tensor<3xi32>, shift = 0 : i32, clamp = array<i64: 7, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>,
    pads = array<i64: 1, 1, 0, 0>, dilations = array<i64: 1, 1>
  } : !image -> !conv

  // Calibration adds the statistics of the im2col columns; kernel selection and memory planning
  // say how the layer is carried out and where its result lies. TFLite's rounding may shift right.

  // CHECK-NEXT: %late = approx.conv2d "late" %x {
  // CHECK-SAME:   shift = -4 : i32
  // CHECK-SAME:   rounding = "tflite"
  // CHECK-SAME:   patch_mean = dense<[5.000000e-01, -1.500000e+00]> : tensor<2xf32>
  // CHECK-SAME:   patch_variance = dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
  // CHECK-SAME:   kernel = "loop"
  // CHECK-SAME:   layout = #approx.layout<i16, channels = 4, pads = [1, 1, 1, 1], fill = 7>
  // CHECK-SAME:   offset = 64 : i32
  %late = approx.conv2d "late" %x {
    weights = dense<1> : tensor<3x1x1x2xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<5> : tensor<3xi32>, shift = -4 : i32, clamp = array<i64: -128, 127>,
    rounding = "tflite",
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 2, 2>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
    patch_mean = dense<[0.5, -1.5]> : tensor<2xf32>,
    patch_variance = dense<[2.0, 3.0]> : tensor<2xf32>, kernel = "loop",
    layout = #approx.layout<i16, channels = 4, pads = [1, 1, 1, 1], fill = 7>, offset = 64 : i32
  } : !image -> !conv

  // CHECK-NEXT: %dw = approx.depthwise_conv2d "dw" %x {
  // CHECK-SAME:   weights = dense<1> : tensor<3x3x2xi8>, bias = dense<[4, 5]> : tensor<2xi32>
  // CHECK-SAME:   dilations = array<i64: 1, 2>
  %dw = approx.depthwise_conv2d "dw" %x {
    weights = dense<1> : tensor<3x3x2xi8>, bias = dense<[4, 5]> : tensor<2xi32>,
    multipliers = dense<[5, 6]> : tensor<2xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>,
    pads = array<i64: 1, 2, 1, 2>, dilations = array<i64: 1, 2>
  } : !image -> !image

  // CHECK-NEXT: %fc = approx.fully_connected "fc" %v {
  // CHECK-SAME:   weights = dense<-1> : tensor<3x12xi8>
  // CHECK-SAME: } : tensor<12xi8, {{.*}}> -> tensor<3xi8, {{.*}}>
  %fc = approx.fully_connected "fc" %v {
    weights = dense<-1> : tensor<3x12xi8>, bias = dense<0> : tensor<3xi32>,
    multipliers = dense<9> : tensor<3xi32>, shift = 2 : i32, clamp = array<i64: -128, 127>
  } : !vector -> !scores

  // Output channels of a group see its input channels only: here one of two. Weights from -255 to
  // 255 are int16.

  // CHECK-NEXT: %groups = approx.conv2d "groups" %x {
  // CHECK-SAME:   weights = dense<-255> : tensor<4x1x1x1xi16>
  // CHECK-SAME:   group = 2 : i32
  %groups = approx.conv2d "groups" %x {
    weights = dense<-255> : tensor<4x1x1x1xi16>, bias = dense<0> : tensor<4xi32>,
    multipliers = dense<5> : tensor<4xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 2 : i32
  } : !image -> tensor<4x6x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

  // A depthwise convolution may make several outputs of each channel, which are next to each other.

  // CHECK-NEXT: %multiplied = approx.depthwise_conv2d "multiplied" %x {
  // CHECK-SAME{LITERAL}: weights = dense<[[[1, 2, 3, 4]]]> : tensor<1x1x4xi8>
  // CHECK-SAME: -> tensor<4x6x4xi8,
  %multiplied = approx.depthwise_conv2d "multiplied" %x {
    weights = dense<[[[1, 2, 3, 4]]]> : tensor<1x1x4xi8>, bias = dense<0> : tensor<4xi32>,
    multipliers = dense<5> : tensor<4xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 1>, strides = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>
  } : !image -> tensor<4x6x4xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
  return
}

// CHECK-LABEL: func.func @windowed
func.func @windowed(%x: !image) {

  // CHECK-NEXT: %max = approx.max_pool2d "max" %x {
  // CHECK-SAME:   kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>
  // CHECK-SAME:   pads = array<i64: 0, 0, 0, 0>
  %max = approx.max_pool2d "max" %x {
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !image -> !small

  // The multiplier of an average holds the division by the window's size: 2^32 / 4.

  // CHECK-NEXT: %avg = approx.avg_pool2d "avg" %x {
  // CHECK-SAME:   multipliers = dense<1073741824> : tensor<1xi32>
  %avg = approx.avg_pool2d "avg" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>
  } : !image -> !small

  // Where windows reach into the padding and only what lies inside counts, each pixel has its own.

  // CHECK-NEXT: %edge = approx.avg_pool2d "edge" %x {
  // CHECK-SAME:   multipliers = dense<{{\[\[}}9, 8, 8], [8, 7, 7]]> : tensor<2x3xi32>
  // CHECK-SAME:   pads = array<i64: 1, 1, 0, 0>
  %edge = approx.avg_pool2d "edge" %x {
    multipliers = dense<[[9, 8, 8], [8, 7, 7]]> : tensor<2x3xi32>, shift = 0 : i32,
    clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>
  } : !image -> !small
  return
}

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%x: !image, %c: !channels) {

  // CHECK-NEXT: %sum = approx.add "sum" %x, %x {
  // CHECK-SAME:   lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32
  // CHECK-SAME:   constant = 1024 : i32, shift = 10 : i32, clamp = array<i64: -3, 127>
  // CHECK-SAME: } : tensor<4x6x2xi8, {{.*}}>, tensor<4x6x2xi8, {{.*}}> -> tensor<4x6x2xi8, {{.*}}>
  %sum = approx.add "sum" %x, %x {
    lhs_multiplier = 512 : i32, rhs_multiplier = 512 : i32, constant = 1024 : i32,
    shift = 10 : i32, clamp = array<i64: -3, 127>
  } : !image, !image -> !image

  // CHECK-NEXT: %relu = approx.requantize "relu" %x {multipliers = dense<1073741824> : tensor<1xi32>
  // CHECK-SAME:   clamp = array<i64: -3, 127>
  %relu = approx.requantize "relu" %x {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 2 : i32, clamp = array<i64: -3, 127>
  } : !image -> !image

  // A dimension of 1 is used again: a factor for each channel. A product is requantized.

  // CHECK-NEXT: %scaled = approx.mul "scaled" %x, %c {multipliers = dense<1073741824> : tensor<1xi32>
  // CHECK-SAME:   shift = 1 : i32, clamp = array<i64: -128, 127>, rounding = "even"
  // CHECK-SAME: } : tensor<4x6x2xi8, {{.*}}>, tensor<1x1x2xi8, {{.*}}> -> tensor<4x6x2xi8, {{.*}}>
  %scaled = approx.mul "scaled" %x, %c {
    multipliers = dense<1073741824> : tensor<1xi32>, shift = 1 : i32,
    clamp = array<i64: -128, 127>, rounding = "even"
  } : !image, !channels -> !image

  // Any function of one value is a table of its 256 results, or one such table a channel.

  // CHECK-NEXT: %swish = approx.lookup "swish" %x {table = dense<7> : tensor<256xi8>}
  // CHECK-NEXT: %slopes = approx.lookup "slopes" %x {table = dense<7> : tensor<2x256xi8>}
  %swish = approx.lookup "swish" %x {table = dense<7> : tensor<256xi8>} : !image -> !image
  %slopes = approx.lookup "slopes" %x {table = dense<7> : tensor<2x256xi8>} : !image -> !image
  return
}

// Softmax and argmax work along the last dimension: on scores, or on each pixel of an image.

// CHECK-LABEL: func.func @rows
func.func @rows(%x: !image, %s: !scores) {

  // CHECK-NEXT: %odds = approx.softmax "odds" %s {
  // CHECK-SAME:   table = dense<1> : tensor<256xi32>, multiplier = 16777216 : i32
  %odds = approx.softmax "odds" %s {
    table = dense<1> : tensor<256xi32>, multiplier = 16777216 : i32
  } : !scores -> !odds

  // CHECK-NEXT: %top = approx.argmax "top" %x : tensor<4x6x2xi8,
  // CHECK-SAME: -> tensor<4x6x1xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>
  %top = approx.argmax "top" %x : !image
    -> tensor<4x6x1xi8, #approx.quant<scale = 1.0e+00, zero_point = -128>>

  // Three channels at a time: at most 3 * 255^2 as the sum of their squares, 190 times 2^10.

  // CHECK-NEXT: %norm = approx.local_response_norm "norm" %x {
  // CHECK-SAME:   size = 3 : i32, table = dense<4096> : tensor<257xi32>, step = 10 : i32, fraction = 12 : i32
  %norm = approx.local_response_norm "norm" %x {
    size = 3 : i32, table = dense<4096> : tensor<257xi32>, step = 10 : i32, fraction = 12 : i32
  } : !image -> !image
  return
}

// CHECK-LABEL: func.func @views
func.func @views(%x: !small) {

  // CHECK-NEXT: %flat = approx.reshape "flat" %x : tensor<2x3x2xi8, {{.*}}> -> tensor<12xi8, {{.*}}>
  %flat = approx.reshape "flat" %x : !small -> !vector

  // CHECK-NEXT: %turned = approx.transpose "turned" %x {perm = array<i64: 2, 0, 1>} :
  // CHECK-SAME:   -> tensor<2x2x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>
  %turned = approx.transpose "turned" %x {perm = array<i64: 2, 0, 1>} : !small
    -> tensor<2x2x3xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

  // CHECK-NEXT: %wide = approx.repack "wide" %x {layout = #approx.layout<i16, channels = 2>} :
  %wide = approx.repack "wide" %x {layout = #approx.layout<i16, channels = 2>} : !small -> !small

  // Joined along one dimension; padded with an int8; rows and columns picked.

  // CHECK-NEXT: %joined = approx.concat "joined" %x, %x, %x {axis = 1 : i32} :
  // CHECK-SAME:   tensor<2x3x2xi8, {{.*}}>, tensor<2x3x2xi8, {{.*}}>, tensor<2x3x2xi8, {{.*}}> -> tensor<2x9x2xi8,
  %joined = approx.concat "joined" %x, %x, %x {axis = 1 : i32} : !small, !small, !small
    -> tensor<2x9x2xi8, #approx.quant<scale = 5.0e-01, zero_point = -3>>

  // CHECK-NEXT: %padded = approx.pad "padded" %x {
  // CHECK-SAME:   before = array<i64: 1, 1, 0>, after = array<i64: 1, 2, 0>, value = -3 : i32
  // CHECK-SAME: -> tensor<4x6x2xi8,
  %padded = approx.pad "padded" %x {
    before = array<i64: 1, 1, 0>, after = array<i64: 1, 2, 0>, value = -3 : i32
  } : !small -> !image

  // CHECK-NEXT: %up = approx.resize_nearest2d "up" %x {
  // CHECK-SAME:   rows = array<i64: 0, 0, 1, 1>, columns = array<i64: 0, 0, 1, 1, 2, 2>
  // CHECK-SAME: -> tensor<4x6x2xi8,
  %up = approx.resize_nearest2d "up" %x {
    rows = array<i64: 0, 0, 1, 1>, columns = array<i64: 0, 0, 1, 1, 2, 2>
  } : !small -> !image
  return
}
