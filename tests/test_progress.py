"""Progress and cancel."""

from __future__ import annotations

import pytest

from patrolmap.messages import Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, CancelledError, SubProgress, raise_if_cancelled


def test_the_defaults_do_nothing() -> None:
    """No report is made and nothing is cancelled."""
    NO_PROGRESS(0.5, Message("half"))
    assert NO_CANCEL() is False
    raise_if_cancelled(NO_CANCEL)


def test_a_cancel_stops_the_work() -> None:
    """The wish becomes the error that nothing failed."""
    with pytest.raises(CancelledError):
        raise_if_cancelled(lambda: True)


def test_a_part_reports_on_its_stretch() -> None:
    """0 to 1 of the part are 0.2 to 0.6 of the whole; beyond is cut; the text goes through; parts nest."""
    seen: list[tuple[float, Message | None]] = []

    def whole(fraction: float, text: Message | None = None) -> None:
        seen.append((round(fraction, 9), text))

    part = SubProgress(whole, 0.2, 0.6)
    text = Message("reading")
    for fraction in (0.0, 0.5, 1.0, -1.0, 7.0):
        part(fraction, text)
    SubProgress(part, 0.5, 1.0)(0.5)
    assert seen == [(0.2, text), (0.4, text), (0.6, text), (0.2, text), (0.6, text), (0.5, None)]
