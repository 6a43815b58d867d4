"""Addresses of the map page's own web, and the files behind them; apart from the page, so that it can be made late."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.errors import PatrolmapError
from patrolmap.maps.tiles import TILE_SETS
from patrolmap.messages import N_
from patrolmap.model.style_types import Theme
from patrolmap.resources import asset

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ORIGIN", "ZOOMS", "TileRequest", "asset_bytes", "tile_request"]

ORIGIN: Final = "patrolmap://app"

ZOOMS: Final[Mapping[bool, tuple[int, int]]] = MappingProxyType({False: (8, 19), True: (-8, 4)})
"""Lowest and highest zoom of the page: on Earth, and by True in a plane network."""

_MIME: Final = {"js": "text/javascript", "css": "text/css", "png": "image/png", "html": "text/html"}
_NAME: Final = re.compile(r"(?:leaflet|web)/[a-z0-9_-]+\.(?:js|css)")
_TILE: Final = re.compile(
    r"/?tiles/([a-z_]+)/(light|dark|print)/(-?\d{1,2}(?:\.5)?)/(-?\d{1,9})/(-?\d{1,9})/([1-4])\.png"
)


@dataclass(frozen=True)
class TileRequest:
    """
    A tile that the page asks for.

    Parameters
    ----------
    tile_set : str
        One of `TILE_SETS`.
    theme : Theme
        Look.
    z : float
        Zoom, a multiple of a half.
    x, y : int
        Column, row.
    scale : int
        Device pixels to a CSS pixel.
    """

    tile_set: str
    theme: Theme
    z: float
    x: int
    y: int
    scale: int


def tile_request(path: str) -> TileRequest | None:
    """
    Read the path of a tile's address.

    Parameters
    ----------
    path : str
        Such as ``/tiles/streets/light/14/13352/6492/1.png``, without the query.

    Returns
    -------
    TileRequest or None
        None if it is no tile of this page.
    """
    match = _TILE.fullmatch(path)
    if match is None or match[1] not in TILE_SETS:
        return None
    return TileRequest(match[1], Theme(match[2]), float(match[3]), int(match[4]), int(match[5]), int(match[6]))


def asset_bytes(path: str) -> tuple[bytes, str]:
    """
    Read a file that the page needs.

    Parameters
    ----------
    path : str
        Below ``assets/``, such as ``web/draw.js``; only scripts and styles in ``leaflet/`` and ``web/`` are given.

    Returns
    -------
    bytes
        The content.
    str
        The MIME type.

    Raises
    ------
    PatrolmapError
        If there is no such file, or it is none of the page's.
    """
    if _NAME.fullmatch(path) is None:
        raise PatrolmapError(N_("The map page has no part {part}."), part=path)
    return asset(path).read_bytes(), _MIME[path.rpartition(".")[2]]
