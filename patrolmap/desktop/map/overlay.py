"""What is drawn over the layers of the map and is no row of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely

__all__ = ["Overlay"]


@dataclass(frozen=True)
class Overlay:
    """
    Something drawn over the layers that is no row of one.

    Parameters
    ----------
    kind : str
        One of those of `patrolmap.maps.overlay_looks.overlay_look`.
    geometry : shapely.Geometry
        Metres.
    key : str
        What its panel knows it by; empty if it cannot be picked.
    text : str, default ""
        Shown when the pointer rests on it; already translated.
    rank : int, default 0
        Place in the colours of its kind.
    """

    kind: str
    geometry: shapely.Geometry
    key: str
    text: str = ""
    rank: int = 0
