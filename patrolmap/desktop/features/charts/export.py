"""Charts as files: PNG, SVG and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from patrolmap.desktop.tokens import LIGHT
from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.desktop.features.charts.figures import Figure

__all__ = ["SUFFIXES", "write_chart"]

SUFFIXES: Final = (".png", ".svg", ".csv")
_SIZE_PX: Final = (960, 480)
_SHARPNESS: Final = 2


def write_chart(figure: Figure, title: str, path: Path) -> None:
    """
    Write a chart, as a picture on white ground or as a table.

    Parameters
    ----------
    figure : Figure
        The chart.
    title : str
        Written over a picture; already translated.
    path : Path
        Ends in one of `SUFFIXES`; replaced whole or left as it was.

    Raises
    ------
    InputError
        If the ending is another, or the file cannot be written.
    """
    writers = {".png": _png, ".svg": _svg, ".csv": _csv}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InputError(
            N_("A chart cannot be written as {file}."),
            remedy=N_("Choose a name that ends in .png, .svg or .csv."),
            file=path.name,
        )
    write_files({path: writer(figure, title)})


def _png(figure: Figure, title: str) -> bytes:
    image = QImage(QSize(*_SIZE_PX) * _SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARPNESS)
    image.fill(QColor(LIGHT.field))
    painter = QPainter(image)
    _paint(painter, figure, title)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt's stub wants bytes, Qt itself a str
    return bytes(buffer.data().data())


def _svg(figure: Figure, title: str) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setSize(QSize(*_SIZE_PX))
    made.setViewBox(QRectF(0, 0, *_SIZE_PX))
    made.setTitle(title)
    painter = QPainter(made)
    painter.fillRect(QRectF(0, 0, *_SIZE_PX), QColor(LIGHT.field))
    _paint(painter, figure, title)
    painter.end()
    return bytes(held.data())


def _csv(figure: Figure, title: str) -> bytes:  # noqa: ARG001 - a table has no title line: other programs read it
    text = io.StringIO()
    csv.writer(text).writerows([_inert(cell) for cell in row] for row in figure.rows())
    return text.getvalue().encode("utf-8-sig")  # the mark without which Excel misreads Chinese


def _inert(cell: str) -> str:
    """Let names be names; a number may begin with a minus."""
    try:
        float(cell)
    except ValueError:
        from patrolmap.exchange.workbook import inert_text

        return inert_text(cell)
    return cell


def _paint(painter: QPainter, figure: Figure, title: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(QGuiApplication.font())
    font.setPixelSize(13)
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.text))
    painter.drawText(QRectF(16, 8, _SIZE_PX[0] - 32, 24), title)
    figure.paint(painter, QRectF(8, 34, _SIZE_PX[0] - 16, _SIZE_PX[1] - 42), LIGHT)
