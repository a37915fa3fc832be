// RUN: env COLUMNS=80 approx-opt --help | filecheck %s

// Arguments by topic, those that come from xDSL among our own; its passes are counted, not listed.

// CHECK:      {{^}}usage: approx-opt [option ...] [FILE]
// CHECK:      {{^}}input:
// CHECK-NEXT:   FILE {{.*}}.onnx or .mlir
// CHECK:        --frontend
// CHECK:      {{^}}networks:
// CHECK:        --calibration
// CHECK:      {{^}}passes:
// CHECK-NOT:    canonicalize
// CHECK:        skip-operands,
// CHECK:        {{[0-9]+}} of xDSL
// CHECK:        --pass-pipeline
// CHECK:      {{^}}output:
// CHECK:        --target
// CHECK:      {{^}}generated files:
// CHECK:        --emit-dir
// CHECK:      {{^}}debugging IR:
// CHECK:        --print-between-passes
// CHECK-NOT:  {{^}}other options of xDSL:
// CHECK:      {{^}}information:
// CHECK:        --help
// CHECK:        --list-passes
// CHECK:      {{^}}examples:

builtin.module {}
