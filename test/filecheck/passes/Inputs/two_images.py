"""
Write the calibration data of collect_statistics.mlir: two images, channels first, 1 x 1 x 2.
"""

import sys

import numpy as np

np.savez(sys.argv[1], x=np.array([[1.0, 2.0], [3.0, 0.0]], np.float32).reshape(2, 1, 1, 2))
