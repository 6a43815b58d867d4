"""The drill sheet stays on one page while its way is short, and loses nothing when it is long."""

from __future__ import annotations

import subprocess

import pytest

pytest.importorskip("PySide6.QtGui")

from patrolmap.sheets.content import TurnBlock
from patrolmap.sheets.drill_sheet import DrillSheet, drill_sheet_pages
from patrolmap.sheets.flow import A3, A4
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.pdf import write_pdf


def pages(turns, paper=A4, drawn=None, **template):
    """Lay out a sheet whose way has so many turns; the map draws nothing, but its box is noted."""
    way = TurnBlock("To the gate (900 m, 2 min)", tuple(f"Turn left into Street {n}" for n in range(turns)))
    times = (("Set out at", "the alarm"), ("There after", "1:11"), ("Latest", "5:44"))
    sheet = DrillSheet(
        "District", "Pursuit", "Post 1", "Gate", times, ("Close it.", "Report."), way, "now", 1, 1, **template
    )
    noted = [] if drawn is None else drawn
    return drill_sheet_pages(sheet, lambda _canvas, box: noted.append(box), measuring_canvas(), paper)


@pytest.mark.parametrize(("turns", "count"), [(0, 1), (8, 1), (60, 2)])
def test_a_short_way_stays_on_the_first_page(turns, count):
    """Eight turns leave room for the map; sixty do not."""
    assert len(pages(turns)) == count


def test_nothing_is_laid_below_the_foot():
    """No block leaves the paper's inner area, whatever the length of the way."""
    for paper in (A4, A4.turned, A3, A3.turned):
        for turns in range(0, 40, 6):
            for page in pages(turns, paper, phones="Duty office: 0373 555 0110"):
                foot = page.paper.foot
                assert all(box.bottom_mm <= foot.bottom_mm + 0.01 for _, box in page.drawings)


def test_the_template_stands_on_the_sheet_and_landscape_leaves_the_map_its_height(tmp_path):
    """Telephones and the district's own mark are printed, "For internal use" is not; the map is no strip."""
    drawn = []
    made = pages(8, A4.turned, drawn, phones="Duty office: 0373 555 0110", mark="Drill only")
    write_pdf(tmp_path / "d.pdf", made, title="d")
    words = subprocess.run(["pdftotext", tmp_path / "d.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "0373 555 0110" in words
    assert "Drill only" in words
    assert "internal" not in words
    assert "Street 7" in words
    assert drawn[0].height_mm > 80
