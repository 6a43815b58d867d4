"""Pages to a vector PDF, whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter

from patrolmap.errors import PatrolmapError
from patrolmap.maps.fonts import load_fonts
from patrolmap.messages import N_
from patrolmap.sheets.canvas import Canvas
from patrolmap.sheets.pdf_finish import ListeningPainter, finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPainter

    from patrolmap.sheets.flow import Page

__all__ = ["RESOLUTION_DPI", "paint_page", "write_pdf"]

RESOLUTION_DPI: Final = 600


def write_pdf(path: Path, pages: Sequence[Page], *, title: str, painted: Callable[[float], None] | None = None) -> None:
    """
    Write pages to a file.

    Parameters
    ----------
    path : Path
        The file; replaced only when the new one is complete.
    pages : sequence of Page
        At least one.
    title : str
        Title in the file's properties.
    painted : callable or None, default None
        Called before each page with the share that is done; what it raises ends the work, and no file is left.

    Raises
    ------
    PatrolmapError
        If the file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".pdf", dir=path.parent)
    except OSError as error:
        raise _cannot_write(path, str(error.strerror)) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        rare = _paint(unfinished, pages, title, painted)
        unfinished.write_bytes(finished(_whole(unfinished), rare))
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except OSError as error:
        raise _cannot_write(path, str(error.strerror)) from error
    finally:
        with suppress(OSError):  # of a drive that went away; the error that matters is on its way
            unfinished.unlink(missing_ok=True)


def paint_page(painter: QPainter, page: Page, dots_per_mm: float) -> None:
    """
    Draw one page under any painter, for a preview.

    Parameters
    ----------
    painter : PySide6.QtGui.QPainter
        Active; its origin is the top left corner of the page.
    page : Page
        What to draw.
    dots_per_mm : float
        Resolution.
    """
    canvas = Canvas(painter, dots_per_mm, load_fonts())
    for draw, box in page.drawings:
        painter.save()
        draw(canvas, box)
        painter.restore()


def _paint(path: Path, pages: Sequence[Page], title: str, painted: Callable[[float], None] | None) -> list[str]:
    """Write the pages as Qt does; gives the letters beyond U+FFFF as they were first drawn."""
    writer = QPdfWriter(str(path))
    writer.setResolution(RESOLUTION_DPI)
    writer.setTitle(title)
    writer.setCreator("patrolmap")
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _set_paper(writer, pages[0])
    painter = ListeningPainter()
    if not painter.begin(writer):
        raise _cannot_write(path, "QPdfWriter")
    try:
        for number, page in enumerate(pages):
            if painted is not None:
                painted(number / len(pages))
            if number:
                _set_paper(writer, page)
                writer.newPage()
            paint_page(painter, page, RESOLUTION_DPI / 25.4)
    finally:
        painter.end()
    return list(painter.rare)


def _whole(path: Path) -> bytes:
    """Read what Qt wrote. On a full disk it stops somewhere in the middle and tells nobody."""
    data = path.read_bytes()
    if not data.rstrip().endswith(b"%%EOF"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return data


def _set_paper(writer: QPdfWriter, page: Page) -> None:
    paper = page.paper
    portrait = QSizeF(min(paper.width_mm, paper.height_mm), max(paper.width_mm, paper.height_mm))
    size = QPageSize(portrait, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    turned = QPageLayout.Orientation.Landscape if paper.width_mm > paper.height_mm else QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, turned, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter))


def _cannot_write(path: Path, cause: str) -> PatrolmapError:
    return PatrolmapError(
        N_("The file {path} cannot be written."),
        why=N_("The system says: {cause}."),
        remedy=N_("Close it in other programs, or choose another folder."),
        path=str(path),
        cause=cause,
    )
