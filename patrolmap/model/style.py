"""THE style table: one set of values for tiles, vectors, paper, legends and QGIS.

Streets stay pale, so that what the office works with stands out: rings, hotspots, sites and routes. Widths are
millimetres on the device. The route colours are 14 that keep apart (CIE 1976 distance of 15 and more) for normal
sight and, by the matrices of Machado, Oliveira and Fernandes (2009, doi:10.1109/TVCG.2009.113), for people who
see no red, no green or no blue.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_
from patrolmap.model.kinds import BarrierKind, RingKind, SiteKind
from patrolmap.model.style_types import (
    AreaStyle,
    BarrierStyle,
    LabelStyle,
    LineStyle,
    MapStyle,
    RingStyle,
    SiteStyle,
    StreetStyle,
    SymbolShape,
    Theme,
    WidthTable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROUTE_COLOURS", "SITE_TITLES", "STREET_KEYS", "STYLES", "Theme", "map_style", "symbol_outline"]

ROUTE_COLOURS: Final = (
    "#226699", "#cc7700", "#aa0088", "#009944", "#dd4433", "#332299", "#556600",
    "#0088ff", "#aa2255", "#553300", "#aa77cc", "#004433", "#bb7788", "#662255",
)  # fmt: skip

_DARK_ROUTE_COLOURS: Final = (
    "#6fb1e4", "#f2a23c", "#e463c8", "#4fc987", "#ff8a78", "#9a8cf0", "#b3c455",
    "#4db0ff", "#f0749c", "#d0a070", "#d3aef0", "#63b8a0", "#f2b5c2", "#c783b8",
)  # fmt: skip

_STEPS: Final = (2_500.0, 5_000.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0, 250_000.0)


def _widths(*values_mm: float) -> WidthTable:
    return WidthTable(tuple(zip(_STEPS, values_mm, strict=False)))


_CLASSES: Final[tuple[tuple[str, str, tuple[str, ...], WidthTable, float, float], ...]] = (
    (
        "path",
        N_("Path"),
        ("path", "footway", "cycleway", "steps", "track", "bridleway", "corridor", "construction", "proposed"),
        _widths(0.45, 0.34, 0.24, 0.13),
        6.5,
        4_000,
    ),
    (
        "service",
        N_("Service road"),
        ("service", "raceway", "busway", "escape", "rest_area", "services"),
        _widths(1.5, 0.95, 0.5, 0.2, 0.1),
        6.5,
        5_000,
    ),
    (
        "minor",
        N_("Minor street"),
        ("residential", "unclassified", "living_street", "pedestrian", "road"),
        _widths(2.5, 1.6, 0.92, 0.4, 0.19, 0.1),
        7.0,
        11_000,
    ),
    (
        "tertiary",
        N_("District street"),
        ("tertiary", "tertiary_link"),
        _widths(3.1, 2.0, 1.2, 0.6, 0.34, 0.18, 0.1),
        7.5,
        22_000,
    ),
    (
        "secondary",
        N_("Secondary road"),
        ("secondary", "secondary_link"),
        _widths(3.6, 2.4, 1.5, 0.82, 0.5, 0.3, 0.16),
        7.5,
        38_000,
    ),
    (
        "primary",
        N_("Main road"),
        ("primary", "primary_link"),
        _widths(4.0, 2.8, 1.8, 1.0, 0.64, 0.42, 0.25),
        8.0,
        65_000,
    ),
    (
        "trunk",
        N_("Expressway"),
        ("trunk", "trunk_link"),
        _widths(4.2, 3.0, 2.0, 1.12, 0.72, 0.5, 0.3),
        8.0,
        90_000,
    ),
    (
        "motorway",
        N_("Motorway"),
        ("motorway", "motorway_link"),
        _widths(4.4, 3.2, 2.1, 1.2, 0.8, 0.56, 0.36),
        8.0,
        120_000,
    ),
)

STREET_KEYS: Final = tuple(row[0] for row in _CLASSES)
"""Classes of streets from the least to the highest."""

_Pairs = tuple[tuple[str, str], ...]

_LIGHT_STREETS: Final[_Pairs] = (
    ("#b3ab9d", "#f5f3ee"), ("#fbfaf8", "#d0cabe"), ("#ffffff", "#c6bfb2"), ("#ffffff", "#b7ae9f"),
    ("#fdf4db", "#cdbd93"), ("#f9e6b8", "#c4a76a"), ("#f5d6a4", "#b98e55"), ("#eec193", "#ab7746"),
)  # fmt: skip
_DARK_STREETS: Final[_Pairs] = (
    ("#565e67", "#1e2328"), ("#2f363d", "#181c20"), ("#39414a", "#15191d"), ("#434c56", "#14181c"),
    ("#55524a", "#14171a"), ("#655b48", "#141719"), ("#755f45", "#131618"), ("#856244", "#131517"),
)  # fmt: skip
_PRINT_STREETS: Final[_Pairs] = (
    ("#8c8c8c", "#ffffff"), ("#ffffff", "#c4c4c4"), ("#ffffff", "#a8a8a8"), ("#ffffff", "#8c8c8c"),
    ("#f1f1f1", "#7d7d7d"), ("#e6e6e6", "#6c6c6c"), ("#dadada", "#5c5c5c"), ("#cdcdcd", "#505050"),
)  # fmt: skip


def _streets(colours: _Pairs, ink: str, halo: str, *, label_factor: float) -> tuple[StreetStyle, ...]:
    made = []
    for (key, title, highways, widths, size_pt, far), (surface, casing) in zip(_CLASSES, colours, strict=True):
        label = LabelStyle(size_pt * label_factor, ink, halo, 0.45)
        dash = (4.0, 2.2) if key == "path" else ()
        made.append(StreetStyle(key, title, highways, surface, casing, widths, 0.1, label, far, dash))
    return tuple(made)


def _barriers(
    water: tuple[str, str, str], green: tuple[str, str], rail: tuple[str, str], *, halo: str, label_factor: float
) -> Mapping[BarrierKind, BarrierStyle]:
    water_label = LabelStyle(8.0 * label_factor, water[2], halo, 0.35)
    water_area = AreaStyle(water[0], 1.0, LineStyle(water[1], 0.15))
    rows = (
        BarrierStyle(
            BarrierKind.GREEN,
            N_("Green"),
            AreaStyle(green[0], 1.0, None),
            LineStyle(green[0], 0.5),
            _widths(1.2, 0.9, 0.7, 0.5, 0.4, 0.3),
            LabelStyle(7.0 * label_factor, green[1], halo, 0.35),
        ),
        BarrierStyle(
            BarrierKind.WATER,
            N_("Water"),
            water_area,
            LineStyle(water[0], 0.6),
            _widths(2.0, 1.5, 1.1, 0.7, 0.5, 0.4, 0.3),
            water_label,
        ),
        BarrierStyle(
            BarrierKind.RIVER,
            N_("River"),
            water_area,
            LineStyle(water[0], 1.0),
            _widths(5.0, 3.4, 2.3, 1.3, 0.9, 0.7, 0.5),
            water_label,
        ),
        BarrierStyle(
            BarrierKind.RAILWAY,
            N_("Railway"),
            AreaStyle(rail[1], 1.0, None),
            LineStyle(rail[0], 0.5, dash=(7.0, 7.0), halo=rail[1]),
            _widths(0.85, 0.7, 0.55, 0.42, 0.34, 0.28, 0.22),
            LabelStyle(6.5 * label_factor, rail[0], halo, 0.35),
        ),
    )
    return MappingProxyType({row.kind: row for row in rows})


def _rings(city: str, town: str, core: str, *, halo: str, fill_opacity: float) -> Mapping[RingKind, RingStyle]:
    rows = (
        RingStyle(RingKind.CITY, N_("City ring"), LineStyle(city, 0.75, (9.0, 3.5), halo), fill_opacity),
        RingStyle(RingKind.TOWN, N_("Town ring"), LineStyle(town, 0.75, (6.0, 2.5, 1.2, 2.5), halo), fill_opacity),
        RingStyle(RingKind.CORE, N_("Core ring"), LineStyle(core, 0.85, (), halo), fill_opacity),
    )
    return MappingProxyType({row.kind: row for row in rows})


_SITE_SHAPES: Final[tuple[tuple[SiteKind, str, SymbolShape, tuple[float, float, float], float], ...]] = (
    (SiteKind.INTERSECTION, N_("Controlled intersection"), "circle", (2.7, 2.4, 2.1), 9_000),
    (SiteKind.CHECKPOINT, N_("Checkpoint"), "square", (2.9, 2.6, 2.3), 14_000),
    (SiteKind.POST, N_("Post"), "triangle", (3.2, 2.9, 2.6), 14_000),
    (SiteKind.KEY_SITE, N_("Key site"), "star", (4.2, 3.8, 3.4), 30_000),
)

SITE_TITLES: Final[Mapping[SiteKind, str]] = MappingProxyType({row[0]: row[1] for row in _SITE_SHAPES})
"""English title of each kind of site, the key of its translation."""


def _sites(colours: Mapping[SiteKind, tuple[str, str]], empty: str) -> Mapping[SiteKind, SiteStyle]:
    made = {}
    for kind, title, shape, sizes_mm, far in _SITE_SHAPES:
        full, half = colours[kind]
        made[kind] = SiteStyle(kind, title, shape, full, (full, half, empty), sizes_mm, far)
    return MappingProxyType(made)


def _incident(colour: str) -> SiteStyle:
    return SiteStyle(SiteKind.POST, N_("Incident"), "circle", colour, (colour, colour, colour), (1.1, 1.1, 1.1), 0.0)


_LIGHT: Final = MapStyle(
    theme=Theme.LIGHT,
    background="#f3f1ec",
    ink="#2b2a27",
    muted_ink="#6c6860",
    panel="#ffffff",
    streets=_streets(_LIGHT_STREETS, "#4a463f", "#fffefb", label_factor=1.2),
    barriers=_barriers(
        ("#c6dce8", "#a9c6d6", "#4f7f9a"),
        ("#dde7d2", "#61784d"),
        ("#8f8a82", "#f3f1ec"),
        halo="#f7f6f2",
        label_factor=1.2,
    ),
    boundary=LineStyle("#5b5650", 0.5, (8.0, 3.0, 1.5, 3.0), "#ffffff"),
    outside=AreaStyle("#f3f1ec", 0.55, None),
    rings=_rings("#1f4e9c", "#00756f", "#a0185a", halo="#ffffff", fill_opacity=0.0),
    grid_cell=AreaStyle("", 0.0, LineStyle("#7a7f8c", 0.18, (3.0, 3.0))),
    hotspot_ramp=("#fed976", "#feb24c", "#fb8d3c", "#f2542d", "#d0021b"),
    hotspot=AreaStyle("", 0.42, LineStyle("#8f0a14", 0.25)),
    sites=_sites(
        {
            SiteKind.CHECKPOINT: ("#b3261e", "#f0b9b2"),
            SiteKind.INTERSECTION: ("#1d5fa8", "#b3d1ee"),
            SiteKind.KEY_SITE: ("#6a2c91", "#d6bde6"),
            SiteKind.POST: ("#0b6e4f", "#a9dcc8"),
        },
        "#ffffff",
    ),
    incident=_incident("#7f1d1d"),
    routes=ROUTE_COLOURS,
    route=LineStyle("", 0.75, (), "#ffffff"),
    stop_mm=4.6,
    leak=LineStyle("#e4007c", 1.0, (2.5, 1.5), "#ffffff"),
    selection=LineStyle("#00a3ff", 1.2, (), "#ffffff"),
    closure=LineStyle("#e4007c", 0.6, (), "#ffffff"),
    reach_ramp=("#0b5394", "#3d8fd1", "#8fc4ea"),
    share_ramp=("#c2410c", "#d9a21b", "#1d7a8c"),
    way="#00695c",
    site_label=LabelStyle(8.6, "#2b2a27", "#fffefb", 0.5),
    area_label=LabelStyle(8.6, "#6c6860", "#fffefb", 0.4),
    stop_label=LabelStyle(8.2, "#ffffff", "", 0.0, bold=True),
)

_DARK: Final = MapStyle(
    theme=Theme.DARK,
    background="#1f2429",
    ink="#e9e6df",
    muted_ink="#a5a199",
    panel="#2a3036",
    streets=_streets(_DARK_STREETS, "#d5d0c6", "#1a1e22", label_factor=1.2),
    barriers=_barriers(
        ("#22394a", "#2d4a5e", "#82b0cc"),
        ("#26332a", "#93ad84"),
        ("#7f858c", "#1f2429"),
        halo="#1f2429",
        label_factor=1.2,
    ),
    boundary=LineStyle("#b9b3a8", 0.5, (8.0, 3.0, 1.5, 3.0), "#14171a"),
    outside=AreaStyle("#14171a", 0.5, None),
    rings=_rings("#7fb0ff", "#3fd0c0", "#ff7ab8", halo="#14171a", fill_opacity=0.0),
    grid_cell=AreaStyle("", 0.0, LineStyle("#8d95a3", 0.18, (3.0, 3.0))),
    hotspot_ramp=("#6b4a1e", "#96581f", "#c8641f", "#ec7a2f", "#ffb066"),
    hotspot=AreaStyle("", 0.45, LineStyle("#ffb066", 0.3)),
    sites=_sites(
        {
            SiteKind.CHECKPOINT: ("#ff7a6e", "#8a3a34"),
            SiteKind.INTERSECTION: ("#6cb2ff", "#2c547e"),
            SiteKind.KEY_SITE: ("#d39bf2", "#64407a"),
            SiteKind.POST: ("#4fd1a1", "#22614b"),
        },
        "#1f2429",
    ),
    incident=_incident("#ffb4a8"),
    routes=_DARK_ROUTE_COLOURS,
    route=LineStyle("", 0.75, (), "#14171a"),
    stop_mm=4.6,
    leak=LineStyle("#ff5cb0", 1.0, (2.5, 1.5), "#14171a"),
    selection=LineStyle("#35c3ff", 1.2, (), "#14171a"),
    closure=LineStyle("#ff5cb0", 0.6, (), "#14171a"),
    reach_ramp=("#9fd8ff", "#4f9fd6", "#2f6c9a"),
    share_ramp=("#ff8a5c", "#e8c14d", "#56c1d3"),
    way="#5fe0b0",
    site_label=LabelStyle(8.6, "#e9e6df", "#1a1e22", 0.5),
    area_label=LabelStyle(8.6, "#a5a199", "#1a1e22", 0.4),
    stop_label=LabelStyle(8.2, "#14171a", "", 0.0, bold=True),
)

_PRINT: Final = MapStyle(
    theme=Theme.PRINT,
    background="#ffffff",
    ink="#111111",
    muted_ink="#4d4d4d",
    panel="#ffffff",
    streets=_streets(_PRINT_STREETS, "#262626", "#ffffff", label_factor=1.2),
    barriers=_barriers(
        ("#dfe9ef", "#9fb4c0", "#3f6478"),
        ("#eef2ea", "#52633f"),
        ("#555555", "#ffffff"),
        halo="#ffffff",
        label_factor=1.2,
    ),
    boundary=LineStyle("#222222", 0.45, (8.0, 3.0, 1.5, 3.0), "#ffffff"),
    outside=AreaStyle("#ffffff", 0.6, None),
    rings=_rings("#173b7a", "#00524e", "#7a0f44", halo="#ffffff", fill_opacity=0.0),
    grid_cell=AreaStyle("", 0.0, LineStyle("#777777", 0.14, (3.0, 3.0))),
    hotspot_ramp=("#fde2a0", "#fbbf74", "#f38b52", "#e0553b", "#b5121f"),
    hotspot=AreaStyle("", 0.38, LineStyle("#7a0c0c", 0.25)),
    sites=_sites(
        {
            SiteKind.CHECKPOINT: ("#8f1c15", "#e3b4af"),
            SiteKind.INTERSECTION: ("#164a84", "#b3c9e0"),
            SiteKind.KEY_SITE: ("#4f1f6e", "#cdb8da"),
            SiteKind.POST: ("#07503a", "#a9cfc0"),
        },
        "#ffffff",
    ),
    incident=_incident("#5e1414"),
    routes=ROUTE_COLOURS,
    route=LineStyle("", 0.8, (), "#ffffff"),
    stop_mm=4.4,
    leak=LineStyle("#b30062", 0.9, (2.5, 1.5), "#ffffff"),
    selection=LineStyle("#006fb0", 1.1, (), "#ffffff"),
    closure=LineStyle("#b30062", 0.6, (), "#ffffff"),
    reach_ramp=("#1b4f7a", "#5f97c2", "#a9cbe3"),
    share_ramp=("#a83a0a", "#c9921a", "#1d6a7c"),
    way="#00524e",
    site_label=LabelStyle(8.2, "#111111", "#ffffff", 0.4),
    area_label=LabelStyle(6.6, "#4d4d4d", "#ffffff", 0.35),
    stop_label=LabelStyle(7.2, "#ffffff", "", 0.0, bold=True),
)

STYLES: Final[Mapping[Theme, MapStyle]] = MappingProxyType(
    {Theme.LIGHT: _LIGHT, Theme.DARK: _DARK, Theme.PRINT: _PRINT}
)


def map_style(theme: Theme = Theme.LIGHT) -> MapStyle:
    """
    Find a look.

    Parameters
    ----------
    theme : Theme, default LIGHT
        Which one.

    Returns
    -------
    MapStyle
        The values of everything that a map shows.
    """
    return STYLES[theme]


def symbol_outline(shape: SymbolShape) -> tuple[tuple[float, float], ...]:
    """
    Give the corners of a symbol.

    Parameters
    ----------
    shape : SymbolShape
        Which one.

    Returns
    -------
    tuple of tuple of (float, float)
        Around 0, 0, about 1 across, y downwards; none for the circle, whose diameter is 1.
    """
    corners: dict[str, list[tuple[float, float]]] = {
        "square": [(0.62, angle) for angle in (-135, -45, 45, 135)],
        "diamond": [(0.55, angle) for angle in (-90, 0, 90, 180)],
        "triangle": [(0.58, angle) for angle in (-90, 30, 150)],
        "star": [(0.56 if spike % 2 == 0 else 0.25, -90 + 36 * spike) for spike in range(10)],
        "circle": [],
    }
    return tuple(
        (radius * math.cos(math.radians(angle_deg)), radius * math.sin(math.radians(angle_deg)))
        for radius, angle_deg in corners[shape]
    )
