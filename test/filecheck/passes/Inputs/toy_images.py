"""
Write the calibration data of approx_to_c.mlir: two images, channels first, 2 x 1 x 5.
"""

import sys

import numpy as np

zebra = np.array([[0, 1, 0, 1, 0], [1, 0, 1, 0, 1]], np.float32)
images = np.stack((10 * zebra, 4 + 4 * zebra), axis=1).reshape(2, 2, 1, 5)
np.savez(sys.argv[1], x=images)
