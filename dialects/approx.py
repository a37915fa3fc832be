"""
The `approx` dialect: a network from ONNX nodes to unpacked convolutions.

    approx.onnx.*          nodes as in the model (onnx_ops.py)
    approx.*               the integer network (network_ops.py)
    approx.unpacked_conv2d convolutions as lists of taps (tap_ops.py)
    #approx.quant, #approx.layout   what tensors carry (quant.py)
"""

from xdsl.ir import Dialect

from .network_ops import NETWORK_OPS
from .onnx_ops import ONNX_OPS
from .quant import LayoutAttr, QuantAttr
from .tap_ops import TAP_OPS

Approx = Dialect("approx", [*ONNX_OPS, *NETWORK_OPS, *TAP_OPS], [QuantAttr, LayoutAttr])
