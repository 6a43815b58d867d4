"""Closure in the rings panel: is each ring closed, where does it leak, how strong is it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QLabel, QTreeWidgetItem, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.rings.duty_field import DutyField
from patrolmap.desktop.features.rings.editing import EditingBox
from patrolmap.desktop.features.rings.tables import RingTables
from patrolmap.desktop.forms import GAP, as_tip, button, card, clear, label, row
from patrolmap.desktop.icons import icon, pixmap
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.wrapping import WrappingTree
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RingKind
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.rings.presenter import Finding, RingReport, RingsPresenter
    from patrolmap.progress import Cancel, Progress

__all__ = ["ClosureSection"]

_KEY: Final = Qt.ItemDataRole.UserRole
_MOST_PX: Final = 440
_GROUPS: Final = (
    ("leak", N_("Ways in"), "warning"),
    ("gap", N_("Crossings that nobody controls"), "error"),
    ("closure", N_("New posts that would close it"), "target"),
    ("controlled", N_("Controlled crossings"), "done"),
)


class ClosureSection(QWidget):
    """
    The check, a card for each ring, the list of what was found, and tables of crossings and depth.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : RingsPresenter
        What it knows.
    """

    def __init__(self, core: Core, presenter: RingsPresenter) -> None:
        super().__init__()
        self.core, self.presenter = core, presenter
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(GAP + 1)
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.state = label("muted")
        self.cards = QVBoxLayout()
        self.cards.setSpacing(7)
        self.all_box = QCheckBox()
        self.tree = WrappingTree(_MOST_PX)
        self.tables, self.editing, self.duty = RingTables(), EditingBox(core), DutyField(core)
        self.map_button = button()
        self._items: dict[str, QTreeWidgetItem] = {}
        self.dress = Dresser(self, self.redress)
        self._lay_out()
        self.tables.chosen.connect(self.presenter.show)
        self.run_button.wanted.connect(self.run)
        self.duty.changed.connect(self._take_duty)
        self.map_button.clicked.connect(self.ask_map)
        self.all_box.toggled.connect(self.presenter.show_all)
        self.tree.currentItemChanged.connect(self._on_chosen)
        self.presenter.job_changed.connect(lambda: self.run_button.follow(self.presenter.job))
        self.presenter.reports_changed.connect(self._show)
        self.presenter.picked.connect(self._choose)
        core.cache.loaded.connect(lambda _name: self._show_state())
        self._show()

    def run(self) -> None:
        """Check the rings with those who count now."""
        if self._take_duty():
            self.presenter.run()

    def ask_map(self) -> None:
        """Ask for a file and write the web map of the rings into it."""
        folder = self.core.session.preferences.output_folder or str(Path.home())
        name = str(Path(folder) / f"{tr('rings')}.html")
        path, _ = QFileDialog.getSaveFileName(self, tr("Web map of the rings…"), name, "HTML (*.html)")
        if path:
            self.write_map(Path(path))

    def write_map(self, path: Path) -> None:
        """
        Write the web map in the background: crossings, ways in, new posts, blocks, what is reached.

        Parameters
        ----------
        path : Path
            The file.
        """
        project, duty = self.core.session.project, self.presenter.duty

        def make(progress: Progress, cancel: Cancel) -> str:
            from patrolmap.services.webmap import write_webmap

            return str(write_webmap(project, path, rings=True, duty=duty, progress=progress, cancel=cancel).path)

        def tell(written: str) -> None:
            self.core.session.prefer(output_folder=str(path.parent))
            self.core.notices.say(Message(N_("Web map written to {path}"), {"path": written}), NoticeLevel.DONE)

        self.core.jobs.start(Message(N_("Writing the web map of the rings")), make, on_done=tell)

    def _take_duty(self) -> bool:
        try:
            self.presenter.set_duty(self.duty.value())
        except InputError as error:
            self.core.notices.report(error)
            return False
        return True

    def redress(self) -> None:
        """Write cards and lists in the current language."""
        self._show()
        self.presenter.draw()

    def _lay_out(self) -> None:
        self.dress.text(self.run_button.set_text, N_("Check the rings"))
        self.dress.text(self.all_box.setText, N_("List controlled crossings too"))
        self.dress.text(self.tree.setAccessibleName, N_("What the check found"))
        self.dress.text(self.map_button.setText, N_("Web map of the rings…"))
        words = label("muted")
        self.dress.text(words.setText, N_("Every street that crosses a ring is checked for a post that controls it."))
        self.body.addWidget(words)
        self.body.addWidget(self.duty)
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.failure)
        self.body.addWidget(self.state)
        self.body.addLayout(self.cards)
        self.body.addWidget(self.all_box)
        self.body.addWidget(self.tree)
        self.body.addWidget(self.tables)
        self.body.addWidget(self.map_button)
        self.body.addWidget(self.editing)

    def _show_state(self) -> None:
        for one in (self.run_button, self.map_button):
            one.setEnabled(self.presenter.can_run)
        if not self.presenter.can_run:
            needs = tr("The check needs streets and rings. Import them first.")
            self.state.setText(tr("Reading the district…") if self.core.cache.is_loading else needs)
        elif self.presenter.is_stale:
            self.state.setText(tr("Streets, rings, sites or who counts changed since this check. Check again."))
        else:
            self.state.setText("")
        self.state.setVisible(bool(self.state.text()))

    def _show(self) -> None:
        self._show_state()
        clear(self.cards)
        reports = self.presenter.reports
        for report in reports:
            self.cards.addWidget(self._card(report))
        self.all_box.setVisible(bool(reports))
        self.tree.setVisible(bool(reports))
        self.tree.clear()
        self._items.clear()
        for report in reports:
            self._list(report)
        self.tables.put(self.presenter.tables)

    def _card(self, report: RingReport) -> QFrame:
        tokens = current_tokens()
        style = map_style(Theme(tokens.name)).rings[RingKind(report.ring)]
        mark, name, state, detail = QLabel(), label("section", wrap=False), label(wrap=False), label("muted")
        closed = report.is_closed
        picture = pixmap(
            "done" if closed else "warning", 18, tokens.good if closed else tokens.bad, self.devicePixelRatioF()
        )
        mark.setPixmap(picture)
        name.setText(tr(style.title))
        state.setText(tr("Closed") if closed else tr("Open: {count} {count:way|ways} in", count=report.leaks))
        state.setStyleSheet(f"color: {tokens.good if closed else tokens.bad}; font-weight: 600;")
        words = tr(
            "{controlled} of {crossings} {crossings:crossing|crossings} controlled",
            controlled=report.controlled,
            crossings=report.crossings,
        )
        if not closed:
            words += "\n" + tr("Fewest new posts that close it: {count}", count=report.new_posts)
        words += "".join("\n" + tr(line) for line in report.lines)
        detail.setText(words)
        made = card(row(mark, name, None, state), detail)
        made.setStyleSheet(f"QFrame#card {{ border-left: 3px solid {style.line.colour}; }}")
        return made

    def _list(self, report: RingReport) -> None:
        title = tr(map_style().rings[RingKind(report.ring)].title)
        listed = self.presenter.listed(report)
        for kind, heading, picture in _GROUPS:
            found = [one for one in listed if one.kind == kind]
            if not found:
                continue
            words = tr("{ring}: {what} ({count})", ring=title, what=tr(heading), count=len(found))
            group = QTreeWidgetItem(self.tree, [words])
            group.setIcon(0, icon(picture, current_tokens().muted))
            for one in found:
                self._add(group, one)
            group.setExpanded(kind != "controlled")

    def _add(self, group: QTreeWidgetItem, finding: Finding) -> None:
        item = QTreeWidgetItem(group, [tr(finding.title)])
        item.setData(0, _KEY, finding.key)
        self._items[finding.key] = item
        if finding.detail is not None:
            item.setToolTip(0, as_tip(f"{tr(finding.title)}\n{tr(finding.detail)}"))

    def _on_chosen(self, item: QTreeWidgetItem | None) -> None:
        key = None if item is None else item.data(0, _KEY)
        if key is not None:
            self.presenter.show(str(key))

    def _choose(self, key: str) -> None:
        if key in self._items:
            self.tree.blockSignals(True)
            self.tree.setCurrentItem(self._items[key])
            self.tree.blockSignals(False)
        self.tables.select(key)
