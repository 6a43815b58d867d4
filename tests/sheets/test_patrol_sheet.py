"""Claims about the pages of a patrol sheet: no page for a few lines that have room on the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.map_parts import MapPart
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from tests.sheets.samples import made_plan, made_route

PRINTED = dt.datetime(2026, 11, 21, 18, 5)


@dataclass(frozen=True)
class FakeMap:
    """A map that fits its scale from a height on."""

    part: MapPart
    height_mm: float

    def __call__(self, canvas, box):
        """Draw nothing."""


def two_maps(least_mm):
    def maps_of(_width_mm, height_mm):
        scale = 10_000 if height_mm >= least_mm else 15_000
        return [FakeMap(MapPart((0.0, 0.0, 1.0, 1.0), scale, number, 2, ()), height_mm) for number in (1, 2)]

    return maps_of


def laid_out(stops, least_mm):
    plan = made_plan(made_route(stops))
    words = sheet_content(plan, plan.routes[0], PRINTED)
    pages = patrol_sheet_pages(words, two_maps(least_mm), measuring_canvas())
    maps = [(draw, box) for page in pages for draw, box in page.drawings if isinstance(draw, FakeMap)]
    return pages, maps


def test_a_lower_second_map_saves_a_page():
    """Where the second map shows the same in less height, the way in words has room below it."""
    tall, _ = laid_out(8, least_mm=120.0)
    pages, maps = laid_out(8, least_mm=60.0)
    assert len(pages) == len(tall) - 1
    assert maps[1][1].height_mm < maps[0][1].height_mm
    assert all(draw.height_mm <= box.height_mm + 1e-9 for draw, box in maps)


@pytest.mark.parametrize("stops", [3, 7, 12, 20])
@pytest.mark.parametrize("least_mm", [60.0, 120.0])
def test_maps_keep_their_scale(stops, least_mm):
    """No page is saved by a smaller scale, and nothing leaves the inner part of the paper."""
    pages, maps = laid_out(stops, least_mm)
    assert len({draw.part.scale for draw, _ in maps}) == 1
    bottoms = [box.bottom_mm for page in pages for _, box in page.drawings if box != page.paper.foot]
    assert max(bottoms) <= pages[0].paper.inner.bottom_mm + 0.011


def filled(page):
    """Share of a page's height above its lowest drawing, foot left out."""
    inner = page.paper.inner
    return (max(box.bottom_mm for _, box in page.drawings if box != page.paper.foot) - inner.y_mm) / inner.height_mm


@pytest.mark.parametrize("stops", range(1, 30))
@pytest.mark.parametrize("least_mm", [60.0, 120.0, 160.0])
def test_no_last_page_for_a_few_lines(stops, least_mm):
    """A page that is printed carries at least a fifth of what it could, however long the route."""
    pages, _ = laid_out(stops, least_mm)
    assert filled(pages[-1]) > 0.2


@pytest.mark.parametrize("stops", [10, 12, 15])
def test_the_way_stands_above_a_second_map_where_that_saves_a_page(stops):
    """A map that cannot be lower would leave half a page empty before it and need one more behind."""
    pages, maps = laid_out(stops, least_mm=160.0)
    assert len(pages) == 3
    assert maps[1] in pages[2].drawings
    assert not any(isinstance(draw, FakeMap) for draw, _ in pages[1].drawings)


@pytest.mark.parametrize(("least_mm", "smaller", "pages"), [(100.0, 7_500, 1), (167.0, 5_000, 1), (167.0, 7_500, 2)])
def test_a_lower_first_map_brings_a_short_route_on_one_page(least_mm, smaller, pages):
    """One stop needs no second page for its way, if the map keeps its scale or 1:5,000 at least; else the map keeps its height."""

    def maps_of(_width_mm, height_mm):
        scale = 4_000 if height_mm >= least_mm else smaller
        return [FakeMap(MapPart((0.0, 0.0, 1.0, 1.0), scale, 1, 1, (1,)), height_mm)]

    plan = made_plan(made_route(1))
    words = sheet_content(plan, plan.routes[0], PRINTED)
    assert len(patrol_sheet_pages(words, maps_of, measuring_canvas())) == pages
