"""Clock times, windows that run past midnight, and duty hours as offices write them."""

from __future__ import annotations

import datetime as dt

import pytest

from patrolmap.errors import InputError
from patrolmap.model.schedule import Shift, TimeWindow, clock, parse_clock, parse_hours

H = 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00", 0), ("8:05", 8 * H + 300), ("21:30", 77_400), (" 23:59:59 ", 86_399), ("24:00", 86_400)],
)
def test_clock_times_are_read(text: str, seconds: int) -> None:
    """Half and full width colons, one-digit hours, seconds, and the end of the day."""
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "24:01", "25:00", "12:60", "12:00:60", "noon", "12.30", "-1:00", "1200"])
def test_what_is_no_time_is_refused_by_name(text: str) -> None:
    """The message holds the text and shows how to write it."""
    with pytest.raises(InputError, match="21:30") as caught:
        parse_clock(text)
    assert f"“{text}”" in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00"), (77_459.9, "21:30"), (86_400, "24:00"), (86_401, "00:00"), (90_000, "01:00"), (172_800, "00:00")],
)
def test_seconds_are_shown_as_on_a_wall_clock(seconds: float, text: str) -> None:
    """Rounded down to the minute; past midnight the clock starts again; exactly one day is 24:00."""
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("08:30-11:30,13:30-17:00", [(30_600, 41_400), (48_600, 61_200)]),
        ("13:30~17:00;08:30至11:30", [(30_600, 41_400), (48_600, 61_200)]),
        ("22:00-06:00", [(79_200, 108_000)]),
        ("24h", [(0, 86_400)]),
        ("全天", [(0, 86_400)]),
        ("", []),
        (" , ", []),
        ("00:00-00:00", [(0, 86_400)]),
    ],
)
def test_duty_hours_are_read(text: str, windows: list[tuple[int, int]]) -> None:
    """In order of start; a span that ends before it starts runs past midnight."""
    assert [(window.start_s, window.end_s) for window in parse_hours(text)] == windows


@pytest.mark.parametrize("text", ["8-9", "08:30", "08:30-", "08:30-11:30-12:00", "25:00-26:00"])
def test_wrong_hours_are_refused(text: str) -> None:
    """The part that cannot be read is named."""
    with pytest.raises(InputError):
        parse_hours(text)


def test_windows_meet_or_not() -> None:
    """Both ends belong to a window: touching ones share a moment."""
    assert TimeWindow(0, 100).clipped(TimeWindow(50, 200)) == TimeWindow(50, 100)
    assert TimeWindow(0, 100).clipped(TimeWindow(100, 200)) == TimeWindow(100, 100)
    assert TimeWindow(0, 100).clipped(TimeWindow(101, 200)) is None
    assert TimeWindow(50, 200).length_s == 150
    with pytest.raises(InputError, match="before it starts"):
        TimeWindow(2, 1)


def test_a_night_shift_ends_on_the_next_date() -> None:
    """22:00 to 30:00 of 20 November ends at six on the 21st."""
    shift = Shift("s", "夜班", dt.date(2026, 11, 20), TimeWindow(22 * H, 30 * H))
    assert shift.moment(shift.window.end_s) == dt.datetime(2026, 11, 21, 6, 0)
    assert shift.moment(0.6) == dt.datetime(2026, 11, 20, 0, 0, 1)


def test_full_width_signs_are_read() -> None:
    """A Chinese keyboard writes colons, commas and semicolons full width."""
    assert parse_clock("20\uff1a30") == 73_800
    assert parse_hours("08\uff1a30-11\uff1a30\uff0c13\uff1a30-17\uff1a00") == parse_hours("08:30-11:30,13:30-17:00")
