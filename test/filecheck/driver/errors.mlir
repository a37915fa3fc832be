// RUN: not approx-opt %s -p 'fuse-qqd' 2>&1 | filecheck %s --check-prefix=PASS
// RUN: not approx-opt %s -p 'unpack-operands{min-mac=3}' 2>&1 | filecheck %s --check-prefix=OPTION
// RUN: not approx-opt %s -p 'unpack-operands{min-macs=few}' 2>&1 | filecheck %s --check-prefix=VALUE
// RUN: not approx-opt %s -t c 2>&1 | filecheck %s --check-prefix=LOWER
// RUN: not approx-opt %s --emit-dir %t 2>&1 | filecheck %s --check-prefix=LOWER

// What a user gets wrong is one message that says what to do.

// PASS:   {{^}}approx-opt: error: the pipeline names pass 'fuse-qqd', which there is not; did you mean 'fuse-qdq'?
// OPTION: {{^}}approx-opt: error: pass unpack-operands is given option 'min-mac', which there is not; did you mean 'min-macs'?
// VALUE:  {{^}}approx-opt: error: pass unpack-operands: min-macs must be int, not 'few'
// LOWER:  {{^}}approx-opt: error: expected one cortexm.model, found 0: run lower-to-cortexm first

builtin.module {}
