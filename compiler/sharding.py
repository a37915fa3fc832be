"""
Private functions spread over files, so that no single compilation is long or large.
"""

from __future__ import annotations

from xdsl.dialects import func

from .program import Program


def shard_functions(program: Program, shards: int) -> list[list[func.FuncOp]]:
    """
    The helpers of each of `shards` files, in the order of the module.

    The largest function first, each into the file with the fewest ops so far: no file exceeds the
    average by more than one function. Errors: ValueError unless `shards` is positive.
    """
    if shards < 1:
        raise ValueError(f"the number of shards must be positive, not {shards}")
    sizes = [sum(1 for _ in function.walk()) for function in program.helpers]
    loads = [0] * shards
    places = [0] * len(sizes)
    for index in sorted(range(len(sizes)), key=lambda i: (-sizes[i], i)):
        places[index] = loads.index(min(loads))
        loads[places[index]] += sizes[index]
    files: list[list[func.FuncOp]] = [[] for _ in range(shards)]
    for function, place in zip(program.helpers, places, strict=True):
        files[place].append(function)
    return files
