// RUN: approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/model_plan.json"}' | filecheck %s --check-prefix=FITS
// RUN: not approx-opt %s -p 'unpack-operands,transform-winograd{plan="%S/Inputs/other_model_plan.json"}' 2>&1 | filecheck %s --check-prefix=MODEL
// RUN: not approx-opt %s -p 'unpack-operands,skip-operands{plan="%S/Inputs/other_model_plan.json"}' 2>&1 | filecheck %s --check-prefix=MODEL
// RUN: not approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/other_model_plan.json"}' 2>&1 | filecheck %s --check-prefix=MODEL
// RUN: not approx-opt %s -p 'unpack-operands,select-kernels{plan="%S/Inputs/other_shape_plan.json"}' 2>&1 | filecheck %s --check-prefix=SHAPE
// RUN: grep -v sha256 %S/Inputs/other_model_plan.json > %t.json && approx-opt %s -p 'unpack-operands,select-kernels{plan="%t.json"}' | filecheck %s --check-prefix=FITS

// A plan may say what it was made for: "sha256" which model, "shape" weights of which size. The module
// notes the hash of the model that it was read from.

!x = tensor<2x3x1xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!y = tensor<2x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!p = tensor<1x2x2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!f = tensor<4xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>
!z = tensor<2xi8, #approx.quant<scale = 1.0e+00, zero_point = 0>>

module attributes {approx.model = "toy.onnx", approx.model_sha256 = "0f53133ce57ca8e8937bb4b1c15a33ef9594704e1c11abd58e598bb8362f7385"} {

func.func @toy(%x: !x) -> !z {
  %y = approx.conv2d "conv" %x {
    weights = dense<[[[[1], [2]]], [[[3], [4]]]]> : tensor<2x1x2x1xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>,
    kernel_shape = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
    pads = array<i64: 0, 0, 0, 0>
  } : !x -> !y
  %p = approx.max_pool2d "pool" %y {
    kernel_shape = array<i64: 2, 1>, strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>
  } : !y -> !p
  %f = approx.reshape "dense" %p : !p -> !f
  %z = approx.fully_connected "dense" %f {
    weights = dense<1> : tensor<2x4xi8>, bias = dense<0> : tensor<2xi32>,
    multipliers = dense<1073741824> : tensor<2xi32>, shift = 0 : i32, clamp = array<i64: -128, 127>
  } : !f -> !z
  func.return %z : !z
}

}

// Two channels, windows of 1 x 2 over one channel; two outputs of four inputs: it fits, and does what it
// says: by itself the convolution would be unrolled. So does the plan of another model whose "sha256" has been
// taken out.

// FITS: approx.unpacked_conv2d "conv"
// FITS-SAME: kernel = "loop"

// Every pass that reads plans refuses that of another model: its shares were found on other weights.

// MODEL: approx-opt: error: plan {{.*}}/Inputs/other_model_plan.json was made for another model: its 'sha256' is d9298a10d1b0..., that of this model 0f53133ce57c...; explore this model, or take 'sha256' out of the plan to use it anyway

// Without hashes, layers still have to be there, and to have weights of the size they had. All is said at
// once.

// SHAPE:      approx-opt: error: plan {{.*}}/Inputs/other_shape_plan.json does not fit the network:
// SHAPE-NEXT:   layer 'conv': 'shape' is [2, 3, 3, 1], but the layer has weights of [2, 1, 2, 1]; take 'shape' out to use the entry anyway
// SHAPE-NEXT:   layer 'pool': 'shape' is [2, 2], but the layer has no weights; take 'shape' out to use the entry anyway
// SHAPE-NEXT:   layer 'denes', which there is not; did you mean 'dense'?
