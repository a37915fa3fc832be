"""
Write the calibration data of reconstruct_operands.mlir: two images, channels first, 2 x 1 x 4; the
second channel is the first plus 5.
"""

import sys

import numpy as np

first = np.array([[0, 10, 20, 30], [30, 0, 10, 20]], np.float32).reshape(2, 1, 1, 4)
np.savez(sys.argv[1], x=np.concatenate([first, first + 5], axis=1))
