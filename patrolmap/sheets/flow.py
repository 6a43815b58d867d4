"""Blocks of known height flow over pages; only then are they drawn, so that every foot can say page i of n."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from patrolmap.model.sheet_template import Orientation, PaperSize
from patrolmap.sheets.canvas import Box, Canvas

if TYPE_CHECKING:
    from patrolmap.model.sheet_template import SheetTemplate

__all__ = ["A3", "A4", "Column", "Draw", "Flow", "Page", "Paper", "paper_of"]

Draw = Callable[[Canvas, Box], None]


@dataclass(frozen=True)
class Paper:
    """
    A sheet of paper and its margins.

    Parameters
    ----------
    width_mm, height_mm : float
        Size of the paper.
    margin_mm : float, default 11.0
        Free on the left, right and top; printers reach no nearer than 5 mm.
    foot_mm : float, default 8.0
        Height of the foot line, above the lower margin.
    """

    width_mm: float
    height_mm: float
    margin_mm: float = 11.0
    foot_mm: float = 8.0

    @property
    def inner(self) -> Box:
        """What may be filled, foot left out."""
        return Box(
            self.margin_mm,
            self.margin_mm,
            self.width_mm - 2 * self.margin_mm,
            self.height_mm - 2 * self.margin_mm - self.foot_mm,
        )

    @property
    def foot(self) -> Box:
        """The foot line."""
        inner = self.inner
        return Box(inner.x_mm, inner.bottom_mm, inner.width_mm, self.foot_mm)

    @property
    def turned(self) -> Paper:
        """The same paper, landscape instead of portrait or the other way round."""
        return Paper(self.height_mm, self.width_mm, self.margin_mm, self.foot_mm)


@dataclass(frozen=True)
class Column(Paper):
    """
    A part of a page that is filled like a page of its own.

    Parameters
    ----------
    area : Box, default empty
        What may be filled.
    """

    area: Box = Box(0.0, 0.0, 0.0, 0.0)  # noqa: RUF009 - frozen

    @property
    def inner(self) -> Box:
        """What may be filled."""
        return self.area


A4: Final = Paper(210.0, 297.0)
A3: Final = Paper(297.0, 420.0)


def paper_of(template: SheetTemplate) -> Paper:
    """
    Find the paper of a template.

    Parameters
    ----------
    template : SheetTemplate
        The template.

    Returns
    -------
    Paper
        Held as it says.
    """
    paper = {PaperSize.A4: A4, PaperSize.A3: A3}[template.paper]
    return paper.turned if template.orientation is Orientation.LANDSCAPE else paper


@dataclass
class Page:
    """
    What stands on one page.

    Parameters
    ----------
    paper : Paper
        Its paper.
    drawings : list of (Draw, Box)
        In order.
    """

    paper: Paper
    drawings: list[tuple[Draw, Box]] = field(default_factory=list)


class Flow:
    """
    Fills pages from top to bottom.

    Parameters
    ----------
    paper : Paper
        The paper of all pages.
    page_head : Draw
        Draws the head of every page after the first.
    page_head_mm : float
        Height of that head.
    """

    def __init__(self, paper: Paper, page_head: Draw, page_head_mm: float) -> None:
        self.paper = paper
        self.pages = [Page(paper)]
        self._page_head = page_head
        self._page_head_mm = page_head_mm
        self._y_mm = paper.inner.y_mm
        self.used_mm = 0.0
        """Height of all blocks and of the room between them, heads of pages left out."""

    @property
    def empty_mm(self) -> float:
        """Height left on all pages together, where nothing stands but their heads."""
        heads_mm = self._page_head_mm * (len(self.pages) - 1)
        return len(self.pages) * self.paper.inner.height_mm - heads_mm - self.used_mm

    @property
    def room_mm(self) -> float:
        """Height left on the page."""
        return self.paper.inner.bottom_mm - self._y_mm

    @property
    def is_at_top(self) -> bool:
        """Whether nothing stands on the page yet but its head."""
        return self._y_mm <= self._top_mm()

    def add(self, height_mm: float, draw: Draw) -> None:
        """
        Put a block of full width below the last one, on a new page if it does not fit.

        Parameters
        ----------
        height_mm : float
            Its height.
        draw : Draw
            Draws it.
        """
        if height_mm > self.room_mm + 0.01 and not self.is_at_top:
            self.new_page()
        inner = self.paper.inner
        self.pages[-1].drawings.append((draw, Box(inner.x_mm, self._y_mm, inner.width_mm, height_mm)))
        self._y_mm += height_mm
        self.used_mm += height_mm

    def space(self, height_mm: float) -> None:
        """
        Leave room.

        Parameters
        ----------
        height_mm : float
            How much; none at the top of a page.
        """
        if not self.is_at_top:
            height_mm = min(height_mm, self.room_mm)
            self._y_mm += height_mm
            self.used_mm += height_mm

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append(Page(self.paper))
        inner = self.paper.inner
        self._y_mm = inner.y_mm
        head = Box(inner.x_mm, inner.y_mm, inner.width_mm, self._page_head_mm)
        self.pages[-1].drawings.append((self._page_head, head))
        self._y_mm += self._page_head_mm

    def _top_mm(self) -> float:
        head_mm = self._page_head_mm if len(self.pages) > 1 else 0.0
        return self.paper.inner.y_mm + head_mm
