"""The shipped guide, page by page, without a browser and without a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument, QTextFrameFormat, QTextTable
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import current_language, tr
from patrolmap.resources import guide_page

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

__all__ = ["GuideDialog", "open_guide"]

_HEADING: Final = re.compile(r"#{1,6} ")
_MARGIN_PX: Final = 28
_SIZE_PX: Final = (860, 780)
_DIRECT: Final = Qt.FindChildOption.FindDirectChildrenOnly


def heading_at(page: str, anchor: str) -> int | None:
    """
    Find the heading that has an anchor.

    Parameters
    ----------
    page : str
        Markdown.
    anchor : str
        The id of an ``<a>`` in the line of the heading.

    Returns
    -------
    int or None
        Which heading of the page, from 0; None if there is none.
    """
    is_code, count = False, 0
    for line in page.splitlines():
        is_code ^= line.startswith("```")
        if is_code or not _HEADING.match(line):
            continue
        if anchor and f'<a id="{anchor}">' in line:
            return count
        count += 1
    return None


class GuideDialog(QDialog):
    """
    Shows a page of the guide; links lead to its other pages.

    Parameters
    ----------
    page : Path
        Markdown file to begin with.
    parent : QWidget or None
        Owner.
    anchor : str, default ""
        Which heading to begin at; empty for the top.
    """

    def __init__(self, page: Path, parent: QWidget | None = None, anchor: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Guide"))
        self.resize(*_SIZE_PX)
        self.browser = _Pages()
        self.browser.setAccessibleName(tr("Guide"))
        self.browser.setSource(QUrl.fromLocalFile(str(page)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.browser)
        column.addWidget(buttons)
        self.anchor = anchor

    def turn_to(self, page: Path, anchor: str = "") -> None:
        """
        Show another page in the same window.

        Parameters
        ----------
        page : Path
            Markdown file.
        anchor : str, default ""
            Which heading to begin at; empty for the top.
        """
        self.setWindowTitle(tr("Guide"))
        self.anchor = anchor
        self.browser.setSource(QUrl.fromLocalFile(str(page)))
        self.browser.go_to(anchor)
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        """
        Go to the heading, once the page has its width.

        Parameters
        ----------
        event : QShowEvent
            The event.
        """
        super().showEvent(event)
        self.browser.go_to(self.anchor)


def open_guide(page: str, anchor: str = "", parent: QWidget | None = None) -> GuideDialog:
    """
    Open a page of the guide in the current language; where its owner has a guide open already, there.

    Parameters
    ----------
    page : str
        Its name without the ending.
    anchor : str, default ""
        Which heading to begin at.
    parent : QWidget or None
        Owner: a dialog that is in the way of all others must be it.

    Returns
    -------
    GuideDialog
        It is open.
    """
    file = guide_page(f"{current_language()}/{page}.md")
    known = [] if parent is None else parent.findChildren(GuideDialog, options=_DIRECT)
    for made in known:
        if made.isVisible():
            made.turn_to(file, anchor)
            return made
    made = GuideDialog(file, parent, anchor)
    made.show()
    return made


class _Pages(QTextBrowser):
    def __init__(self) -> None:
        super().__init__()
        self.setOpenExternalLinks(True)
        self.document().setDocumentMargin(_MARGIN_PX)

    def go_to(self, anchor: str) -> None:
        """
        Scroll to a heading.

        Parameters
        ----------
        anchor : str
            The id of an ``<a>`` in its line; Qt leaves it out of what it shows. The top if there is none of this id.
        """
        place = heading_at(Path(self.source().toLocalFile()).read_text(encoding="utf-8"), anchor)
        if place is None:
            return
        block, seen = self.document().begin(), -1
        while block.isValid():
            seen += block.blockFormat().headingLevel() > 0
            if seen == place:
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(round(top) - _MARGIN_PX // 2)
                return
            block = block.next()

    def _rule_tables(self) -> None:
        """Give tables hairlines and room, where Qt would frame every cell twice."""
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                form = frame.format().toTableFormat()
                form.setBorder(1.0)
                form.setBorderCollapse(True)
                form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                form.setBorderBrush(QColor(current_tokens().line_strong))
                form.setCellPadding(6.0)
                frame.setFormat(form)

    def doSetSource(
        self, name: QUrl | str, kind: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource
    ) -> None:
        """
        Open a page, at a heading if the link names one.

        Parameters
        ----------
        name : QUrl or str
            Which.
        kind : QTextDocument.ResourceType, default UnknownResource
            As Qt gives it.
        """
        super().doSetSource(name, kind)
        self._rule_tables()
        fragment = QUrl(name).fragment()
        if fragment:
            self.go_to(fragment)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """
        Load a picture no wider than the page; everything else as ever.

        Parameters
        ----------
        kind : int
            Of `QTextDocument.ResourceType`.
        name : QUrl or str
            Which.

        Returns
        -------
        Any
            The picture, or what Qt loads.
        """
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        path = Path(self.source().resolved(QUrl(name)).toLocalFile())
        dark = path.with_name(f"{path.stem}-dark{path.suffix}")
        if current_tokens().name == "dark" and dark.exists():
            path = dark  # a bright picture would glare
        picture, widest = QImage(str(path)), _SIZE_PX[0] - 5 * _MARGIN_PX
        if picture.width() <= widest:
            return picture
        return picture.scaledToWidth(widest, Qt.TransformationMode.SmoothTransformation)
