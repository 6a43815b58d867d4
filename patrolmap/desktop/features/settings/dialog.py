"""The settings: of the program for this user, and of planning for this project; a word finds each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import button, label, row, scrolled, spaced
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import system_language, tr
from patrolmap.messages import N_
from patrolmap.services.plan_settings import plan_settings, save_plan_settings

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.planner.settings import PlanSettings

__all__ = ["SettingsDialog"]

_LANGUAGES: Final = (("", N_("As the system")), ("zh", "中文"), ("en", "English"))
_THEMES: Final = (("system", N_("As the system")), ("light", N_("Light")), ("dark", N_("Dark")))
_MINUTES: Final = (
    ("key_site_dwell_s", N_("Stay at a key site")),
    ("checkpoint_dwell_s", N_("Stay at a checkpoint")),
    ("intersection_dwell_s", N_("Stay at an intersection")),
    ("post_dwell_s", N_("Stay at a post")),
    ("hotspot_dwell_s", N_("Stay at a hotspot")),
    ("hotspot_gap_s", N_("Least time between visits to a hotspot")),
)
_BY_HOTSPOT: Final = frozenset({"hotspot_dwell_s", "hotspot_gap_s", "hotspot_visits"})
_COUNTS: Final = (
    ("key_site_visits", N_("Visits to each key site")),
    ("hotspot_visits", N_("Most visits to a hotspot")),
    ("hotspot_most_points", N_("Most patrol points of a hotspot")),
    ("heightened_factor", N_("Times as many visits in heightened mode")),
)


@dataclass(frozen=True)
class _Row:
    """A setting on the page: what finds it, and its widgets."""

    words: str
    section: QLabel
    widgets: tuple[QWidget, ...]


class SettingsDialog(Dialog):
    """
    All settings on one page with a box that finds them.

    Parameters
    ----------
    core : Core
        Shared parts.
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "settings")

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._rows: list[_Row] = []
        self._section = label("section")
        self._planning: PlanSettings | None = None
        self.fields: dict[str, QWidget] = {}
        self.setWindowTitle(tr("Settings"))
        self.resize(640, 620)
        self.search, self.nothing = QLineEdit(), label("muted")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(tr("Find a setting"))
        self.search.setAccessibleName(tr("Find a setting"))
        self.search.textChanged.connect(self._filter)
        self.nothing.setText(tr("No setting has these words."))
        self.nothing.hide()
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(2, 4, 14, 4)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 1)
        self._fill()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for part in (self.search, self.nothing):
            column.addWidget(part)
        column.addWidget(scrolled(page), 1)
        column.addWidget(buttons)

    def _fill(self) -> None:
        wish = self._core.session.preferences
        self._head(tr("This computer"))
        self._add("language", tr("Language"), _choice(_LANGUAGES, wish.language))
        self._add("theme", tr("Theme"), _choice(_THEMES, wish.theme))
        self._folder("projects_folder", tr("Folder of projects"), wish.projects_folder)
        self._folder("output_folder", tr("Folder of sheets"), wish.output_folder)
        self._head(tr("Map"))
        plain = _check(tr("Paint the map plainly, without the web engine"), on=wish.plain_map)
        self._add("plain_map", tr("Kind of map"), plain, note=tr("Takes effect at the next start."))
        allowed = _check(tr("Allow the network for background maps"), on=wish.network_maps)
        self._add(
            "network_maps",
            tr("Network"),
            allowed,
            note=tr(
                "Off, the program asks nothing of any network. On, it asks only the background map chosen under View."
            ),
        )
        self._add(
            "tile_key",
            tr("Key for background maps"),
            QLineEdit(wish.tile_key),
            note=tr("From the provider, such as Tianditu; kept on this computer, not in projects."),
        )
        if self._core.session.is_open:
            self._planning = plan_settings(self._core.session.project)
            self._fill_planning(self._planning)

    def _fill_planning(self, now: PlanSettings) -> None:
        self._head(tr("Planning in this project"))
        for name, title in _MINUTES:
            self._add(name, tr(title), _planned(name, getattr(now, name), 60, 1440, tr(" min")))
        for name, title in _COUNTS:
            self._add(name, tr(title), _planned(name, getattr(now, name), 1, 50))
        peak = _check(tr("One visit to a hotspot in its peak hours"), on=now.hotspot_peak_first)
        self._add("hotspot_peak_first", tr("Peak hours"), peak)
        area = QDoubleSpinBox(decimals=1, maximum=1000.0, suffix=tr(" ha"), value=now.hotspot_point_ha)
        spaced(area)
        self._add("hotspot_point_ha", tr("Area for each patrol point of a hotspot"), area)
        self._add("key_hours", tr("Hours of level 2"), QLineEdit(now.key_hours))
        can_edit = not self._core.session.project.read_only and not self._core.is_changing
        for name in self._planning_names():
            self.fields[name].setEnabled(can_edit)

    def _planning_names(self) -> tuple[str, ...]:
        names = tuple(name for name, _ in (*_MINUTES, *_COUNTS))
        return (*names, "hotspot_peak_first", "hotspot_point_ha", "key_hours")

    def _head(self, title: str) -> None:
        self._section = label("section")
        self._section.setText(title)
        self._grid.addWidget(self._section, self._grid.rowCount(), 0, 1, 2)

    def _add(self, name: str, title: str, field: QWidget, *, note: str = "", extra: QWidget | None = None) -> None:
        text, place = label(), self._grid.rowCount()
        text.setText(title)
        text.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(title)
        widgets: tuple[QWidget, ...] = (text, field)
        self._grid.addWidget(text, place, 0)
        self._grid.addLayout(row(field, extra), place, 1) if extra is not None else self._grid.addWidget(
            field, place, 1
        )
        if note:
            below = label("muted")
            below.setText(note)
            self._grid.addWidget(below, place + 1, 1)
            widgets += (below,)
        self.fields[name] = field
        words = f"{title} {note} {self._section.text()} {field.text() if isinstance(field, QCheckBox) else ''}"
        self._rows.append(_Row(words.casefold(), self._section, widgets if extra is None else (*widgets, extra)))

    def _folder(self, name: str, title: str, now: str) -> None:
        line, choose = QLineEdit(now), button()
        line.setPlaceholderText(tr("As proposed by the program"))
        choose.setText(tr("Choose…"))
        choose.setAccessibleName(tr("Choose: {title}", title=title))

        def ask() -> None:
            found = QFileDialog.getExistingDirectory(self, title, line.text())
            line.setText(found or line.text())

        choose.clicked.connect(ask)
        self._add(name, title, line, extra=choose)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        shown = [one for one in self._rows if all(word in one.words for word in words)]
        for one in self._rows:
            for widget in one.widgets:
                widget.setVisible(one in shown)
        heads = {one.section for one in shown}
        for section in {one.section for one in self._rows}:
            section.setVisible(section in heads)
        self.nothing.setVisible(not shown)

    def _save(self) -> None:
        try:
            self._save_planning()
        except PatrolmapError as error:
            self._core.notices.report(error)
            return
        values = {
            name: _value(self.fields[name])
            for name in (
                "language",
                "theme",
                "projects_folder",
                "output_folder",
                "plain_map",
                "network_maps",
                "tile_key",
            )
        }
        before = self._core.session.preferences
        self._core.session.prefer(**values)
        app = QApplication.instance()
        self.accept()
        if isinstance(app, QApplication):
            if values["theme"] != before.theme:
                apply_theme(app, values["theme"])
            if values["language"] != before.language:
                switch_language(app, values["language"] or system_language())

    def _save_planning(self) -> None:
        if self._planning is None:
            return
        values: dict[str, Any] = {name: _value(self.fields[name]) for name in self._planning_names()}
        values.update({name: None for name in _BY_HOTSPOT if values[name] < 0})
        values.update({name: round(values[name] * 60) for name, _ in _MINUTES if values[name] is not None})
        before = {name: getattr(self._planning, name) for name in values}
        # Minutes on the page must not round away seconds that nobody touched.
        changed = {
            name: value
            for name, value in values.items()
            if value != before[name] and not (name.endswith("_s") and _in_minutes(before[name]) == value)
        }
        if changed:
            save_plan_settings(self._core.session.project, replace(self._planning, **changed))
            self._core.session.refresh()


def _choice(entries: tuple[tuple[str, str], ...], now: str) -> QComboBox:
    made = QComboBox()
    for value, title in entries:
        made.addItem(tr(title), value)
    made.setCurrentIndex(max(made.findData(now), 0))
    return made


def _check(text: str, *, on: bool) -> QCheckBox:
    made = QCheckBox(text)
    made.setChecked(on)
    return made


def _number(value: float, low: int, high: int, suffix: str = "") -> QSpinBox:
    made = QSpinBox(minimum=low, maximum=high, suffix=suffix, value=round(value))
    spaced(made)
    return made


def _planned(name: str, value: float | None, unit: int, high: int, suffix: str = "") -> QSpinBox:
    """Make the field of a planning setting; one step under nothing leaves it to each hotspot."""
    made = _number(-1 if value is None else value / unit, -1 if name in _BY_HOTSPOT else 0, high, suffix)
    if name in _BY_HOTSPOT:
        made.setSpecialValueText(tr("As each hotspot suggests"))
    return made


def _in_minutes(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds / 60) * 60


def _value(field: QWidget) -> Any:
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QSpinBox | QDoubleSpinBox):
        return field.value()
    return field.text().strip() if isinstance(field, QLineEdit) else None
