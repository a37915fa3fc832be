"""
What is not IR: drivers, frontend, interpreter, pure maths, emitter.
"""
