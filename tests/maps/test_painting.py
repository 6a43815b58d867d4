"""Painting: right places, right devices, nothing outside."""

from __future__ import annotations

import numpy as np
import pypdf
import pytest
import shapely

QtGui = pytest.importorskip("PySide6.QtGui")

from PySide6.QtCore import QMarginsF, QRectF  # noqa: E402 - after the check that Qt is here

from patrolmap.maps.painting import (  # noqa: E402
    ALL_PARTS,
    MapContent,
    MapView,
    StopMark,
    paint_map,
    paint_names,
    paint_route,
    paint_stops,
)
from patrolmap.model.style import Theme, map_style  # noqa: E402

CENTRE = (500_000.0, 3_800_000.0)


def _picture(content, view, size=(400, 300), parts=ALL_PARTS, paper="#ff00ff"):
    image = QtGui.QImage(*size, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor(paper))
    painter = QtGui.QPainter(image)
    paint_map(painter, content, view, parts=parts)
    painter.end()
    buffer = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], image.bytesPerLine() // 4, 4)
    return buffer[:, : size[0], 2::-1].copy()


def _rgb(colour):
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])


@pytest.mark.usefixtures("gui")
class TestPictures:
    def test_a_street_is_where_the_view_says(self, town):
        """The main road's colour lies on the middle row, the paper's between the streets."""
        view = MapView.at_scale(CENTRE, 10_000, (0, 0, 400, 300))
        style = map_style()
        seen = _picture(MapContent(streets=town["streets"]), view, parts={"background", "streets"})
        main = next(street for street in style.streets if street.key == "primary")
        assert np.array_equal(seen[150, 60], _rgb(main.colour))
        assert np.array_equal(seen[75, 100], _rgb(style.background))

    def test_nothing_is_painted_outside_the_view(self, town):
        """A map in a corner of a page leaves the rest of the page alone."""
        view = MapView.at_scale(CENTRE, 20_000, (100, 50, 200, 150))
        seen = _picture(MapContent(**town), view)
        outside = np.ones(seen.shape[:2], dtype=bool)
        outside[50:200, 100:300] = False
        assert (seen[outside] == (255, 0, 255)).all()
        assert not (seen[~outside] == (255, 0, 255)).all(axis=-1).any()

    def test_streets_grow_with_the_scale_but_not_without_limit(self, town):
        """A main road is drawn wider at 1:5,000 than at 1:50,000, by less than the scales differ."""
        rows = {}
        for denominator in (5_000, 50_000):
            view = MapView.at_scale(CENTRE, denominator, (0, 0, 400, 300))
            seen = _picture(MapContent(streets=town["streets"]), view, parts={"background", "streets"})
            rows[denominator] = int((seen[:, 220] != _rgb(map_style().background)).any(axis=-1).sum())
        assert 2 <= rows[50_000] < rows[5_000] < 10 * rows[50_000]

    @pytest.mark.parametrize("theme", list(Theme))
    def test_every_layer_leaves_a_mark(self, town, theme):
        """Leaving one layer out changes the picture."""
        view = MapView.at_scale(CENTRE, 12_000, (0, 0, 400, 300), theme=theme)
        whole = _picture(MapContent(**town), view)
        for name in town:
            without = {key: layer for key, layer in town.items() if key != name}
            assert (_picture(MapContent(**without), view) != whole).any(), name

    def test_an_empty_map_is_paper(self):
        """No layer at all is not an error."""
        content = MapContent()
        seen = _picture(content, MapView.fit(content.bounds, (0, 0, 400, 300)))
        assert (seen == _rgb(map_style().background)).all()

    def test_names_keep_off_symbols_and_each_other(self, town):
        """After painting, no box of a name overlaps another box."""
        view = MapView.at_scale(CENTRE, 8_000, (0, 0, 400, 300))
        image = QtGui.QImage(400, 300, QtGui.QImage.Format.Format_RGB32)
        painter = QtGui.QPainter(image)
        taken = paint_map(painter, MapContent(**town), view)
        painter.end()
        boxes = sorted({box for cell in taken._taken.values() for box in cell})
        assert len(boxes) > 8
        for place, one in enumerate(boxes):
            for two in boxes[place + 1 :]:
                apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
                assert apart or _same_name(one, two)

    def test_there_and_back_are_two_lines(self):
        """A leg and its way back are drawn on either side of the street, not on top of each other."""
        there = shapely.LineString([(CENTRE[0] - 400, CENTRE[1]), (CENTRE[0] + 400, CENTRE[1])])
        view = MapView.at_scale(CENTRE, 10_000, (0, 0, 400, 300))
        image = QtGui.QImage(400, 300, QtGui.QImage.Format.Format_RGB32)
        image.fill(QtGui.QColor("#ffffff"))
        painter = QtGui.QPainter(image)
        paint_route(painter, [there], "#0000ff", view, arrows=False)
        paint_route(painter, [there.reverse()], "#ff0000", view, arrows=False)
        painter.end()
        column = [image.pixelColor(200, row).name() for row in range(300)]
        blue, red = column.index("#0000ff"), column.index("#ff0000")
        # Traffic keeps right: eastwards is the lower line.
        assert blue > 150 > red

    def test_stops_at_one_place_are_spread(self):
        """Three visits to one door give three whole markers."""
        view = MapView.at_scale(CENTRE, 10_000, (0, 0, 400, 300))
        image = QtGui.QImage(400, 300, QtGui.QImage.Format.Format_RGB32)
        image.fill(QtGui.QColor("#ffffff"))
        painter = QtGui.QPainter(image)
        paint_stops(painter, [StopMark(str(n), *CENTRE) for n in (1, 2, 3)], "#0000ff", view)
        painter.end()
        blue = sum(image.pixelColor(x, y).name() == "#0000ff" for x in range(400) for y in range(300))
        one_disc = np.pi * (view.dots(view.style.stop_mm) / 2) ** 2
        assert blue > 2.0 * one_disc


