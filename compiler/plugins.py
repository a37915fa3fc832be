"""
Packages that add passes, dialects and targets: entry points of the group `xdsl.universe`.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from xdsl.universe import Universe

from .errors import UserError

GROUP = "xdsl.universe"
"""Of entry points; xDSL finds them by it."""


def check_plugins() -> None:
    """
    All that are installed can be loaded, and no two define the same name. Errors: UserError.
    """
    for plugin in entry_points(group=GROUP):
        try:
            plugin.load()
        except Exception as error:
            # Whatever a stranger's module raises when it is imported.
            package = plugin.dist.name if plugin.dist is not None else plugin.name
            raise UserError(
                f"the plug-in {package} ({plugin.value}) cannot be loaded: {error}; "
                "mend or uninstall it"
            ) from error
    try:
        Universe.get_multiverse()
    except ValueError as error:
        raise UserError(f"plug-ins contradict each other: {error}") from error
