"""
The intermediate representation: `approx` (networks) and `cortexm` (one op, one C statement).
"""
