"""Claims about rosters: who is in charge, who counts, and what a date changes."""

from __future__ import annotations

import datetime as dt

from patrolmap.model.roster import Attendance, Role, RosterEntry, rosters_on

TONIGHT = dt.date(2026, 11, 21)
ROSTER = (
    RosterEntry("m1", "T1", "甲", group="二组"),
    RosterEntry("m2", "T1", "乙", Role.AREA_LEAD),
    RosterEntry("m3", "T1", "丙", Role.LEADER),
    RosterEntry("m4", "T1", "丁", present=False),
    RosterEntry("m5", "T1", "戊", Role.POINT_LEAD),
    RosterEntry("m6", "T1", "己", group="二组"),
    RosterEntry("m7", "T2", "庚", Role.LEADER),
)


def test_members_present_are_counted():
    """Of six, one usually stays away and the area lead walks with no team; a date changes what is usual."""
    usual = rosters_on(None, ROSTER)["T1"]
    assert (usual.strength, usual.size) == (4, 5)
    said = (Attendance(TONIGHT, "m4", present=True), Attendance(TONIGHT, "m1", present=False))
    later = Attendance(TONIGHT + dt.timedelta(1), "m6", present=False)
    assert rosters_on(TONIGHT, ROSTER, (*said, later))["T1"].strength == 4
    gone = tuple(Attendance(TONIGHT, f"m{k}", present=False) for k in (1, 3, 5, 6))
    assert rosters_on(TONIGHT, ROSTER, gone)["T1"].strength == 0


def test_leads_are_those_who_are_there():
    """An absent lead leads nobody; the team's order is leads first, then sub-groups as they came."""
    teams = rosters_on(TONIGHT, ROSTER, (Attendance(TONIGHT, "m3", present=False),))
    assert teams["T1"].lead(Role.LEADER) is None
    assert teams["T1"].lead(Role.AREA_LEAD).name == "乙"
    assert teams["T1"].lead(Role.POINT_LEAD).name == "戊"
    assert teams["T2"].lead(Role.LEADER).name == "庚"
    assert [entry.member_id for entry in teams["T1"].entries] == ["m2", "m5", "m3", "m1", "m6", "m4"]
    assert teams["T1"].groups == ("二组",)
