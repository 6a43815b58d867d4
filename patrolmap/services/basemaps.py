"""Which background lies under a project's map, on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from patrolmap.exchange.tile_archive import open_archive
from patrolmap.ingest.china_offsets import gcj02_to_wgs84, wgs84_to_gcj02
from patrolmap.maps.basemap import Basemap

if TYPE_CHECKING:
    from patrolmap.exchange.tile_archive import TileArchive
    from patrolmap.services.workspace import BasemapChoice

__all__ = ["OpenBasemap", "open_basemap"]


@dataclass(frozen=True, eq=False)
class OpenBasemap:
    """
    A background that is ready to be painted.

    Parameters
    ----------
    choice : BasemapChoice
        What was chosen.
    archive : TileArchive
        Its tiles; to be closed.
    basemap : Basemap
        Paints them.
    """

    choice: BasemapChoice
    archive: TileArchive
    basemap: Basemap


def open_basemap(choice: BasemapChoice) -> OpenBasemap:
    """
    Open the tiles of a background.

    Parameters
    ----------
    choice : BasemapChoice
        What to open; not an empty one.

    Returns
    -------
    OpenBasemap
        The background.

    Raises
    ------
    InputError
        If the file cannot be used; the message says why.
    """
    archive = open_archive(Path(choice.path))
    info = archive.info
    shift, unshift = (wgs84_to_gcj02, gcj02_to_wgs84) if choice.gcj02 else (None, None)
    basemap = Basemap(archive.tile, (info.min_zoom, info.max_zoom), _plain(info.attribution), shift, unshift)
    return OpenBasemap(choice, archive, basemap)


def _plain(text: str) -> str:
    """Leave markup out of an attribution: many files hold links in HTML."""
    kept, inside = [], False
    for sign in text:
        if sign in "<>":
            inside = sign == "<"
        elif not inside and sign.isprintable():
            kept.append(sign)
    return "".join(kept).replace("&copy;", "©").replace("&amp;", "&").strip()[:200]
