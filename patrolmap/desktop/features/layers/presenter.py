"""Which layers are seen, how strongly, in what order and in which look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.desktop.events import Event
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.model.map_looks import TOP_DOWN, MapLooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.desktop.layer_cache import LayerCache
    from patrolmap.model.map_looks import LayerLook

__all__ = ["TOP_DOWN", "LayerBoard", "LayerRow"]


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
        Number of rows; of a plan's routes and stops, and of a layer that is held to some rows, of those shown.
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
    reordered : Event
        The layers lie in another order.
    relooked : Event
        Emitted with the names of layers whose colours, sizes, symbols, labels or classes are others.
    recounted : Event
        Emitted with the name of a layer whose rows are new.
    chosen : Event
        Emitted with what undo should call it, when the user settled on what the board now shows.
    """

    def __init__(self, cache: LayerCache) -> None:
        self._cache = cache
        self._looks = MapLooks()
        self._counts = dict.fromkeys(TOP_DOWN, 0)
        self.restyled: Event[[str]] = Event()
        self.reordered: Event[[]] = Event()
        self.relooked: Event[[frozenset[str]]] = Event()
        self.recounted: Event[[str]] = Event()
        self.chosen: Event[[Message]] = Event()
        cache.loaded.connect(self._recount)

    @property
    def looks(self) -> MapLooks:
        """All choices."""
        return self._looks

    @property
    def rows(self) -> Mapping[str, LayerRow]:
        """Rows by name, the topmost layer first."""
        return MappingProxyType({name: self._row(name) for name in self._looks.order})

    @property
    def visible(self) -> frozenset[str]:
        """Names of the layers that the map shows."""
        return frozenset(name for name in TOP_DOWN if self._looks.is_visible(name))

    def numbers(self, name: str, field: str) -> NDArray[np.float64]:
        """
        Give the numbers of a field.

        Parameters
        ----------
        name : str
            The layer.
        field : str
            Its column.

        Returns
        -------
        ndarray of float64, shape (n,)
            NaN where a row has none; empty while the layer has not been read, or has no such field.
        """
        import pandas as pd

        frame = self._cache[name]
        if frame is None or field not in frame:
            return np.empty(0)
        numbers: NDArray[np.float64] = pd.to_numeric(frame[field], errors="coerce").to_numpy(
            np.float64, na_value=np.nan
        )
        return numbers

    def take(self, looks: MapLooks) -> None:
        """
        Show other choices, such as those of a project that was opened.

        Parameters
        ----------
        looks : MapLooks
            The choices.
        """
        before, self._looks = self._looks, looks
        if before.order != looks.order:
            self.reordered.emit()
        styled = set()
        for name in TOP_DOWN:
            was, now = before.of(name), looks.of(name)
            if (was.opacity, before.is_visible(name)) != (now.opacity, looks.is_visible(name)):
                self.restyled.emit(name)
            if replace(was, visible=None, opacity=1.0) != replace(now, visible=None, opacity=1.0):
                styled.add(name)
        if styled:
            self.relooked.emit(frozenset(styled))

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
        if self._looks.is_visible(name) != visible:
            self.set_look(name, replace(self._looks.of(name), visible=visible))

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
        self.set_look(name, replace(self._looks.of(name), opacity=min(max(opacity, 0.0), 1.0)))

    def set_look(self, name: str, look: LayerLook) -> None:
        """
        Give a layer another look.

        Parameters
        ----------
        name : str
            The layer.
        look : LayerLook
            Its choices.
        """
        self.take(self._looks.with_layer(name, look))

    def set_order(self, order: tuple[str, ...]) -> None:
        """
        Lay the layers in another order.

        Parameters
        ----------
        order : tuple of str
            The topmost first.
        """
        self.take(self._looks.with_order(order))

    def move(self, name: str, steps: int) -> bool:
        """
        Lay a layer higher or lower.

        Parameters
        ----------
        name : str
            The layer.
        steps : int
            Places down; negative for up. It stops at the ends.

        Returns
        -------
        bool
            Whether it moved.
        """
        order = list(self._looks.order)
        place = order.index(name)
        wanted = min(max(place + steps, 0), len(order) - 1)
        order.insert(wanted, order.pop(place))
        self.set_order(tuple(order))
        return wanted != place

    def settle(self, name: str, template: str = N_("Look of the layer “{layer}”")) -> None:
        """
        Keep what the board now shows with the project.

        Parameters
        ----------
        name : str
            The layer that the user changed.
        template : str
            What undo calls it; holds ``{layer}``.
        """
        self.chosen.emit(Message(template, {"layer": Message(LAYERS[name].title)}))

    def recount(self, name: str, count: int) -> None:
        """
        Tell how many rows of a layer are shown, where these are not all.

        Parameters
        ----------
        name : str
            The layer.
        count : int
            Its rows on the map.
        """
        if name in self._counts and self._counts[name] != count:
            self._counts[name] = count
            self.recounted.emit(name)

    def _row(self, name: str) -> LayerRow:
        look = self._looks.of(name)
        return LayerRow(name, LAYERS[name].title, self._counts[name], self._looks.is_visible(name), look.opacity)

    def _recount(self, name: str) -> None:
        if name in self._counts:
            self._counts[name] = self._cache.count(name)
            self.recounted.emit(name)
