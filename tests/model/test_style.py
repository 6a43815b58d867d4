"""The style table: complete, ordered, and readable by everybody."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from patrolmap.model.kinds import BarrierKind, RingKind, SiteKind
from patrolmap.model.style import ROUTE_COLOURS, map_style
from patrolmap.model.style_types import Theme, WidthTable

# Machado, Oliveira and Fernandes (2009), severity 1.0, linear RGB.
_DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
_PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    scaled = np.clip(_XYZ @ linear, 0, None) / np.array([0.9505, 1.0, 1.089])
    f = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(one: str, two: str) -> float:
    bright = sorted((float(_XYZ[1] @ _linear(colour)) for colour in (one, two)), reverse=True)
    return (bright[0] + 0.05) / (bright[1] + 0.05)


@pytest.mark.parametrize("theme", list(Theme))
def test_a_theme_styles_every_kind(theme):
    """No kind of the vocabulary is without a look."""
    style = map_style(theme)
    assert set(style.rings) == set(RingKind)
    assert set(style.sites) == set(SiteKind)
    assert set(style.barriers) == set(BarrierKind)


@pytest.mark.parametrize("theme", list(Theme))
def test_every_colour_is_a_hex_colour(theme):
    """A colour that a browser, Qt and QGIS all read is `#rrggbb`."""
    found = re.findall(r"'(#[^']*)'", repr(map_style(theme)))
    assert len(found) > 50
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in found)


@pytest.mark.parametrize("matrix", [np.eye(3), _DEUTERANOPIA, _PROTANOPIA], ids=["normal", "no green", "no red"])
def test_route_colours_keep_apart_for_every_eye(matrix):
    """Any two of the 14 route colours are a CIE 1976 distance of 15 or more apart."""
    seen = [_lab(np.clip(matrix @ _linear(colour), 0, 1)) for colour in ROUTE_COLOURS]
    assert len(seen) == 14
    assert min(np.linalg.norm(one - two) for one, two in itertools.combinations(seen, 2)) >= 15


@pytest.mark.parametrize("theme", list(Theme))
def test_texts_stand_out_from_what_they_stand_on(theme):
    """Names reach the contrast of 4.5 that WCAG asks of texts; numbers in stops 3, as large bold type."""
    style = map_style(theme)
    assert _contrast(style.ink, style.background) >= 7
    assert _contrast(style.site_label.colour, style.site_label.halo) >= 4.5
    for street in style.streets:
        assert _contrast(street.label.colour, street.label.halo) >= 4.5
    for colour in style.routes:
        assert _contrast(colour, style.stop_label.colour) >= 3


def test_higher_classes_are_wider_at_every_scale():
    """A map reads by its widths: no class is wider than the one above it."""
    for denominator in (2_000, 5_000, 15_000, 50_000, 100_000, 250_000):
        widths = [street.widths.width_mm(denominator) for street in map_style().streets]
        assert widths == sorted(widths)


def test_a_width_between_two_steps_is_their_geometric_middle():
    """Half-way between 1:1,000 and 1:4,000 on a logarithmic axis is 1:2,000, where 4 mm and 1 mm give 2 mm."""
    table = WidthTable(((1_000, 4.0), (4_000, 1.0)))
    assert table.width_mm(2_000) == pytest.approx(2.0)
    assert (table.width_mm(500), table.width_mm(4_000), table.width_mm(4_001)) == (4.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("highway", "key"),
    [("motorway_link", "motorway"), ("footway", "path"), ("residential", "minor"), (None, "minor"), ("x", "minor")],
)
def test_highways_find_their_class(highway, key):
    """Slip roads belong to their road; what is unknown counts as a minor street."""
    style = map_style()
    assert style.streets[style.street(highway)].key == key


def test_each_kind_of_site_has_its_own_shape_and_each_level_its_own_fill():
    """Without any colour the kind and the level can still be told."""
    style = map_style(Theme.PRINT)
    assert len({site.shape for site in style.sites.values()}) == len(SiteKind)
    for site in style.sites.values():
        bright = [float(_XYZ[1] @ _linear(fill)) for fill in site.fills]
        assert bright == sorted(bright)
        assert min(np.diff(bright)) > 0.15


def test_an_unknown_level_is_drawn_as_the_middle_one():
    """NaN comes out of a table with gaps."""
    site = map_style().sites[SiteKind.CHECKPOINT]
    assert [site.level_index(level) for level in (1, 2, 3, None, float("nan"), 9)] == [0, 1, 2, 1, 1, 2]


def test_a_plan_with_more_routes_than_colours_starts_again():
    """The fifteenth route has the first colour."""
    style = map_style()
    assert style.route_colour(14) == style.route_colour(0) != style.route_colour(1)
