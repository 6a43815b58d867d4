"""What is done about the lines of streets: nothing, looked at, or mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from patrolmap.desktop.features.importing.choices import fill
from patrolmap.desktop.forms import label, spaced
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.features.importing.draft import ImportDraft

__all__ = ["TopologyRow"]

_WAYS: Final = (
    ("off", N_("Leave as drawn")),
    ("report", N_("Look, and tell before the import")),
    ("repair", N_("Mend in the same step")),
)
_TOLERANCES: Final = (
    ("snap_m", N_("Ends this near are joined"), N_("join"), 20.0),
    ("dangle_m", N_("Loose ends shorter than this are cut off"), N_("cut"), 1_000.0),
    ("component_m", N_("Groups of streets shorter than this are listed"), N_("list"), 1_000.0),
)


class TopologyRow(QWidget):
    """
    A list of ways, and the three tolerances.

    Parameters
    ----------
    draft : ImportDraft
        What the wizard knows.
    """

    def __init__(self, draft: ImportDraft) -> None:
        from patrolmap.services.topology import topology_settings

        super().__init__()
        self._draft = draft
        self.way = QComboBox()
        fill(self.way, _WAYS)
        self.setFocusProxy(self.way)
        self.fields: dict[str, QDoubleSpinBox] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.way, 1)
        kept = topology_settings(draft.core.session.project)
        for name, title, short, most in _TOLERANCES:
            line.addWidget(self._word(short))
            self.fields[name] = self._field(name, title, most, float(getattr(kept, name)))
            line.addWidget(self.fields[name])
        self.way.activated.connect(lambda: draft.say(topology=str(self.way.currentData())))

    def refresh(self) -> None:
        """Show the draft as it is."""
        self.way.setCurrentIndex(self.way.findData(self._draft.topology))
        for field in self.fields.values():
            field.setEnabled(self._draft.topology != "off")

    def _word(self, short: str) -> QWidget:
        word = label("muted", wrap=False)
        word.setText(tr(short))
        return word

    def _field(self, name: str, title: str, most: float, value: float) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(0.0, most)
        field.setDecimals(1)
        field.setValue(value)
        field.setSuffix(tr(" m"))
        field.setToolTip(tr(title))
        field.setAccessibleName(tr(title))
        spaced(field)
        field.valueChanged.connect(
            lambda told: self._draft.say(tolerances={**self._draft.tolerances, name: float(told)})
        )
        return field
