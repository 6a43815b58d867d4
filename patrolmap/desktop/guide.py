"""The shipped guide, page by page, without a browser and without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from patrolmap.i18n import tr

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GuideDialog"]

_MARGIN_PX: Final = 28
_SIZE_PX: Final = (860, 780)


class GuideDialog(QDialog):
    """
    Shows a page of the guide; links lead to its other pages.

    Parameters
    ----------
    page : Path
        Markdown file to begin with.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, page: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Guide"))
        self.resize(*_SIZE_PX)
        self.browser = _Pages()
        self.browser.setSource(QUrl.fromLocalFile(str(page)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.browser)
        column.addWidget(buttons)


class _Pages(QTextBrowser):
    def __init__(self) -> None:
        super().__init__()
        self.setOpenExternalLinks(True)
        self.document().setDocumentMargin(_MARGIN_PX)

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
        path = self.source().resolved(QUrl(name)).toLocalFile()
        picture, widest = QImage(path), _SIZE_PX[0] - 5 * _MARGIN_PX
        if picture.width() <= widest:
            return picture
        return picture.scaledToWidth(widest, Qt.TransformationMode.SmoothTransformation)
