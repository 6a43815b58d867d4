from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import xml.etree.ElementTree as ET
from functools import partial
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from patrolmap.errors import PatrolmapError
from patrolmap.maps.content import MapContent
from patrolmap.model.sheet_template import Orientation, PaperSize, SheetTemplate
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.flow import paper_of
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.overview import overview_pages
from patrolmap.sheets.patrol_sheet import patrol_sheet_pages
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.qr import read_code, sheet_code
from patrolmap.sheets.route_map import route_maps
from tests.helpers.small_disk import files_end_at
from tests.sheets.samples import made_plan, made_route

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.model.plan import PatrolPlan

PRINTED = dt.datetime(2026, 11, 21, 18, 5)


def text_of(path: Path, *pages: int) -> str:
    """Extract the text of all pages, or of one, with blanks left out: their number is a matter of layout."""
    words = ["pdftotext", *(f for page in pages for f in ("-f", str(page), "-l", str(page))), str(path), "-"]
    return "".join(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split())


def write_sheet(path: Path, plan: PatrolPlan) -> PdfReader:
    """Write the sheet of the plan's first route and read it back."""
    route = plan.routes[0]
    content = sheet_content(plan, route, PRINTED)
    map_layers = MapContent()
    maps = partial(route_maps, map_layers, route)
    pages = patrol_sheet_pages(content, maps, measuring_canvas())
    write_pdf(path, pages, title=route.team_name)
    return PdfReader(path)


def test_only_the_packaged_font_is_in_the_file(tmp_path: Path) -> None:
    """A letter that the packaged font lacks would be taken from whatever the computer has; a break has a dash."""
    route = made_route(4)
    starts = [stop.start_s for stop in route.stops]
    rested = dataclasses.replace(route, break_s=1_200, break_start_s=starts[1] + 720)
    path = tmp_path / "sheet.pdf"
    write_sheet(path, made_plan(rested))
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert listed
    assert all("PatrolmapSans" in line and " yes " in line for line in listed)


def test_rare_letters_of_names_come_from_the_packaged_font(tmp_path: Path) -> None:
    """Where the bold face lacks a letter, the whole line is set in the regular one; the names read as they were entered."""
    route = dataclasses.replace(made_route(2), team_name="䶮㛃·龘巡逻队", leader="阿依古丽·㛃 䶮")
    path = tmp_path / "sheet.pdf"
    write_sheet(path, made_plan(route))
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert listed
    assert all("PatrolmapSans" in line and " yes " in line for line in listed)
    assert "䶮㛃·龘巡逻队阿依古丽·㛃䶮" in text_of(path)


@pytest.mark.parametrize("stops", [0, 1, 8, 9, 20, 40])
def test_every_stop_is_on_the_sheet(tmp_path: Path, stops: int) -> None:
    """However long the route, each row is there and the foot counts all pages."""
    plan = made_plan(made_route(stops))
    reader = write_sheet(tmp_path / "s.pdf", plan)
    text = text_of(tmp_path / "s.pdf")
    for row in sheet_content(plan, plan.routes[0], PRINTED).stops:
        assert row.times in text
    count = len(reader.pages)
    for number in range(1, count + 1):
        assert f"第{number}页共{count}页" in text_of(tmp_path / "s.pdf", number)


def test_chinese_extracts_exactly(tmp_path: Path) -> None:
    """Names come out of the file as they went in: no radicals, no lost digits."""
    write_sheet(tmp_path / "s.pdf", made_plan(made_route(4)))
    text = text_of(tmp_path / "s.pdf")
    for expected in (
        "城关街道第七巡逻队",
        "X054县道城界卡口",
        "行走路线",
        "2026年11月21日星期六",
        "000-0007",
        "老城第一小学东门",
    ):
        assert expected in text
    assert not any("⺀" <= character <= "⿟" for character in text)


