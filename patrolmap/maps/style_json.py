"""The style table as plain values for the browser."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from patrolmap.maps.pens import between
from patrolmap.model.style import symbol_outline

if TYPE_CHECKING:
    from patrolmap.model.style_types import MapStyle

__all__ = ["style_json"]

_FAMILY = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif'


def style_json(style: MapStyle) -> dict[str, Any]:
    """
    Write a look for the page's scripts.

    Parameters
    ----------
    style : MapStyle
        The look.

    Returns
    -------
    dict of str to Any
        The fields of `MapStyle`; lists in place of mappings, ``steps`` of widths, ``outline`` of symbols, and the
        mixed colours that the painter uses for thin streets and tunnels. Lengths in mm, types in points.
    """
    plain = {
        name: asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for name, value in vars(style).items()
        if name not in {"streets", "barriers", "rings", "sites", "theme"}
    }
    plain["theme"] = str(style.theme)
    plain["family"] = _FAMILY
    plain["streets"] = [
        {
            **asdict(street),
            "steps": street.widths.steps,
            "thin": between(street.colour, street.casing, 0.75).name(),
            "tunnel": between(street.colour, style.background, 0.55).name(),
        }
        for street in style.streets
    ]
    plain["barriers"] = [{**asdict(barrier), "steps": barrier.widths.steps} for barrier in style.barriers.values()]
    plain["rings"] = [asdict(ring) for ring in style.rings.values()]
    plain["sites"] = [{**asdict(site), "outline": symbol_outline(site.shape)} for site in style.sites.values()]
    return plain
