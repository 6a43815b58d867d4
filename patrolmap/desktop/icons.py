"""The program's own icons: line drawings in SVG that take the colour of the theme."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from patrolmap.desktop.theme import current_tokens
from patrolmap.resources import asset

if TYPE_CHECKING:
    from patrolmap.desktop.tokens import Tokens

__all__ = ["draw_for", "icon", "pixmap"]

_SIZES_PX: Final = (16, 20, 24, 32, 40, 48, 64)


def icon(name: str, colour: str | None = None) -> QIcon:
    """
    Make an icon in the colours of the theme.

    Parameters
    ----------
    name : str
        File name in ``assets/icons``, without its ending.
    colour : str or None
        ``#rrggbb`` of the lines; None for the theme's text colour.

    Returns
    -------
    QIcon
        For normal, disabled and selected widgets.
    """
    tokens = current_tokens()
    return _icon(name, colour or tokens.text, tokens.faint)


def pixmap(name: str, size_px: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """
    Draw an icon.

    Parameters
    ----------
    name : str
        File name in ``assets/icons``, without its ending.
    size_px : int
        Edge in device-independent pixels.
    colour : str
        ``#rrggbb`` of the lines.
    ratio : float, default 1.0
        Device pixels for each of them.

    Returns
    -------
    QPixmap
        Transparent where nothing is drawn.
    """
    edge = round(size_px * ratio)
    image = QPixmap(edge, edge)
    image.fill(Qt.GlobalColor.transparent)
    svg = _source(name).replace("currentColor", colour)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def draw_for(tokens: Tokens, name: str) -> None:
    """
    Draw an icon as another theme will want it.

    Parameters
    ----------
    tokens : Tokens
        The theme.
    name : str
        As in `icon`.
    """
    _icon(name, tokens.text, tokens.faint)


@cache
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in _SIZES_PX:
        usual = pixmap(name, size, colour)
        made.addPixmap(usual, QIcon.Mode.Normal)
        made.addPixmap(usual, QIcon.Mode.Selected)
        made.addPixmap(pixmap(name, size, disabled), QIcon.Mode.Disabled)
    return made


@cache
def _source(name: str) -> str:
    return asset(f"icons/{name}.svg").read_text(encoding="utf-8")
