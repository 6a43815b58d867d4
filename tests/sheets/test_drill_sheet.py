"""The drill sheet stays on one page while its way is short, and loses nothing when it is long."""

from __future__ import annotations

import pytest

pytest.importorskip("PySide6.QtGui")

from patrolmap.sheets.content import TurnBlock
from patrolmap.sheets.drill_sheet import DrillSheet, drill_sheet_pages
from patrolmap.sheets.measuring import measuring_canvas


def pages(turns):
    """Lay out a sheet whose way has so many turns; the map draws nothing."""
    way = TurnBlock("To the gate (900 m, 2 min)", tuple(f"Turn left into Street {n}" for n in range(turns)))
    times = (("Set out at", "the alarm"), ("There after", "1:11"), ("Latest", "5:44"))
    sheet = DrillSheet("District", "Pursuit", "Post 1", "Gate", times, ("Close it.", "Report."), way, "now", 1, 1)
    return drill_sheet_pages(sheet, lambda _canvas, _box: None, measuring_canvas())


@pytest.mark.parametrize(("turns", "count"), [(0, 1), (8, 1), (60, 2)])
def test_a_short_way_stays_on_the_first_page(turns, count):
    """Eight turns leave room for the map; sixty do not."""
    assert len(pages(turns)) == count


def test_nothing_is_laid_below_the_foot():
    """No block leaves the paper's inner area, whatever the length of the way."""
    for turns in range(0, 40, 3):
        for page in pages(turns):
            foot = page.paper.foot
            assert all(box.bottom_mm <= foot.bottom_mm + 0.01 for _, box in page.drawings)
