"""Claims about reading rosters: any usual shape of table, no person twice, nothing guessed in silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.errors import InputError
from patrolmap.ingest.roster import read_roster
from patrolmap.ingest.roster_words import names_in, presence_of
from patrolmap.ingest.source import Source
from patrolmap.model.roster import Role, RosterEntry

TEAMS = {"T1": "城关一队", "T2": "城关二队"}


def source_of(columns, *rows):
    table = pd.DataFrame([list(map(str, row)) for row in rows], columns=list(columns), dtype=object)
    return Source("花名册.xlsx", table, np.arange(1, len(table) + 1))


def facts(reading):
    return [(entry.team_id, entry.name, entry.role.value, entry.group, entry.phone) for entry in reading.entries]


def test_a_row_a_person():
    """Team, name, role, group, phone and presence are found by their Chinese heads; merged team cells are filled."""
    source = source_of(
        ("队伍", "姓名", "职务", "组别", "联系电话", "是否到岗"),
        ("城关一队", "甲", "队长", "一组", "000-0001", "是"),
        ("", "乙", "队员", "一组", "", "请假"),
        ("T2", "丙", "片长", "", "", ""),
    )
    reading = read_roster(source, TEAMS)
    assert facts(reading) == [
        ("T1", "甲", "leader", "一组", "000-0001"),
        ("T1", "乙", "member", "一组", ""),
        ("T2", "丙", "area_lead", "", ""),
    ]
    assert reading.presence == {"T1-01": True, "T1-02": False}
    assert any("1" in str(choice) and "above" in str(choice) for choice in reading.choices)


def test_a_row_a_team():
    """Leads have columns of their own, members stand in a list; who is named twice is one person in the higher role."""
    source = source_of(
        ("Team", "Captain", "Area lead", "Point lead", "Members", "Phone"),
        ("城关一队", "甲", "乙", "丙", "甲、丁(请假)，戊 己", "000-0001"),
        ("城关二队", "庚", "乙", "", "8", ""),
    )
    reading = read_roster(source, TEAMS)
    assert facts(reading) == [
        ("T1", "乙", "area_lead", "", ""),
        ("T1", "丙", "point_lead", "", ""),
        ("T1", "甲", "leader", "", "000-0001"),
        ("T1", "丁", "member", "", ""),
        ("T1", "戊", "member", "", ""),
        ("T1", "己", "member", "", ""),
        ("T2", "乙", "area_lead", "", ""),
        ("T2", "庚", "leader", "", ""),
    ]
    assert list(reading.presence.values()) == [False]


def test_rows_that_cannot_be_taken_say_why():
    """An unknown team, an unknown word of presence and a number in a name are refused, the rest is taken."""
    source = source_of(
        ("队伍", "姓名", "到岗"),
        ("城关九队", "甲", "是"),
        ("城关一队", "乙", "也许"),
        ("城关一队", "丙13812345678", "是"),
        ("城关一队", "丁", "√"),
    )
    reading = read_roster(source, TEAMS)
    assert [row for row, _ in reading.rejected] == [1, 2, 3]
    assert "城关九队" in str(reading.rejected[0][1])
    assert [entry.name for entry in reading.entries] == ["丁"]


def test_who_is_known_keeps_the_id():
    """A second import of the same people changes no id, even in another order; a new one gets a free id."""
    known = (RosterEntry("T1-07", "T1", "甲", Role.LEADER, phone="000-0001", present=False),)
    reading = read_roster(source_of(("队伍", "姓名"), ("城关一队", "乙"), ("城关一队", "甲")), TEAMS, known)
    by_name = {entry.name: entry for entry in reading.entries}
    assert by_name["甲"].member_id == "T1-07"
    assert by_name["甲"].phone == "000-0001"
    assert not by_name["甲"].present
    assert by_name["乙"].member_id == "T1-01"


def test_two_people_of_one_name_are_told_apart_by_their_phones():
    """The same name with two telephones is two persons; with one it is one."""
    columns = ("队伍", "姓名", "电话")
    two = read_roster(source_of(columns, ("T1", "甲", "000-0001"), ("T1", "甲", "000-0002")), TEAMS)
    assert len(two.entries) == 2
    one = read_roster(source_of(columns, ("T1", "甲", "000-0001"), ("T1", "甲", "")), TEAMS)
    assert len(one.entries) == 1


def test_a_group_leader_leads_only_where_nobody_else_does():
    """组长 is a member of a team with a 队长, and leads one without."""
    columns = ("队伍", "姓名", "职务")
    rows = (("T1", "甲", "组长"), ("T1", "乙", "队长"), ("T2", "丙", "组长"), ("T2", "丁", "组长"))
    roles = {entry.name: entry.role for entry in read_roster(source_of(columns, *rows), TEAMS).entries}
    assert roles == {"甲": Role.MEMBER, "乙": Role.LEADER, "丙": Role.LEADER, "丁": Role.MEMBER}


def test_identity_numbers_stay_outside():
    """A column of identity numbers is left out, whatever its head, and the reading says so."""
    number = "11010119900307001" + "1"
    digits = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    check = "10X98765432"[sum(w * int(d) for w, d in zip(digits, number, strict=False)) % 11]
    source = source_of(("队伍", "姓名", "联系电话"), ("T1", "甲", number[:17] + check))
    reading = read_roster(source, TEAMS)
    assert reading.entries[0].phone == ""
    assert any("联系电话" in str(choice) and "left out" in str(choice) for choice in reading.choices)


def test_a_file_that_is_no_roster_is_refused():
    """Without a column of teams, or of names, nothing is guessed."""
    for columns in (("日期", "天气"), ("队伍", "天气"), ("姓名", "天气")):
        with pytest.raises(InputError):
            read_roster(source_of(columns, ("a", "b")), TEAMS)


@given(st.lists(st.from_regex(r"\A[一-龥]{2,4}\Z"), max_size=6), st.sampled_from("、,，;；/ "))
def test_lists_of_names_come_apart(names, sign):
    """However a list is parted, its names come out whole and in order."""
    assert [name for name, _ in names_in(sign.join(names))] == names


@pytest.mark.parametrize(("word", "said"), [("是", True), ("√", True), ("缺勤", False), ("No", False), (" ", None)])
def test_words_of_presence(word, said):
    """The usual words are known."""
    assert presence_of(word) is said
