"""Which layers are seen, how strongly, and in what order they lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.desktop.events import Event
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.desktop.layer_cache import LayerCache

__all__ = ["TOP_DOWN", "LayerBoard", "LayerRow"]

TOP_DOWN: Final = (
    "stops", "routes", "sites", "hotspots", "incidents", "rings", "boundary", "grid_cells", "streets",
    "barriers",
)  # fmt: skip
"""Layers of the map, the topmost first."""

_HIDDEN_AT_FIRST: Final = frozenset({"grid_cells", "incidents"})


@dataclass(frozen=True)
class LayerRow:
    """
    One layer as the list shows it.

    Parameters
    ----------
    name : str
        Name of the layer.
    title : str
        English title, the key of its translation.
    count : int
        Number of rows.
    visible : bool
        Whether the map shows it.
    opacity : float, default 1.0
        0 to 1.
    """

    name: str
    title: str
    count: int
    visible: bool
    opacity: float = 1.0


class LayerBoard:
    """
    The state of all layers of the map.

    Parameters
    ----------
    cache : LayerCache
        Counts rows.

    Attributes
    ----------
    restyled : Event
        Emitted with the name of a layer whose visibility or opacity is another.
    recounted : Event
        Emitted with the name of a layer whose rows are new.
    """

    def __init__(self, cache: LayerCache) -> None:
        self._cache = cache
        self._rows = {name: LayerRow(name, LAYERS[name].title, 0, name not in _HIDDEN_AT_FIRST) for name in TOP_DOWN}
        self.restyled: Event[[str]] = Event()
        self.recounted: Event[[str]] = Event()
        cache.loaded.connect(self._recount)

    @property
    def rows(self) -> Mapping[str, LayerRow]:
        """Rows by name, the topmost layer first."""
        return MappingProxyType(self._rows)

    @property
    def visible(self) -> frozenset[str]:
        """Names of the layers that the map shows."""
        return frozenset(row.name for row in self._rows.values() if row.visible)

    def set_visible(self, name: str, visible: bool) -> None:  # noqa: FBT001 - the one value that is set
        """
        Show or hide a layer.

        Parameters
        ----------
        name : str
            The layer.
        visible : bool
            Whether the map shows it.
        """
        self._put(replace(self._rows[name], visible=visible))

    def set_opacity(self, name: str, opacity: float) -> None:
        """
        Let a layer shine through.

        Parameters
        ----------
        name : str
            The layer.
        opacity : float
            0 to 1; other values are brought into that range.
        """
        self._put(replace(self._rows[name], opacity=min(max(opacity, 0.0), 1.0)))

    def _put(self, row: LayerRow) -> None:
        if self._rows[row.name] != row:
            self._rows[row.name] = row
            self.restyled.emit(row.name)

    def _recount(self, name: str) -> None:
        if name in self._rows:
            self._rows[name] = replace(self._rows[name], count=self._cache.count(name))
            self.recounted.emit(name)
