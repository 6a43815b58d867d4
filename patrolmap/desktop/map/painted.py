"""What is painted as tiles, and what of it an edit changes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event
from patrolmap.desktop.haste import Haste
from patrolmap.desktop.map.payloads import stored_rows
from patrolmap.maps.changes import changed_boxes
from patrolmap.maps.tiles import TileSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.desktop.jobs import JobRunner
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.map_looks import MapLooks

__all__ = ["Painted", "PaintedSets", "Wish", "paint_anew"]


@dataclass
class Painted:
    """
    Tile sets as they are painted now.

    Parameters
    ----------
    version : int
        Grows with each state; goes into the addresses of their tiles.
    sets : tuple of str
        Names of the sets, of `patrolmap.maps.tiles.TILE_SETS`.
    layers : dict of str to geopandas.GeoDataFrame
        The rows that they show, in metres.
    tiles : TileSource
        What paints them.
    """

    version: int
    sets: tuple[str, ...]
    layers: dict[str, gpd.GeoDataFrame]
    tiles: TileSource


@dataclass(frozen=True)
class Wish:
    """
    What is to be painted as tiles.

    Parameters
    ----------
    version : int
        Of the new state.
    sets : tuple of str
        The tile sets.
    layers : dict of str to geopandas.GeoDataFrame
        Their rows, in metres.
    looks : MapLooks
        What the user chose.
    """

    version: int
    sets: tuple[str, ...]
    layers: dict[str, gpd.GeoDataFrame]
    looks: MapLooks


def paint_anew(wish: Wish, frame: SpatialFrame, before: Painted | None) -> tuple[Painted, NDArray[np.float64] | None]:
    """
    Make tiles of new rows, and tell where they differ from those before.

    Parameters
    ----------
    wish : Wish
        What is wanted.
    frame : SpatialFrame
        The project's frame.
    before : Painted or None
        What the same sets showed until now; its tiles are kept where nothing changed. None at first.

    Returns
    -------
    Painted
        The new state.
    ndarray of float64, shape (k, 4), or None
        Where it differs, metres; None for everywhere.
    """
    stored = {name: stored_rows(rows, frame) for name, rows in wish.layers.items()}
    tiles = TileSource.from_layers(stored, frame, grid=None if before is None else before.tiles.grid)
    tiles.take_looks(wish.looks)
    made = Painted(wish.version, wish.sets, wish.layers, tiles)
    if before is None or before.tiles.content.looks != tiles.content.looks:
        return made, None
    boxes = changed_boxes(before.layers, wish.layers)
    if boxes is not None:
        tiles.take_over(before.tiles, tiles.grid.project_boxes(boxes, frame))
    return made, boxes


class PaintedSets:
    """
    All tile sets of the project that is shown: made in the background, the newest rows win.

    Parameters
    ----------
    jobs : JobRunner
        Makes them.
    looks : Callable
        Tells what the user chose, now.

    Attributes
    ----------
    renewed : Event
        Emitted with a `Painted` that is new, and where it differs from what was painted before: as in `paint_anew`.
    """

    def __init__(self, jobs: JobRunner, looks: Callable[[], MapLooks]) -> None:
        self._jobs, self._looks = jobs, looks
        self._numbers = itertools.count(1)
        self._painted: dict[tuple[str, ...], Painted] = {}
        self._wanted: dict[tuple[str, ...], int] = {}
        self.renewed: Event[[Painted, NDArray[np.float64] | None]] = Event()

    def __iter__(self) -> Iterator[Painted]:
        """Go through what is painted."""
        return iter(tuple(self._painted.values()))

    @property
    def versions(self) -> dict[str, str]:
        """Version of each set that is painted."""
        return {name: str(one.version) for one in self for name in one.sets}

    def new_version(self) -> int:
        """
        Count on, for whatever is asked for with a version.

        Returns
        -------
        int
            Larger than all before.
        """
        return next(self._numbers)

    def forget(self) -> None:
        """Show nothing; what is still being made is dropped."""
        self._painted, self._wanted = {}, {}

    def show(self, sets: tuple[str, ...], layers: dict[str, gpd.GeoDataFrame], frame: SpatialFrame) -> None:
        """
        Paint other rows from now on.

        Parameters
        ----------
        sets : tuple of str
            The tile sets.
        layers : dict of str to geopandas.GeoDataFrame
            Their rows, in metres.
        frame : SpatialFrame
            The project's frame.
        """
        wish, before = Wish(self.new_version(), sets, layers, self._looks()), self._painted.get(sets)
        self._wanted[sets] = wish.version

        def take(made: tuple[Painted, NDArray[np.float64] | None]) -> None:
            painted, boxes = made
            if self._wanted.get(sets) != wish.version:
                return
            if wish.looks != self._looks():
                painted.tiles.take_looks(self._looks())
                boxes = None
            known, self._painted[sets] = self._painted.get(sets), painted
            self.renewed.emit(painted, boxes if known is before else None)

        self._jobs.quick(lambda: paint_anew(wish, frame, before), take, Haste.NOW)

    def take_looks(self) -> None:
        """Paint all in the look that the user chose now."""
        for one in self:
            one.tiles.take_looks(self._looks())
            one.version = self.new_version()
            self.renewed.emit(one, None)
