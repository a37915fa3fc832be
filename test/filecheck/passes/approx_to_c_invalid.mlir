// RUN: not approx-opt %s -p 'approx-to-c{target=stm32x9}' 2>&1 | filecheck %s --check-prefix=TARGET
// RUN: not approx-opt %s -p 'approx-to-c{skip=1.5}' 2>&1 | filecheck %s --check-prefix=SHARE
// RUN: not approx-opt %s -p 'approx-to-c{skip=0.5 plan="%S/Inputs/loop_plan.json"}' 2>&1 | filecheck %s --check-prefix=TWO
// RUN: not approx-opt %s -p 'approx-to-c{preset=fast skip=0.5 domain=direct}' 2>&1 | filecheck %s --check-prefix=PRESET
// RUN: not approx-opt %s -p 'approx-to-c{skip=0.5}' 2>&1 | filecheck %s --check-prefix=DATA
// RUN: not approx-opt %s -p 'approx-to-c{skpi=0.5}' 2>&1 | filecheck %s --check-prefix=OPTION
// RUN: not approx-opt %s -p approx-to-c 2>&1 | filecheck %s --check-prefix=FLOAT

// Options are looked at before anything runs.

// TARGET: approx-opt: error: unknown target 'stm32x9'; there are stm32u5, stm32l4, stm32f4, stm32f7, stm32h7, stm32g0
// SHARE: approx-opt: error: skip-operands: fraction 1.5 is not from 0 to 1
// TWO: approx-opt: error: skip-operands needs one of threshold, fraction and plan to say how much to skip
// PRESET: approx-opt: error: approx-to-c: preset=fast says what to skip, and goes not with skip, domain: leave one or the other out
// OPTION: approx-opt: error: pass approx-to-c is given option 'skpi', which there is not; did you mean 'skip'?

// A network that is not quantized cannot run on integers.

// DATA: approx-opt: error: 1 node(s) cannot run on integers; quantize the model (--calibration) or export it with QuantizeLinear around them:
// FLOAT: approx-opt: error: 1 node(s) cannot run on integers; quantize the model (--calibration) or export it with QuantizeLinear around them:

func.func @float(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %y = approx.onnx.relu "relu" %x : tensor<1x2xf32> -> tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
