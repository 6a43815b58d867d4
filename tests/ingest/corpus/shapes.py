"""What the writers of map files are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Drawing", "Shape"]


@dataclass(frozen=True)
class Shape:
    """
    A point or a line.

    Parameters
    ----------
    name : str
        Its name.
    lonlat : (n, 2) float array
        Where it is, in WGS 84.
    xy : (n, 2) float array or None
        What the file says; None for no shape.
    is_good : bool
        Whether it must be taken.
    """

    name: str
    lonlat: NDArray[np.float64]
    xy: NDArray[np.float64] | None
    is_good: bool = True


@dataclass(frozen=True)
class Drawing:
    """
    A map file to write.

    Parameters
    ----------
    shapes : list of Shape
        Its rows.
    system : str
        Coordinate system.
    encoding : str
        Encoding of its texts.
    codepage : str
        Whether the side file that names the encoding is ``right``, ``wrong`` or ``none``.
    is_points : bool
        Points or lines.
    is_declared : bool
        Whether the file says its coordinate system.
    has_heights : bool
        Whether coordinates have heights.
    remark : str
        Text of a second column.
    file_name : str
        Name without suffix.
    is_upper : bool
        Whether the suffix is in capitals.
    may_refuse : bool
        Whether a refusal is as good.
    """

    shapes: list[Shape]
    system: str
    encoding: str
    codepage: str
    is_points: bool
    is_declared: bool = True
    has_heights: bool = False
    remark: str = "r"
    file_name: str = "layer"
    is_upper: bool = False
    may_refuse: bool = False
