"""Claims about the roster to sign: everybody has a line, on however many pages, and the leads stand on the sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pypdf import PdfReader

from patrolmap.model.roster import Role, RosterEntry, rosters_on
from patrolmap.sheets.content import sheet_content
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.roster_page import RosterSheet, roster_pages
from tests.sheets.samples import made_plan, made_route
from tests.sheets.test_pdf import text_of, write_sheet

if TYPE_CHECKING:
    from pathlib import Path

PRINTED = dt.datetime(2026, 11, 21, 18, 5)


def test_everybody_has_a_line(tmp_path: Path) -> None:
    """Fifty people of two teams are all there, each page counts itself and names the team that goes on."""
    people = [
        RosterEntry("a", "T1", "片长甲", Role.AREA_LEAD),
        RosterEntry("b", "T1", "队长乙", Role.LEADER, phone="000-0001"),
    ]
    people += [RosterEntry(f"m{k}", "T1", f"队员{k:02d}", group=f"{k % 3 + 1}组", present=k % 5 > 0) for k in range(40)]
    people += [RosterEntry(f"n{k}", "T2", f"组员{k:02d}") for k in range(8)]
    plan = made_plan()
    found = rosters_on(plan.shift.date, people)
    sheet = RosterSheet(
        plan.district, plan.shift, (("第一巡逻队", found["T1"]), ("第二巡逻队", found["T2"])), plan.plan_id
    )
    write_pdf(tmp_path / "r.pdf", roster_pages(sheet, PRINTED), title="r")
    count = len(PdfReader(tmp_path / "r.pdf").pages)
    text = text_of(tmp_path / "r.pdf")
    assert count >= 2
    assert all(person.name in text for person in people)
    assert "应到33人，全队41人" in text
    for number in range(1, count + 1):
        page = text_of(tmp_path / "r.pdf", number)
        assert f"第{number}页共{count}页" in page
        assert "签名" in page


def test_leads_stand_on_the_sheet(tmp_path: Path) -> None:
    """Area lead and point lead are in the head if the roster names them, and nothing is there if not."""
    route = dataclasses.replace(made_route(4), area_lead="片长甲", point_lead="点长乙")
    plan = made_plan(route)
    write_sheet(tmp_path / "s.pdf", plan)
    assert "片长片长甲·点长点长乙" in text_of(tmp_path / "s.pdf")
    assert sheet_content(made_plan(), made_plan().routes[0], PRINTED).leads == ""


def test_long_names_and_numbers_are_whole(tmp_path: Path) -> None:
    """On the roster and in the head of a sheet a long name is set smaller, not cut, and the telephone behind it stays."""
    name, team = "阿卜杜热西提·阿卜杜喀迪尔", "城关街道解放大街第十七社区党群服务中心志愿巡逻队"
    plan = made_plan(dataclasses.replace(made_route(2), team_name=team, leader=name, phone="000-1234-5678", members=12))
    found = rosters_on(plan.shift.date, [RosterEntry("a", "T1", name, phone="000-1234-5678")])
    sheet = RosterSheet(plan.district, plan.shift, ((team, found["T1"]),), plan.plan_id)
    write_pdf(tmp_path / "r.pdf", roster_pages(sheet, PRINTED), title="r")
    assert name in text_of(tmp_path / "r.pdf")
    write_sheet(tmp_path / "s.pdf", plan)
    assert f"{team}{name}·000-1234-5678·12人" in text_of(tmp_path / "s.pdf", 1)
