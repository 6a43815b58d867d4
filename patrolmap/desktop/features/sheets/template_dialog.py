"""The district's template, field by field."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QVBoxLayout

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import button, form, label, row
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.sheet_template import Orientation, PaperSize, SheetTemplate
from patrolmap.services.sheet_templates import read_logo

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

__all__ = ["TemplateDialog"]

_ORIENTATIONS: Final = {Orientation.PORTRAIT: N_("Portrait"), Orientation.LANDSCAPE: N_("Landscape")}
_MOST_LETTERS: Final = 60
_THUMB_PX: Final = 40


class TemplateDialog(Dialog):
    """
    Ask for paper, head line, mark, telephones and logo.

    Parameters
    ----------
    template : SheetTemplate
        What stands there first.
    refuse : Callable
        Takes the error when a logo cannot be used.
    parent : QWidget or None
        Owner.
    """

    guide = ("sheets", "")

    def __init__(
        self, template: SheetTemplate, refuse: Callable[[BaseException], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Layout of the sheets"))
        self.setMinimumWidth(420)
        self._refuse, self._logo = refuse, template.logo
        self.paper, self.orientation = QComboBox(), QComboBox()
        self.paper.setAccessibleName(tr("Paper"))
        self.orientation.setAccessibleName(tr("Orientation"))
        for size in PaperSize:
            self.paper.addItem(size.value, size)
        for way, title in _ORIENTATIONS.items():
            self.orientation.addItem(tr(title), way)
        self.paper.setCurrentIndex(self.paper.findData(template.paper))
        self.orientation.setCurrentIndex(self.orientation.findData(template.orientation))
        usual = tr("For internal use") if template.mark is None else template.mark
        self.office, self.mark, self.phones = QLineEdit(template.office), QLineEdit(usual), QLineEdit(template.phones)
        self.office.setPlaceholderText(tr("Name of the district"))
        self.mark.setPlaceholderText(tr("No mark"))
        for field in (self.office, self.mark, self.phones):
            field.setMaxLength(_MOST_LETTERS)
        self.one_file = QCheckBox(tr("All teams in one file"))
        self.one_file.setChecked(template.one_file)
        self.picture = label("muted", wrap=False)
        self.logo_button, self.clear_button = button(), button(flat=True)
        self.logo_button.setText(tr("Choose a picture…"))
        self.clear_button.setText(tr("None"))
        self.logo_button.clicked.connect(self._choose)
        self.clear_button.clicked.connect(lambda: self.set_logo(b""))
        self._lay_out()
        self.set_logo(template.logo)

    @property
    def template(self) -> SheetTemplate:
        """What the fields say."""
        mark = _said(self.mark)
        return SheetTemplate(
            PaperSize(self.paper.currentData()),  # Qt gives the text of what it was given
            Orientation(self.orientation.currentData()),
            _said(self.office),
            None if mark == tr("For internal use") else mark,
            _said(self.phones),
            self._logo,
            self.one_file.isChecked(),
        )

    def set_logo(self, data: bytes) -> None:
        """
        Take another picture.

        Parameters
        ----------
        data : bytes
            PNG or JPEG; empty for none.
        """
        self._logo = data
        picture = QPixmap()
        if data and picture.loadFromData(data):
            ratio = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(picture.scaled(3 * _THUMB_PX, _THUMB_PX, ratio, smooth))
        else:
            self.picture.setText(tr("No logo"))
        self.clear_button.setVisible(bool(data))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        rows = (
            (N_("Paper"), row(self.paper, self.orientation, None)),
            (N_("Head line"), self.office),
            (N_("Mark"), self.mark),
            (N_("Duty office"), self.phones),
            (N_("Logo"), row(self.picture, self.logo_button, self.clear_button, None)),
        )
        texts = [label(wrap=False) for _ in rows]
        for text, (words, _) in zip(texts, rows, strict=True):
            text.setText(tr(words))
        column.addLayout(form(zip(texts, (field for _, field in rows), strict=True)))
        column.addWidget(self.one_file)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Save | standard.Cancel)
        buttons.button(standard.Save).setText(tr("Save"))
        buttons.button(standard.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _choose(self) -> None:
        words = f"{tr('Picture')} (*.png *.jpg *.jpeg)"
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Choose a picture…"), "", words)
        if not chosen:
            return
        try:
            self.set_logo(read_logo(Path(chosen)))
        except PatrolmapError as error:
            self._refuse(error)


def _said(field: QLineEdit) -> str:
    """Give what a field shows: pasted text may hold signs that are not seen and no template takes."""
    return "".join(filter(str.isprintable, field.text())).strip()
