"""The foot of every page: which plan, printed when, page i of n, so that an old sheet is recognised."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.sheets.flow import Page

__all__ = ["add_feet"]

_LEFT: Final = TextStyle(8.5)
_CENTRE: Final = TextStyle(8.5, align=Align.CENTRE)
_RIGHT: Final = TextStyle(8.5, align=Align.RIGHT)


def add_feet(pages: Sequence[Page], plan_id: str, printed: str, *, words: str = "", mark: str | None = None) -> None:
    """
    Put a foot on each page.

    Parameters
    ----------
    pages : sequence of Page
        All pages of one sheet; changed.
    plan_id : str
        The plan.
    printed : str
        When it was printed.
    words : str, default ""
        What stands on the left instead of the plan; translated.
    mark : str or None, default None
        What stands in the middle; None for "For internal use".
    """
    left = words or tr("Plan {plan} · printed {time}", plan=plan_id, time=printed)
    middle = tr("For internal use") if mark is None else mark
    for number, page in enumerate(pages, start=1):
        right = tr("page {number} of {count}", number=number, count=len(pages))
        page.drawings.append((partial(_draw, left=left, middle=middle, right=right), page.paper.foot))


def _draw(canvas: Canvas, box: Box, *, left: str, middle: str, right: str) -> None:
    canvas.line(box.x_mm, box.y_mm + 1.5, box.right_mm, box.y_mm + 1.5, width_mm=0.2)
    y_mm = box.y_mm + 2.5
    canvas.text(Box(box.x_mm, y_mm, 0.44 * box.width_mm, 5), left, _LEFT)
    canvas.text(Box(box.x_mm + 0.44 * box.width_mm, y_mm, 0.16 * box.width_mm, 5), middle, _CENTRE)
    canvas.text(Box(box.x_mm + 0.75 * box.width_mm, y_mm, 0.25 * box.width_mm, 5), right, _RIGHT)
