"""
One pass a file: `skip_operands.py` holds the pass `skip-operands`.
"""
