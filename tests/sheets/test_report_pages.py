"""Claims about the pages of a report: none for one figure, one row or one sentence that has room elsewhere."""

from __future__ import annotations

import pytest

from patrolmap.i18n import set_language
from patrolmap.model.charts import BarChart, BarSeries
from patrolmap.reports.document import DocumentBuilder, ReportDocument
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.report_pages import report_pages

CHART = BarChart(("1",), (BarSeries("", (1.0,)),))


def laid_out(fill, title="态势报告"):
    set_language("zh")
    book = DocumentBuilder()
    fill(book)
    document = ReportDocument(title, ("一",), "页眉", "内部使用", "zh", tuple(book.blocks))
    return report_pages(document, measuring_canvas())


def bottoms(pages):
    """Lowest edge of what stands on each page between head and foot."""
    return [max(box.bottom_mm for _, box in page.drawings if box != page.paper.foot) for page in pages]


@pytest.mark.parametrize(("first_mm", "pages", "second_mm"), [(100.0, 2, 100.0), (128.0, 2, 80.0), (160.0, 3, 100.0)])
def test_a_figure_shrinks_rather_than_stand_alone(first_mm, pages, second_mm):
    """As it is where it fits, down to seven tenths to stay on the page, else whole on the next one."""

    def fill(book):
        book.chapter("警情")
        book.figure("甲", CHART, height_mm=first_mm)
        book.figure("乙", CHART, height_mm=100.0)

    made = laid_out(fill)
    assert len(made.pages) == pages
    assert made.figure_mm[1] == first_mm
    assert made.figure_mm[2] == pytest.approx(second_mm, abs=10.0)
    assert 70.0 <= made.figure_mm[2] <= 100.0
    assert max(bottoms(made.pages)) <= made.pages[0].paper.inner.bottom_mm + 0.011


def test_a_chapter_begins_on_the_page_that_is_half_empty():
    """After half a page it goes on there; after most of one it begins a new page, and the contents say so."""

    def fill(book):
        for name, height_mm in (("甲", 100.0), ("乙", 60.0), ("丙", 60.0)):
            book.chapter(name)
            book.figure(name, CHART, height_mm=height_mm)

    made = laid_out(fill)
    assert made.heading_pages == {0: 2, 1: 2, 2: 3}
    assert made.fresh == {0, 2}


@pytest.mark.parametrize("rows", range(30, 40))
def test_no_row_stands_alone_on_a_page(rows):
    """However long a table is, its last page has two rows at least."""

    def fill(book):
        book.chapter("甲")
        book.table("表", ("列",), [(str(number),) for number in range(rows)])

    made = laid_out(fill)
    last = [box for _, box in made.pages[-1].drawings if box != made.pages[-1].paper.foot]
    assert len(last) != 3  # the page's head, the table's head, one row


def test_a_title_that_is_a_little_too_long_stays_on_one_line():
    """It is set smaller; a very long one is broken all the same."""
    short, fits, long = (
        laid_out(lambda book: book.chapter("甲"), title="安" * count).pages[0].drawings[1][1].height_mm
        for count in (12, 24, 60)
    )
    assert fits < short
    assert long > short
