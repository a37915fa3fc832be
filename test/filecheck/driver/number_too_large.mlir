// RUN: not approx-opt %s 2>&1 | filecheck %s

// A weight beyond 16 bits is one message.

// CHECK: approx-opt: error: {{.*}}number_too_large.mlir is not valid IR: {{.*}}-32768 <= number <= 32767
approx.channel bias 0 columns [0] weights [40000]
