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
