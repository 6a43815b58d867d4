"""How the user wants the map's layers to look: order, visibility, opacity, colours, sizes, symbols, labels, classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Final, get_args

from patrolmap.model.class_breaks import MOST_CLASSES, BreakMethod
from patrolmap.model.palettes import RAMPS
from patrolmap.model.style_types import SymbolShape

__all__ = ["PLAIN_LOOK", "TOP_DOWN", "USUAL_LOOKS", "ClassLook", "LayerLook", "MapLooks"]

TOP_DOWN: Final = (
    "stops", "sites", "routes", "incidents", "rings", "hotspots", "boundary", "grid_cells", "streets",
    "barriers",
)  # fmt: skip
"""Layers of the map, the topmost first, as long as the user does not order them otherwise."""

_HIDDEN_AT_FIRST: Final = frozenset({"grid_cells", "incidents"})
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_FIELD: Final = re.compile(r"[A-Za-z_]\w{0,62}")
_SHAPES: Final = get_args(SymbolShape)
_METHODS: Final[tuple[BreakMethod, ...]] = ("quantile", "equal", "natural")
_LEAST_SIZE, _MOST_SIZE = 0.25, 4.0


@dataclass(frozen=True)
class ClassLook:
    """
    Colours by a number.

    Parameters
    ----------
    field : str
        Column with the number.
    method : BreakMethod, default "quantile"
        How classes are made.
    count : int, default 5
        How many, 2 to 9.
    ramp : str, default "heat"
        One of `patrolmap.model.palettes.RAMPS`.
    """

    field: str
    method: BreakMethod = "quantile"
    count: int = 5
    ramp: str = "heat"


@dataclass(frozen=True)
class LayerLook:
    """
    What the user chose for one layer; all else is as in the style table.

    Parameters
    ----------
    visible : bool or None
        Whether the map shows it; None for the layer's own default.
    opacity : float, default 1.0
        0 to 1.
    colour : str, default ""
        ``#rrggbb``; empty for the style table's colours.
    size : float, default 1.0
        Times the style table's widths and symbols, 0.25 to 4.
    symbol : SymbolShape or None
        Shape of points; None for that of the style table.
    label_field : str, default ""
        Column that is written beside the rows; empty for the layer's own default.
    label_pt : float, default 8.6
        Height of the type, points.
    classes : ClassLook or None
        Colours by a number; None for none.
    """

    visible: bool | None = None
    opacity: float = 1.0
    colour: str = ""
    size: float = 1.0
    symbol: SymbolShape | None = None
    label_field: str = ""
    label_pt: float = 8.6
    classes: ClassLook | None = None

    @property
    def is_styled(self) -> bool:
        """Whether more is chosen than visibility and opacity."""
        return replace(self, visible=None, opacity=1.0) != PLAIN_LOOK


PLAIN_LOOK: Final = LayerLook()
"""Nothing chosen."""


@dataclass(frozen=True)
class MapLooks:
    """
    What the user chose for the whole map.

    Parameters
    ----------
    order : tuple of str
        All layers of the map, the topmost first.
    layers : tuple of tuple of (str, LayerLook)
        Choices by layer; layers that are not named look as in the style table.
    """

    order: tuple[str, ...] = TOP_DOWN
    layers: tuple[tuple[str, LayerLook], ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[str, LayerLook]:
        return dict(self.layers)

    def of(self, layer: str) -> LayerLook:
        """
        Give the choices for a layer.

        Parameters
        ----------
        layer : str
            The layer.

        Returns
        -------
        LayerLook
            Plain where nothing was chosen.
        """
        return self._by_name.get(layer, PLAIN_LOOK)

    def is_visible(self, layer: str) -> bool:
        """
        Tell whether the map shows a layer.

        Parameters
        ----------
        layer : str
            The layer.

        Returns
        -------
        bool
            As chosen, else its default: incidents and cells hide the streets and are hidden at first.
        """
        chosen = self.of(layer).visible
        return layer not in _HIDDEN_AT_FIRST if chosen is None else chosen

    def with_layer(self, layer: str, look: LayerLook) -> MapLooks:
        """
        Change the choices for a layer.

        Parameters
        ----------
        layer : str
            The layer.
        look : LayerLook
            Its new choices.

        Returns
        -------
        MapLooks
            A copy.
        """
        kept = {**self._by_name, layer: look}
        return MapLooks(self.order, tuple((name, kept[name]) for name in sorted(kept) if kept[name] != PLAIN_LOOK))

    def with_order(self, order: tuple[str, ...]) -> MapLooks:
        """
        Change the order.

        Parameters
        ----------
        order : tuple of str
            Layers, the topmost first; unknown names are left out, missing ones keep their usual neighbour.

        Returns
        -------
        MapLooks
            A copy.
        """
        return MapLooks(_whole_order(order), self.layers)

    def to_json(self) -> dict[str, Any]:
        """
        Write for the project.

        Returns
        -------
        dict of str to Any
            Plain values; only what differs from the default.
        """
        layers = {
            name: {key: value for key, value in asdict(look).items() if value != getattr(PLAIN_LOOK, key)}
            for name, look in self.layers
        }
        return {"order": list(self.order), "layers": layers}

    @classmethod
    def from_json(cls, value: Any) -> MapLooks:
        """
        Read what a project holds.

        Parameters
        ----------
        value : Any
            From `to_json`, or from a file that somebody else wrote: what makes no sense is left out.

        Returns
        -------
        MapLooks
            The choices.
        """
        if not isinstance(value, Mapping):
            return cls()
        order, layers = value.get("order"), value.get("layers")
        made = cls(_whole_order(tuple(order) if isinstance(order, list) else ()))
        for name, look in layers.items() if isinstance(layers, Mapping) else ():
            if name in TOP_DOWN and isinstance(look, Mapping):
                made = made.with_layer(name, _look(look))
        return made


USUAL_LOOKS: Final = MapLooks()
"""Nothing chosen for any layer."""


def _whole_order(order: tuple[Any, ...]) -> tuple[str, ...]:
    known = list(dict.fromkeys(name for name in order if name in TOP_DOWN))
    for place, name in enumerate(TOP_DOWN):
        if name not in known:
            above = [known.index(one) for one in TOP_DOWN[:place] if one in known]
            known.insert(max(above, default=-1) + 1, name)
    return tuple(known)


def _look(given: Mapping[str, Any]) -> LayerLook:
    visible, symbol, colour = given.get("visible"), given.get("symbol"), given.get("colour")
    return LayerLook(
        visible=visible if isinstance(visible, bool) else None,
        opacity=_number(given.get("opacity"), 1.0, 0.0, 1.0),
        colour=colour if isinstance(colour, str) and _COLOUR.fullmatch(colour) else "",
        size=_number(given.get("size"), 1.0, _LEAST_SIZE, _MOST_SIZE),
        symbol=symbol if symbol in _SHAPES else None,
        label_field=_name(given.get("label_field")),
        label_pt=_number(given.get("label_pt"), PLAIN_LOOK.label_pt, 5.0, 24.0),
        classes=_classes(given.get("classes")),
    )


def _classes(given: Any) -> ClassLook | None:
    if not isinstance(given, Mapping) or not _name(given.get("field")):
        return None
    method, ramp = given.get("method"), given.get("ramp")
    return ClassLook(
        _name(given.get("field")),
        next((known for known in _METHODS if known == method), "quantile"),
        round(_number(given.get("count"), 5, 2, MOST_CLASSES)),
        ramp if isinstance(ramp, str) and ramp in RAMPS else "heat",
    )


def _number(value: Any, default: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return default
    return float(min(max(value, low), high))


def _name(value: Any) -> str:
    return value if isinstance(value, str) and _FIELD.fullmatch(value) else ""