def test_the_page_is_a4_vector_with_embedded_fonts(tmp_path: Path) -> None:
    """No picture is in the file, its paper is A4 and its font travels with it."""
    reader = write_sheet(tmp_path / "s.pdf", made_plan())
    width_pt, height_pt = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (float(width_pt), float(height_pt)) == pytest.approx((595.3, 841.9), abs=1.0)
    assert not any(len(page.images) for page in reader.pages)
    fonts = subprocess.run(["pdffonts", tmp_path / "s.pdf"], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("TrueType" in row and "yes" in row for row in rows)


def test_the_code_on_paper_is_read_by_a_scanner(tmp_path: Path) -> None:
    """Rendered at 150 dpi as a phone would see it, zbar reads plan, team and stops."""
    plan = made_plan(made_route(14))
    write_sheet(tmp_path / "s.pdf", plan)
    render = ["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", "-singlefile", tmp_path / "s.pdf", tmp_path / "s"]
    subprocess.run(render, check=True)
    scan = ["zbarimg", "--quiet", "--raw", "-Sbinary", tmp_path / "s.png"]
    found = subprocess.run(scan, capture_output=True, check=True)
    assert read_code(found.stdout.decode("utf-8")) == sheet_code(plan, plan.routes[0])


def test_an_unwritable_folder_is_one_clear_error(tmp_path: Path) -> None:
    """The error names the file; nothing is left behind."""
    with pytest.raises(PatrolmapError, match="cannot be written"):
        write_sheet(tmp_path / "missing" / "s.pdf", made_plan())
    assert list(tmp_path.iterdir()) == []


def test_the_overview_lists_every_team(tmp_path: Path) -> None:
    """Sixty teams run over pages; each is named once."""
    routes = [made_route(5, team_id=f"T{n:02d}") for n in range(60)]
    plan = made_plan(*routes)
    write_pdf(tmp_path / "o.pdf", overview_pages(plan, PRINTED, measuring_canvas()), title="x")
    text = text_of(tmp_path / "o.pdf")
    assert text.count("城关街道第七巡逻队") == 60
    assert "出动60/60支队伍" in text


@pytest.mark.parametrize("size", ["A4", "A3"])
@pytest.mark.parametrize("stops", [1, 6, 30])
def test_landscape_sheets_hold_everything(tmp_path: Path, size: str, stops: int) -> None:
    """On wide paper the table stands beside the map; every stop, the way and the template's words are there."""
    template = SheetTemplate(PaperSize(size), Orientation.LANDSCAPE, "测试分局", "示范用", "000-1234")
    plan = made_plan(made_route(stops))
    content = sheet_content(plan, plan.routes[0], PRINTED, template)
    maps = partial(route_maps, MapContent(), plan.routes[0])
    write_pdf(tmp_path / "s.pdf", patrol_sheet_pages(content, maps, measuring_canvas(), paper_of(template)), title="x")
    page = PdfReader(tmp_path / "s.pdf").pages[0].mediabox
    wide_mm = {"A4": 297, "A3": 420}[size]
    assert float(page.width) / 72 * 25.4 == pytest.approx(wide_mm, abs=0.6)
    text = text_of(tmp_path / "s.pdf")
    for words in ("测试分局巡逻单", "示范用", "值班电话：000-1234", *(row.times for row in content.stops)):
        assert words in text
    assert text.count("行走路线") == 1
    assert "内部使用" not in text


def test_letters_beyond_the_first_plane_are_copied_as_they_were_entered(tmp_path: Path) -> None:
    """Rare characters of names print and can be copied, in the head, the table and the way; what no face has is left out."""
    route = made_route(5)
    names = ("𠮷祥路口", "鱻𩽾𩾌店", "𫘧骏街", "普通点", "𩾌𠮷桥")
    stops = tuple(
        dataclasses.replace(stop, visit=dataclasses.replace(stop.visit, name=name))
        for stop, name in zip(route.stops, names, strict=True)
    )
    path = tmp_path / "sheet.pdf"
    write_sheet(path, made_plan(dataclasses.replace(route, team_name="𠀋村队\U0001f693", leader="李𫘧", stops=stops)))
    text = text_of(path)
    assert "𠀋村队" in text
    assert "李𫘧·" in text
    for name in names:
        assert text.count(name) == 2


def test_files_carry_the_marks_of_pdf_a(tmp_path: Path) -> None:
    """An RGB output intent, PDF/A-2b in the metadata, an ID, all fonts embedded, and nothing that acts."""
    path = tmp_path / "sheet.pdf"
    root = write_sheet(path, made_plan()).trailer["/Root"]
    data = path.read_bytes()
    (intent,) = root["/OutputIntents"]
    profile = intent.get_object()["/DestOutputProfile"].get_object()
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"
    said = ET.fromstring(root["/Metadata"].get_object().get_data())  # noqa: S314 - our own file
    marks = [node.attrib for node in said.iter() if "{http://www.aiim.org/pdfa/ns/id/}part" in node.attrib]
    assert [tuple(mark.values())[-2:] for mark in marks] == [("2", "B")]
    assert len(PdfReader(path).trailer["/ID"]) == 2
    assert not any(word in data for word in (b"/JavaScript", b"/OpenAction", b"/AA ", b"/EmbeddedFile", b"/Encrypt"))


def test_a_long_team_does_not_make_the_leaders_number_small(tmp_path: Path) -> None:
    """Team and crew get a line each before they are set smaller than the head's other lines; nothing is cut."""
    name = "老城厢街道及周边十七个行政村联合巡防第十二巡逻队（夜间）"
    path = tmp_path / "sheet.pdf"
    write_sheet(path, made_plan(dataclasses.replace(made_route(3), team_name=name, phone="138-0000-0000")))
    listed = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", str(path), "-"], capture_output=True, text=True, check=True
    )
    found = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>', listed.stdout)
    heights_pt = {text: float(bottom) - float(top) for top, bottom, text in found}
    assert heights_pt["138-0000-0000"] >= heights_pt["19:00-23:00"]
    assert heights_pt[name] >= heights_pt["19:00-23:00"]


@pytest.mark.parametrize("room_bytes", [0, 1000, 20_000])
def test_a_disk_that_fills_up_amid_a_page_is_said_and_leaves_the_old_file(tmp_path: Path, room_bytes: int) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"old")
    with files_end_at(room_bytes), pytest.raises(PatrolmapError, match="cannot be written"):
        write_sheet(path, made_plan(made_route(4)))
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("sheet.pdf", b"old")]
