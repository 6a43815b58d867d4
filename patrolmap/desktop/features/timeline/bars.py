"""How one bar of the chart looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from patrolmap.desktop.features.timeline.presenter import Bar, BarKind
from patrolmap.desktop.theme import current_tokens
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from patrolmap.desktop.tokens import Tokens

__all__ = ["BarLook", "paint_bar"]


@dataclass(frozen=True)
class BarLook:
    """
    What is special about a bar.

    Parameters
    ----------
    colour : QColor
        Of its route.
    in_hand, carried, broken : bool, default False
        Whether the user has it in hand, drags it, or it breaks a rule.
    """

    colour: QColor
    in_hand: bool = False
    carried: bool = False
    broken: bool = False


def paint_bar(painter: QPainter, bar: Bar, box: QRectF, look: BarLook) -> None:
    """
    Paint a bar.

    Parameters
    ----------
    painter : QPainter
        On the viewport.
    bar : Bar
        What the team does.
    box : QRectF
        Where.
    look : BarLook
        How.
    """
    tokens = current_tokens()
    painter.setPen(Qt.PenStyle.NoPen)
    if bar.kind is BarKind.BREAK:
        painter.setPen(QColor(tokens.line_strong))
        painter.setBrush(QBrush(QColor(tokens.muted), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(box, 3, 3)
    elif bar.is_stop:
        _paint_stop(painter, bar, box, look, tokens)
    else:
        painter.setBrush(look.colour if bar.kind is BarKind.TRAVEL else QColor(tokens.line_strong))
        painter.setOpacity(0.45)
        painter.drawRect(QRectF(box.left(), box.center().y() - 1, box.width() + 1, 3))
        painter.setOpacity(1.0)


def _paint_stop(painter: QPainter, bar: Bar, box: QRectF, look: BarLook, tokens: Tokens) -> None:
    painter.setOpacity(0.35 if bar.done or look.carried else 1.0)
    painter.setBrush(look.colour)
    if look.in_hand:
        painter.setPen(QColor(tokens.text))
    painter.drawRoundedRect(box, 3, 3)
    painter.setOpacity(1.0)
    if look.broken:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.bad), 2))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)
    if box.width() >= 15:
        painter.setPen(QColor(tokens.text if bar.done else map_style(Theme(tokens.name)).stop_label.colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "✓" if bar.done else str(bar.number))
    if bar.locked and not bar.done:
        # What is locked stands on a line.
        painter.fillRect(QRectF(box.left(), box.bottom() + 1, box.width(), 2.5), QColor(tokens.text))
