"""Loads in the background, once the window is up, what will be wanted: a click should not wait for a library."""

from __future__ import annotations

import importlib
from typing import Final

from patrolmap.i18n import load_translations

__all__ = ["load_what_is_wanted_later", "load_what_is_wanted_soon"]

_SOON: Final = ("geopandas", "pyproj", "patrolmap.maps.page")
"""Rows of layers, their systems, and the library that writes the map page."""

_LATER: Final = ("scipy.spatial", "scipy.sparse.csgraph", "networkx", "pyogrio", "openpyxl")
"""Streets as a graph, and files."""


def load_what_is_wanted_soon() -> None:
    """Load the libraries behind the first map; those that are loaded already cost nothing."""
    for name in _SOON:
        importlib.import_module(name)
    from patrolmap.project.inspection import prepare

    prepare()


def load_what_is_wanted_later() -> None:
    """Load the libraries behind search, rings and imports, and the words of the other languages."""
    for name in _LATER:
        importlib.import_module(name)
    load_translations()
