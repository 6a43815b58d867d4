"""The legend says what the map shows."""

from __future__ import annotations

import numpy as np
import pytest

QtGui = pytest.importorskip("PySide6.QtGui")

from patrolmap.maps.legend import legend_entries, paint_legend  # noqa: E402 - after the check that Qt is here
from patrolmap.maps.view import MapView  # noqa: E402
from patrolmap.model.kinds import RingKind, SiteKind  # noqa: E402
from patrolmap.model.style import Theme, map_style  # noqa: E402

ALL = ("sites", "routes", "rings", "hotspots", "boundary", "grid_cells", "streets", "barriers")


@pytest.mark.parametrize("theme", list(Theme))
def test_the_legend_is_the_style_table(theme):
    """Each ring, kind of site, ramp and street in it is the very value that the painter uses."""
    style = map_style(theme)
    entries = {(entry.layer, entry.key): entry for entry in legend_entries(style, ALL)}
    for ring in RingKind:
        assert entries["rings", ring].line is style.rings[ring].line
    for kind in SiteKind:
        assert entries["sites", kind].site is style.sites[kind]
    assert entries["hotspots", ""].fills is style.hotspot_ramp
    for street in style.streets:
        if ("streets", street.key) in entries:
            assert entries["streets", street.key].fills == (street.colour,)


def test_a_layer_that_is_not_shown_is_not_explained():
    """Only rings, in the order from outside in."""
    assert [entry.key for entry in legend_entries(map_style(), ["rings"])] == ["city", "town", "core"]


@pytest.mark.usefixtures("gui")
def test_a_painted_legend_keeps_to_its_box():
    """Nothing is drawn outside the rectangle that comes back, but for the rims of letters."""
    image = QtGui.QImage(700, 300, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor("#ffffff"))
    view = MapView.at_scale((0, 0), 10_000, (0, 0, 700, 300), theme=Theme.PRINT)
    painter = QtGui.QPainter(image)
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    box = paint_legend(painter, legend_entries(view.style, ALL), view, 20, 20, columns=3)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(300, 700, 4)[:, :, :3]
    rows, columns = np.nonzero((pixels < 200).any(axis=2))
    assert columns.min() >= box.left() - 3
    assert columns.max() <= box.right() + 3
    assert rows.min() >= box.top() - 3
    assert rows.max() <= box.bottom() + 3
    assert len(rows) > 1000
