"""Claims about PDFs that are taken apart and put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from pypdf import PdfReader, PdfWriter
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage

from patrolmap.maps.content import MapContent
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.joining import join_pdfs
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.pdf_objects import read_objects, written
from patrolmap.sheets.route_map import route_maps
from tests.sheets.samples import made_plan, made_route


def picture() -> bytes:
    """Make a small PNG that is half clear."""
    image = QImage(8, 8, QImage.Format.Format_ARGB32)
    image.fill(QColor(180, 0, 30, 120))
    packed = QBuffer()
    packed.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(packed, "PNG")
    return packed.data().data()


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """Three sheets of different length, one with a picture in its head, one with rare letters."""
    folder, paths = tmp_path_factory.mktemp("sheets"), []
    for stops, name, logo in ((9, "城关队", b""), (30, "𠮷野队", b""), (2, "有徽标的队", picture())):
        route = made_route(stops)
        words = replace(sheet_content(made_plan(route), route, dt.datetime(2026, 11, 21)), team=name, logo=logo)
        pages = patrol_sheet_pages(words, partial(route_maps, MapContent(), route), measuring_canvas())
        paths.append(folder / f"{stops}.pdf")
        write_pdf(paths[-1], pages, title=name)
    return paths


def test_a_file_put_together_again_is_the_same(sheets):
    """Nothing is lost on the way apart and back."""
    for path in sheets:
        assert written(read_objects(path.read_bytes())) == path.read_bytes()


def test_joined_pages_say_and_draw_what_those_of_a_general_library_do(sheets, tmp_path):
    """Same pages, drawn the same, with the same text, as pypdf joins them; read without a complaint."""
    join_pdfs(tmp_path / "ours.pdf", sheets)
    theirs = PdfWriter()
    for path in sheets:
        theirs.append(PdfReader(path))
    theirs.write(tmp_path / "theirs.pdf")
    ours, others = PdfReader(tmp_path / "ours.pdf", strict=True), PdfReader(tmp_path / "theirs.pdf")
    assert len(ours.pages) == len(others.pages)
    for one, other in zip(ours.pages, others.pages, strict=True):
        assert one.get_contents().get_data() == other.get_contents().get_data()
        assert one.extract_text() == other.extract_text()
        assert {name: font.get_object()["/BaseFont"] for name, font in one["/Resources"]["/Font"].items()} == {
            name: font.get_object()["/BaseFont"] for name, font in other["/Resources"]["/Font"].items()
        }
        assert len(one["/Resources"]["/XObject"]) == len(other["/Resources"]["/XObject"])
        assert one["/Parent"].get_object() == ours.trailer["/Root"]["/Pages"].get_object()
    assert ours.metadata.title == PdfReader(sheets[0]).metadata.title


def test_what_is_no_such_file_is_refused(sheets):
    """A file that was cut off is not taken for one with fewer pages."""
    with pytest.raises(ValueError, match="subsection"):
        read_objects(sheets[0].read_bytes()[:-200])
