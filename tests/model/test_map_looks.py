"""Looks of the map as values: what a project keeps comes back, what makes no sense does not."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.model.class_breaks import class_breaks, class_of
from patrolmap.model.map_looks import TOP_DOWN, ClassLook, LayerLook, MapLooks
from patrolmap.model.palettes import RAMPS, ramp_colours
from patrolmap.model.restyle import restyled
from patrolmap.model.style import map_style

VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=9)


def test_choices_come_back_from_json():
    """Every field, through text."""
    look = LayerLook(True, 0.4, "#0072b2", 2.0, "star", "owner", 11.0, ClassLook("level", "natural", 4, "cividis"))
    looks = MapLooks().with_layer("sites", look).with_order(("rings", "stops"))
    assert MapLooks.from_json(json.loads(json.dumps(looks.to_json()))) == looks


@pytest.mark.parametrize(
    "look",
    [
        {"colour": "red;}"},
        {"size": 1e9, "opacity": "much"},
        {"symbol": "skull", "label_field": "a b", "classes": {"field": "x'; DROP"}},
        {"visible": 1, "label_pt": float("nan"), "classes": [1]},
    ],
)
def test_nonsense_in_a_project_is_left_out(look):
    """A file from elsewhere gives values within their ranges and no odd texts."""
    made = MapLooks.from_json({"order": [1, "rings", "rings", "x"], "layers": {"sites": look, "x": look}})
    sites = made.of("sites")
    assert (sites.colour, sites.symbol, sites.label_field, sites.classes, sites.visible) == ("", None, "", None, None)
    assert 0.25 <= sites.size <= 4
    assert sorted(made.order) == sorted(TOP_DOWN)
    assert MapLooks.from_json("what") == MapLooks()


def test_the_order_keeps_every_layer_once():
    """A layer that an older program did not know stays below its usual neighbour."""
    without = tuple(name for name in TOP_DOWN if name != "incidents")
    order = MapLooks().with_order(without).order
    assert order == TOP_DOWN


@given(VALUES, st.integers(1, 5))
def test_natural_breaks_have_the_least_deviation(numbers, count):
    """Compared with every way to cut the sorted values."""
    values = np.array(numbers, dtype=float)
    different = np.unique(values)
    count = min(count, len(different))

    def deviation(ends):
        groups = class_of(values, np.array(ends))
        return sum(((values[groups == g] - values[groups == g].mean()) ** 2).sum() for g in np.unique(groups))

    best = min(deviation([*cut, different[-1]]) for cut in itertools.combinations(different[:-1], count - 1))
    assert deviation(class_breaks(values, "natural", count)) == pytest.approx(best, abs=1e-9)


@given(VALUES, st.integers(1, 9), st.sampled_from(["quantile", "equal", "natural"]))
def test_every_value_has_a_class(numbers, count, method):
    """Ends grow, the last is the largest value, there are no more classes than asked for."""
    values = np.array([*numbers, np.nan], dtype=float)
    ends = class_breaks(values, method, count)
    assert len(ends) <= count
    assert (np.diff(ends) > 0).all()
    assert ends[-1] == np.nanmax(values)
    assert (class_of(values, ends)[:-1] >= 0).all()
    assert class_of(values, ends)[-1] == -1


def test_equal_counts_hold_equal_counts():
    """Twelve different values in four classes: three each."""
    values = np.arange(12.0) ** 2
    assert np.bincount(class_of(values, class_breaks(values, "quantile", 4))).tolist() == [3, 3, 3, 3]


def test_many_values_are_classed_quickly_enough_to_slide():
    """100,000 values come down to at most 600 before the search; the largest stays the last end."""
    values = np.random.default_rng(1).lognormal(size=100_000)
    ends = class_breaks(values, "natural", 7)
    assert len(ends) == 7
    assert ends[-1] == values.max()


def test_ramps_end_where_their_anchors_do():
    """Five classes are the anchors; nine go through them."""
    assert ramp_colours("blues", 5) == RAMPS["blues"]
    nine = ramp_colours("blues", 9)
    assert nine[::2] == RAMPS["blues"]


def test_the_style_table_follows_the_choices_and_nothing_else():
    """Rings twice as wide and blue; sites as they were."""
    usual = map_style()
    made = restyled(usual, MapLooks().with_layer("rings", LayerLook(colour="#0072b2", size=2.0)))
    for kind, ring in made.rings.items():
        assert ring.line.colour == "#0072b2"
        assert ring.line.width_mm == 2 * usual.rings[kind].line.width_mm
    assert made.sites is usual.sites
    assert restyled(usual, MapLooks().with_layer("rings", LayerLook(opacity=0.2))) is usual
