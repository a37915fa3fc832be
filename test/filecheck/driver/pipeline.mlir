// RUN: approx-opt %s -p 'fold-transposes,skip-operands{plan="%S/Inputs/exact.json"}' | filecheck %s
// RUN: approx-opt %s --pass-pipeline fold-transposes -o %t && approx-opt %t -f mlir -p 'skip-operands{plan="%S/Inputs/exact.json"}' | filecheck %s

// The passes are noted for the banner of generated files: all of them, without folders.

// CHECK: builtin.module attributes {approx.pipeline = "fold-transposes,skip-operands{plan=\22exact.json\22}"} {

builtin.module {}