def _same_name(one, two):
    """Letters of one name lie side by side and may share a few dots of their padding."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    return min(width, height) < 4.0


@pytest.mark.usefixtures("gui")
def test_a_map_on_paper_is_vectors_and_its_names_are_text(town, tmp_path):
    """The PDF holds no raster image, and the street's name can be found in it."""
    target = tmp_path / "map.pdf"
    writer = QtGui.QPdfWriter(str(target))
    writer.setResolution(600)
    writer.setPageSize(QtGui.QPageSize(QtGui.QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QtGui.QPainter(writer)
    dots = 600 / 25.4
    view = MapView.at_scale(
        CENTRE, 10_000, (10 * dots, 10 * dots, 190 * dots, 150 * dots), dots_per_mm=dots, theme=Theme.PRINT
    )
    content = MapContent(**town)
    taken = paint_map(painter, content, view, parts=ALL_PARTS - {"street_names", "site_names"})
    paint_stops(painter, [StopMark("7", *CENTRE)], "#226699", view, taken)
    paint_names(painter, content, view, taken)
    painter.end()
    page = pypdf.PdfReader(target).pages[0]
    assert len(page.images) == 0
    text = page.extract_text()
    assert "7" in text
    assert "中" in text


def test_a_view_keeps_its_scale():
    """1:10,000 means that 100 m are 10 mm."""
    view = MapView.at_scale(CENTRE, 10_000, (0.0, 0.0, 1000.0, 500.0), dots_per_mm=10.0)
    ends = view.to_device(np.array([[CENTRE[0], CENTRE[1]], [CENTRE[0] + 100, CENTRE[1]]]))
    assert ends[1, 0] - ends[0, 0] == pytest.approx(100.0)
    assert view.denominator == pytest.approx(10_000)


def test_a_fitted_view_shows_all_of_the_bounds():
    """All four corners are on the device, and the tighter direction is used up."""
    device = QRectF(5, 5, 300, 200)
    view = MapView.fit((0, 0, 4000, 1000), device.getRect())
    xy = view.to_device(np.array([[0.0, 0.0], [4000.0, 1000.0]]))
    assert xy[:, 0].tolist() == pytest.approx([5.0, 305.0])
    assert 5 < xy[1, 1] < xy[0, 1] < 205
