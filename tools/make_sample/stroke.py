"""A street as the planner draws it, before it is cut at junctions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shapely import LineString

__all__ = ["RANK", "Stroke"]

RANK: Final = {
    "trunk": 0,
    "primary": 1,
    "secondary": 2,
    "tertiary": 3,
    "unclassified": 4,
    "residential": 5,
    "living_street": 6,
    "track": 7,
    "service": 8,
    "footway": 9,
}
"""Classes from the widest to the narrowest."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """
    One street as drawn.

    Parameters
    ----------
    line : shapely.LineString
        Its course in metres.
    highway : str
        One of `RANK`.
    name : str, default ""
        Its name if the planner gives one; others are named later.
    ref : str, default ""
        Its road number.
    over_water : bool, default False
        Whether it gets a bridge where it meets water; otherwise it ends there.
    over_stream : bool, default False
        The same for the stream and the moat.
    over_rail : str, default ""
        ``tunnel`` or ``bridge`` where it meets the railway; it ends there when empty.
    zone : str, default ""
        Which part of the city it belongs to, for its name.
    """

    line: LineString = field(repr=False)
    highway: str
    name: str = ""
    ref: str = ""
    over_water: bool = False
    over_stream: bool = False
    over_rail: str = ""
    zone: str = ""
