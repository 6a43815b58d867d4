"""Names that attack, wherever a project can hold one: they stay text in Word, Excel, the web map and PDF."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest

pytest.importorskip("PySide6.QtGui")

from patrolmap.cli.app import main
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting, UpdateRows
from patrolmap.model.events import Event, EventState, EventStep
from patrolmap.model.patrol_log import LogEntry, LogState
from patrolmap.model.roster import Role, RosterEntry
from patrolmap.project.store import ProjectStore
from tests.desktop.tiny import make_plan, make_project

if TYPE_CHECKING:
    from pathlib import Path

EVIL = '=HYPERLINK("http://evil.example")</script><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>&amp;'
NOON = dt.datetime(2026, 11, 20, 21)
EDIT = Message("Edit")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_project(tmp_path_factory.mktemp("hostile") / "tiny.gpkg")
    with ProjectStore.open(path) as made:
        for layer in ("streets", "sites", "teams", "rings"):
            rows = made.layer(layer)
            made.apply(UpdateRows(layer, rows[["name"]].assign(name=EVIL)), EDIT)
        rows = made.layer("incidents")
        made.apply(UpdateRows("incidents", rows[["category"]].assign(category=EVIL)), EDIT)
        made.apply(SetSetting("name", EVIL), EDIT)
        plan = make_plan()
        made.save_plan(plan, label=EDIT)
        visit = plan.routes[0].stops[0].visit
        made.save_log(
            (LogEntry(plan.plan_id, "T1", visit.visit_id, LogState.DONE, NOON, NOON, EVIL, EVIL, EVIL),), label=EDIT
        )
        event = Event("E1", EVIL, EVIL, visit.point, NOON, NOON, (EventStep(EventState.RECEIVED, NOON, EVIL),), EVIL)
        made.save_events((event,), label=EDIT)
        made.save_roster((RosterEntry("m1", "T1", EVIL, Role.LEADER, EVIL, EVIL),), teams={"T1"}, label=EDIT)
    return path


class _Tags(HTMLParser):
    """Elements and attributes as a browser would make them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_web_map_makes_no_element_of_a_name(project: Path, tmp_path: Path) -> None:
    assert main(["webmap", str(project), "--out", str(tmp_path / "a.html"), "--lang", "en"]) == 0
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    reader = _Tags()
    reader.feed(text)
    assert [tag for tag in reader.found if tag[0] == "img" or "onerror" in tag[1]] == []
    assert "alert(1)</script>" not in text
    assert "alert(1)" in text  # the names are there, as data


def test_the_report_keeps_names_as_text_and_refers_to_nothing_outside(project: Path, tmp_path: Path) -> None:
    words = ["report", str(project), "--end", "2026-11-20", "--out", str(tmp_path / "a.docx"), "--pdf", "--lang", "en"]
    assert main(words) == 0
    with zipfile.ZipFile(tmp_path / "a.docx") as parts:
        names = parts.namelist()
        outside = [name for name in names if name.endswith(".rels") and b'TargetMode="External"' in parts.read(name)]
        body = ET.fromstring(parts.read("word/document.xml"))  # noqa: S314 - our own output
        fields = [element.text or "" for element in body.iter() if element.tag.endswith("}instrText")]
    assert outside == []
    assert "alert(1)" in "".join(body.itertext())
    assert not [field for field in fields if "evil" in field]
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert not re.search(rb"/(JavaScript|JS|Launch|URI)\b", pdf)


def test_excel_gets_no_formula_and_no_link(project: Path, tmp_path: Path) -> None:
    plan, events = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    assert main(["export", str(project), "--format", "xlsx", "--out", str(plan), "--lang", "en"]) == 0
    assert main(["events", "check", str(project), "--date", "2026-11-20", "--out", str(events), "--lang", "en"]) == 0
    for file in (plan, events):
        cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert any("alert(1)" in str(cell.value) for cell in cells)


def test_answers_for_programs_keep_names_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "list", str(project), "--json"]) == 0
    assert EVIL in json.dumps(json.loads(capsys.readouterr().out), ensure_ascii=False).replace('\\"', '"')


def test_the_sheets_hold_no_active_content(project: Path, tmp_path: Path) -> None:
    assert main(["sheets", str(project), "--out", str(tmp_path / "out"), "--lang", "en"]) == 0
    files = list(tmp_path.glob("**/*.pdf"))
    assert files
    for file in files:
        assert not re.search(rb"/(JavaScript|JS|Launch)\b", file.read_bytes())
