"""In which unit a table gives the length of its streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.name_matching import bracketed, plain_name
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.frame import SpatialFrame

__all__ = ["lengths_in_metres"]

_BY_NAME: Final = (("km", 1000.0), ("公里", 1000.0), ("千米", 1000.0), ("m", 1.0), ("米", 1.0))


def lengths_in_metres(
    lengths: NDArray[np.object_], column: str, straight_m: NDArray[np.float64], frame: SpatialFrame
) -> tuple[NDArray[np.object_], Message]:
    """
    Bring the lengths of a table to metres.

    Parameters
    ----------
    lengths : (n,) object array
        Numbers as the table has them; None where there is none.
    column : str
        Name of their column, which may have the unit.
    straight_m : (n,) float array
        Lengths of the lines on the map, metres; NaN where there is no line.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    lengths_m : (n,) object array
        Metres.
    choice : Message
        Which unit was taken and why.
    """
    unit = _unit_by_name(column)
    if unit is not None:
        said = Message(N_("Lengths count {unit} m each, as the column's name says."), {"unit": f"{unit:g}"})
    else:
        unit = _unit_by_size(lengths, straight_m, frame)
        said = Message(N_("Lengths count {unit} m each, as they compare with the map."), {"unit": f"{unit:g}"})
    metres = np.empty(len(lengths), dtype=object)
    metres[:] = [None if length is None else float(length) * unit for length in lengths]
    return metres, said


def _unit_by_name(column: str) -> float | None:
    inside = bracketed(column)
    for name, unit in _BY_NAME:
        if inside == name or plain_name(column) in {f"length{name}", f"长度{name}", f"距离{name}"}:
            return unit
    return None


def _unit_by_size(lengths: NDArray[np.object_], straight_m: NDArray[np.float64], frame: SpatialFrame) -> float:
    """Take the unit for which the lengths are nearest to those on the map, in ratio."""
    given = np.array([np.nan if length is None else length for length in lengths], dtype=np.float64)
    usable = (given > 0) & (straight_m > 0)
    if not usable.any():
        return 1.0
    ratio = float(np.median(straight_m[usable] / given[usable]))
    units = [1.0, 1000.0, *([frame.metres_per_unit] if frame.is_planar else [])]
    return min(units, key=lambda unit: abs(np.log(ratio / unit)))
