"""
How far a long computation has come, for who watches a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def progress(title: str, total: int) -> Generator[Callable[[str], None], None, None]:
    """
    A bar on standard error while the block runs, if that is a terminal and `rich` is there; it is
    gone afterwards. What it gives is to be called before each of the `total` steps, with its name.
    """
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ModuleNotFoundError:
        yield lambda name: None
        return
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=total)
        begun = False

        def step(name: str) -> None:
            nonlocal begun
            bar.update(task, description=f"{title} {name}".rstrip(), advance=int(begun))
            begun = True

        yield step
