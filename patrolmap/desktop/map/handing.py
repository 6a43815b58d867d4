"""Hands rows and overlays over to the map page: written in the background, what is large fetched by the page itself."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.desktop.map.payloads import HEAVY, collection_text, highlight_of, overlay_features, stored_rows
from patrolmap.maps.feature_looks import dress_features
from patrolmap.maps.geojson import layer_features

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.projector import Projector
    from patrolmap.desktop.map.served import PageServer

__all__ = ["LARGE_BYTES", "LayerHand"]

LARGE_BYTES: Final = 100_000
"""A longer message would hold the window up: it is copied and quoted several times on its way to the page."""

_LIGHT_POINTS: Final = 1_000
"""So many points are written at once: what is being drawn follows the pointer."""


class LayerHand:
    """
    Sends layers and overlays to the page.

    Parameters
    ----------
    core : Core
        What to send.
    server : PageServer
        Where the page fetches what is large.
    emit : Callable
        Sends a command to the page.
    """

    def __init__(self, core: Core, server: PageServer, emit: Callable[[str], object]) -> None:
        self._core, self._server, self._emit = core, server, emit
        self._numbers = itertools.count(1)
        self._overlays = 0

    def push_layer(self, name: str, rows: gpd.GeoDataFrame) -> None:
        """
        Send a layer.

        Parameters
        ----------
        name : str
            The layer.
        rows : geopandas.GeoDataFrame
            What is shown of it, metres.
        """
        frame, look = self._core.session.project.frame, self._core.board.looks.of(name)

        def make() -> str:
            features = layer_features(name, stored_rows(rows, frame), frame)
            dress_features(features, rows, look, on_edge=name == "rings")
            return _set_layer(name, collection_text(features))

        self._core.jobs.quick(make, lambda text: self.give(name, text))

    def push_overlays(self, projector: Projector) -> None:
        """
        Send overlays and what is selected; many are written in the background.

        Parameters
        ----------
        projector : Projector
            To the coordinates of the page.
        """
        scene, selection = self._core.scene, self._core.session.selection
        overlays = scene.overlays
        chosen = scene.selected_geometries() if selection.layer in HEAVY else []
        self._overlays = number = next(self._numbers)

        def make() -> str:
            return _set_layer("overlays", overlay_features(overlays, chosen, projector))

        def deliver(text: str) -> None:
            if number == self._overlays:
                self.give("overlays", text)

        if _weight([one.geometry for one in overlays] + chosen) <= _LIGHT_POINTS:
            deliver(make())
        else:
            self._core.jobs.quick(make, deliver)
        layer, ids = highlight_of(selection)
        self._emit(json.dumps({"do": "highlight", "layer": layer, "ids": ids}))

    def give(self, name: str, text: str) -> None:
        """
        Send a command that sets a layer, or let the page fetch it if it is long.

        Parameters
        ----------
        name : str
            The layer.
        text : str
            The command, ASCII.
        """
        if len(text) <= LARGE_BYTES:
            self._emit(text)
            return
        self._server.documents[name] = text.encode("ascii")
        self._emit(json.dumps({"do": "fetch", "name": name, "version": next(self._numbers)}))


def _weight(shapes: list[shapely.Geometry]) -> int:
    if not shapes or len(shapes) > _LIGHT_POINTS:
        return len(shapes)
    return int(shapely.get_num_coordinates(shapes).sum()) + len(shapes)


def _set_layer(name: str, collection: str) -> str:
    head: dict[str, Any] = {"do": "setLayer", "name": name}
    return f'{json.dumps(head)[:-1]}, "geojson": {collection}}}'
