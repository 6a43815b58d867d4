"""What can be chosen for the look of a layer, tried at once on the map, kept or taken back. No widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.model.layers import LAYERS
from patrolmap.model.map_looks import PLAIN_LOOK

if TYPE_CHECKING:
    from patrolmap.desktop.features.layers.presenter import LayerBoard
    from patrolmap.model.layers import FieldSpec
    from patrolmap.model.map_looks import LayerLook

__all__ = ["StyleDraft"]

_COLOURED: Final = frozenset({"streets", "rings", "boundary", "grid_cells", "hotspots", "sites", "incidents", "routes"})
_CLASSED: Final = frozenset({"grid_cells", "hotspots", "sites", "incidents", "routes", "stops"})
_NAMED: Final = frozenset({"sites", "hotspots", "rings", "grid_cells"})


class StyleDraft:
    """
    The look of one layer while the user tries.

    Parameters
    ----------
    board : LayerBoard
        Shows each try at once.
    layer : str
        The layer.
    """

    def __init__(self, board: LayerBoard, layer: str) -> None:
        self._board, self.layer = board, layer
        self._before = board.looks.of(layer)

    @property
    def look(self) -> LayerLook:
        """What is tried now."""
        return self._board.looks.of(self.layer)

    @property
    def has_colour(self) -> bool:
        """Whether the layer can have one colour: water, railways and green cannot, stops have that of their route."""
        return self.layer in _COLOURED

    @property
    def has_symbol(self) -> bool:
        """Whether the layer is drawn as symbols."""
        return self.layer == "sites"

    @property
    def label_fields(self) -> tuple[FieldSpec, ...]:
        """Columns that can be written on the map; none for layers without names there."""
        if self.layer not in _NAMED:
            return ()
        return tuple(spec for spec in LAYERS[self.layer].fields if not spec.personal)

    @property
    def number_fields(self) -> tuple[FieldSpec, ...]:
        """Columns that colours can be made from."""
        if self.layer not in _CLASSED:
            return ()
        return tuple(spec for spec in LAYERS[self.layer].fields if spec.type in {"integer", "real"})

    def change(self, **changes: Any) -> None:
        """
        Try something.

        Parameters
        ----------
        **changes : Any
            Fields of `LayerLook`.
        """
        self._board.set_look(self.layer, replace(self.look, **changes))

    def reset(self) -> None:
        """Try the usual look; whether the layer is seen, and how strongly, stays."""
        self._board.set_look(self.layer, replace(PLAIN_LOOK, visible=self.look.visible, opacity=self.look.opacity))

    def keep(self) -> None:
        """Keep what is tried with the project, as one step of undo."""
        if self.look != self._before:
            self._board.settle(self.layer)

    def give_up(self) -> None:
        """Go back to what was before."""
        self._board.set_look(self.layer, self._before)
