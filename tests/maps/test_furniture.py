"""Scale bars of round lengths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

QtGui = pytest.importorskip("PySide6.QtGui")

from PySide6.QtCore import QPointF  # noqa: E402 - after the check that Qt is here

from patrolmap.maps.furniture import paint_north_arrow, paint_scale_bar, round_length_m  # noqa: E402
from patrolmap.maps.view import MapView  # noqa: E402


@pytest.mark.parametrize(("at_most_m", "wanted_m"), [(999, 500), (1000, 1000), (1999, 1000), (0.34, 0.2), (7.5, 5)])
def test_known_lengths(at_most_m, wanted_m):
    """The next lower 1, 2 or 5 times a power of ten."""
    assert round_length_m(at_most_m) == pytest.approx(wanted_m)


@given(st.floats(1e-3, 1e7))
def test_a_bar_is_never_longer_than_its_room_nor_shorter_than_two_fifths(at_most_m):
    """The gaps between 1, 2, 5 and 10 are at most two and a half times."""
    assert at_most_m / 2.5 * (1 - 1e-6) <= round_length_m(at_most_m) <= at_most_m * (1 + 1e-6)


def test_no_room_is_an_error():
    """A bar of no length says nothing."""
    with pytest.raises(ValueError, match="0"):
        round_length_m(0)


@pytest.mark.usefixtures("gui")
def test_the_bar_is_as_long_as_it_says():
    """At 1:10,000 and 40 mm of room the bar is 200 m, 20 mm: its ink ends there."""
    view = MapView.at_scale((0, 0), 10_000, (0, 0, 600, 200), dots_per_mm=5.0)
    image = QtGui.QImage(600, 200, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor("#ffffff"))
    painter = QtGui.QPainter(image)
    box = paint_scale_bar(painter, view, 100, 150, max_width_mm=39.0, scale_text=False)
    paint_north_arrow(painter, view, QPointF(500, 60))
    painter.end()
    dark = [x for x in range(600) if image.pixelColor(x, 147).lightness() < 100]
    assert (min(dark), max(dark)) == (pytest.approx(100, abs=1.5), pytest.approx(200, abs=1.5))
    assert box.width() == pytest.approx(100)
