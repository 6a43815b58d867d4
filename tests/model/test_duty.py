"""Claims about when a site is on duty."""

from __future__ import annotations

import pytest

from patrolmap.model.duty import ALL_DAY, KEY_HOURS, site_hours
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.schedule import parse_hours


@pytest.mark.parametrize(
    ("level", "levels_up", "expected"),
    [(2, 1, ALL_DAY), (2, 0, parse_hours(KEY_HOURS)), (3, 1, parse_hours(KEY_HOURS)), (3, 2, ALL_DAY), (3, 0, ())],
)
def test_heightened_mode_raises_levels_as_the_office_decides(level, levels_up, expected):
    """Level 2 becomes round the clock with one level up, stays at key hours with none; level 3 likewise one below."""
    assert site_hours("checkpoint", level, "", ShiftMode.HEIGHTENED, levels_up=levels_up) == expected
    assert site_hours("checkpoint", 2, "", ShiftMode.ROUTINE, levels_up=levels_up) == parse_hours(KEY_HOURS)
