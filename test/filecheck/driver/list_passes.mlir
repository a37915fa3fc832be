// RUN: approx-opt --list-passes | filecheck %s
// RUN: approx-opt --list-passes skip-operands | filecheck %s --check-prefix=ONE
// RUN: not approx-opt --list-passes skip-operand 2>&1 | filecheck %s --check-prefix=WRONG

// No input is needed. Ours come first, each by a sentence of its documentation; then its options,
// as `name: type = default`.

// CHECK-LABEL: Passes of approx-opt:
// CHECK:       {{^}}annotate-significance
// CHECK:       {{^}}approx-to-c
// CHECK:       {{^}}fold-transposes
// CHECK-NEXT:  {{^}}    Remove the transposes that `fuse-qdq` leaves around every spatial op.
// CHECK-NEXT:  {{^$}}
// CHECK-NEXT:  {{^}}fuse-qdq
// CHECK-NEXT:  {{^}}    Replace the ONNX ops of a quantized model by the integer network.
// CHECK-NEXT:  {{^}}    rounding: nearest|tflite = nearest
// CHECK:       {{^}}unpack-operands
// CHECK:           min-macs: int = 0, layers: str,..., keep-zeros: bool = false

// CHECK-LABEL: Passes of xDSL and its plug-ins:
// CHECK:       {{^}}canonicalize{{$}}
// CHECK-NEXT:  {{^}}    Applies all canonicalization patterns.
// CHECK:       {{^}}convert-ptr-to-x86
// CHECK-NEXT:  {{^}}    arch: str (required)
// CHECK:       {{^}}--list-passes NAME says all about one.

// ONE:      {{^}}skip-operands{{$}}
// ONE:      Remove taps of unpacked convolutions by their significance.
// ONE:      Errors: PassFailedException for contradictory options
// ONE:      Options:
// ONE:          granularity: mac|pair|block
// ONE:          compensate: bool = true

// WRONG: {{^}}approx-opt: error: --list-passes: pass 'skip-operand', which there is not; did you mean 'skip-operands'?

builtin.module {}
