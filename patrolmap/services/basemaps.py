"""Which background lies under a project's map, on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.exchange.online_tiles import OnlineTiles, TileAddress, is_address
from patrolmap.exchange.tile_archive import open_archive
from patrolmap.exchange.tile_store import TileStore
from patrolmap.ingest.china_offsets import gcj02_to_wgs84, wgs84_to_gcj02
from patrolmap.maps.basemap import Basemap
from patrolmap.messages import N_
from patrolmap.services.workspace import tile_store_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.exchange.tile_archive import TileArchive
    from patrolmap.services.workspace import BasemapChoice

__all__ = ["KNOWN_MAPS", "KnownMap", "Network", "OpenBasemap", "is_address", "open_basemap"]

_STORE_BYTES: Final = 256 * 2**20


@dataclass(frozen=True)
class KnownMap:
    """
    A background map of the network whose address is known.

    Parameters
    ----------
    title : str
        A msgid.
    template : str
        As of `patrolmap.exchange.online_tiles.TileAddress`.
    credit : str
        Whom to name.
    gcj02 : bool, default False
        Whether it is drawn in GCJ-02.
    """

    title: str
    template: str
    credit: str
    gcj02: bool = False


def _tianditu(layer: str) -> str:
    return (
        f"https://t{{0-7}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default"
        "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
    )


KNOWN_MAPS: Final = (
    KnownMap(N_("Tianditu: streets"), _tianditu("vec"), "天地图 www.tianditu.gov.cn"),
    KnownMap(N_("Tianditu: satellite pictures"), _tianditu("img"), "天地图 www.tianditu.gov.cn"),
)
"""Drawn in CGCS2000, which is WGS 84 to a few decimetres: nothing to be shifted."""


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


@dataclass(frozen=True)
class Network:
    """
    What a background of the network may do.

    Parameters
    ----------
    may_ask : Callable
        Tells whether the user allows the network now.
    tell : Callable
        Gets why tiles do not come, from any thread.
    key : str, default ""
        The user's key.
    """

    may_ask: Callable[[], bool]
    tell: Callable[[str], object]
    key: str = ""


def open_basemap(choice: BasemapChoice, network: Network | None = None) -> OpenBasemap:
    """
    Open the tiles of a background. Asks nothing of the network by itself.

    Parameters
    ----------
    choice : BasemapChoice
        What to open; not an empty one.
    network : Network or None
        For an address on the network; None if there is none to be used.

    Returns
    -------
    OpenBasemap
        The background.

    Raises
    ------
    InputError
        If the file or the address cannot be used, or the network is off; the message says why.
    """
    is_online = is_address(choice.path)
    archive = _online(choice, network) if is_online else open_archive(Path(choice.path))
    info = archive.info
    shift, unshift = (wgs84_to_gcj02, gcj02_to_wgs84) if choice.gcj02 else (None, None)
    basemap = Basemap(
        archive.tile, (info.min_zoom, info.max_zoom), _plain(info.attribution), shift, unshift, is_online=is_online
    )
    return OpenBasemap(choice, archive, basemap)


def _online(choice: BasemapChoice, network: Network | None) -> TileArchive:
    if network is None or not network.may_ask():
        raise InputError(
            N_("The network is off for background maps, so this one is not shown."),
            remedy=N_("Switch it on in the settings under “Map”, or choose a file of map tiles."),
        )
    address = TileAddress(choice.path.strip(), network.key)
    store = TileStore(tile_store_path(), _STORE_BYTES)
    return OnlineTiles(address, network.may_ask, store, network.tell, choice.credit)


def _plain(text: str) -> str:
    """Leave markup out of an attribution: many files hold links in HTML."""
    kept, inside = [], False
    for sign in text:
        if sign in "<>":
            inside = sign == "<"
        elif not inside and sign.isprintable():
            kept.append(sign)
    return "".join(kept).replace("&copy;", "©").replace("&amp;", "&").strip()[:200]
