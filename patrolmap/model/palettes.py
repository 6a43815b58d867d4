"""Colours that people with colour-blindness tell apart: single ones for layers, ramps for classes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DISTINCT", "RAMPS", "RAMP_TITLES", "ramp_colours"]

DISTINCT: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b3261e", "#6a2c91", "#5b5650", "#111111",
)  # fmt: skip
"""Single colours ``#rrggbb``: six of Okabe and Ito (2008), and the program's own red, purple, grey and black."""

RAMPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "heat": ("#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026"),
        "blues": ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"),
        "viridis": ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"),
        "cividis": ("#fee838", "#bbaf71", "#7c7b78", "#434e6c", "#00224e"),
        "contrast": ("#5e3c99", "#b2abd2", "#f7f7f7", "#fdb863", "#e66101"),
        "greys": ("#f0f0f0", "#bdbdbd", "#969696", "#636363", "#252525"),
    }
)
"""Ramps from weak to strong, ``#rrggbb``, five anchors each: ColorBrewer YlOrRd, Blues, PuOr and Greys, viridis,
and cividis after Nuñez, Anderton and Renslow (2018), doi:10.1371/journal.pone.0199239."""

RAMP_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "heat": N_("Yellow to red"),
        "blues": N_("Light to dark blue"),
        "viridis": N_("Yellow, green, violet"),
        "cividis": N_("Yellow to blue"),
        "contrast": N_("Violet, white, orange"),
        "greys": N_("Light to dark grey"),
    }
)
"""English titles of the ramps, the keys of their translations."""


def ramp_colours(name: str, count: int) -> tuple[str, ...]:
    """
    Give as many colours of a ramp as there are classes.

    Parameters
    ----------
    name : str
        One of `RAMPS`; another name gives the first.
    count : int
        How many, at least 1.

    Returns
    -------
    tuple of str
        ``#rrggbb`` from weak to strong, evenly spaced in RGB between the anchors; one alone is the strongest.
    """
    anchors = RAMPS.get(name, RAMPS["heat"])
    if count < 2:
        return anchors[-1:]
    return tuple(_at(anchors, place * (len(anchors) - 1) / (count - 1)) for place in range(count))


def _at(anchors: tuple[str, ...], place: float) -> str:
    low = min(int(place), len(anchors) - 2)
    share = place - low
    pairs = zip(_parts(anchors[low]), _parts(anchors[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
