"""The report of one import: every automatic choice and every row that was not taken as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialogButtonBox, QTabWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import as_tip, label
from patrolmap.desktop.window_words import in_window
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QLocale

    from patrolmap.model.report import ImportReport, RowNote
    from patrolmap.services.topology import TopologyReport

__all__ = ["ReportDialog", "report_figures", "report_tabs", "topology_list"]

_MOST: Final = 5_000


class ReportDialog(Dialog):
    """
    Shows an import report.

    Parameters
    ----------
    report : ImportReport
        What an import did.
    parent : QWidget or None
        Owner.
    """

    guide = ("ingest", "rows")

    def __init__(self, report: ImportReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import report"))
        self.resize(760, 520)
        heading, figures = label("heading"), label("muted")
        heading.setText(tr("{name} as {layer}", name=report.source, layer=tr(LAYERS[report.layer].title)))
        figures.setText(report_figures(report, self.locale()))
        self.tabs = report_tabs(report)
        topology = getattr(report, "topology", None)
        if topology is not None:
            self.tabs.insertTab(0, topology_list(topology), tr("Topology"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(heading)
        column.addWidget(figures)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)


def report_figures(report: ImportReport, locale: QLocale) -> str:
    """
    Say in one line how many rows became what.

    Parameters
    ----------
    report : ImportReport
        The report.
    locale : QLocale
        How numbers are written.

    Returns
    -------
    str
        In the user's language.
    """
    number = locale.toString
    return tr(
        "{accepted} added, {updated} changed, {unchanged} as before, {repaired} repaired, {rejected} left out",
        accepted=number(report.accepted),
        updated=number(report.updated),
        unchanged=number(report.unchanged),
        repaired=number(len(report.repaired)),
        rejected=number(len(report.rejected)),
    )


def report_tabs(report: ImportReport) -> QTabWidget:
    """
    List the choices, the rejected and the repaired rows of a report.

    Parameters
    ----------
    report : ImportReport
        The report.

    Returns
    -------
    QTabWidget
        Three tabs; rejected rows in front if there are any.
    """
    tabs = QTabWidget()
    tabs.addTab(_choices(report), tr("Choices ({count})", count=len(report.choices)))
    tabs.addTab(_notes(report.rejected), tr("Left out ({count})", count=len(report.rejected)))
    tabs.addTab(_notes(report.repaired), tr("Repaired ({count})", count=len(report.repaired)))
    for place, tree in enumerate(tabs.findChildren(QTreeWidget)):
        tree.setAccessibleName(tabs.tabText(place))
    if report.rejected:
        tabs.setCurrentIndex(1)
    return tabs


def topology_list(report: TopologyReport, plan: str = "") -> QTreeWidget:
    """
    List what is wrong with streets, and what is done about it.

    Parameters
    ----------
    report : TopologyReport
        What was found.
    plan : str, default ""
        What will be done about it, in the user's language; empty after the import.

    Returns
    -------
    QTreeWidget
        A line for each kind with its count, then the lengths.
    """
    from patrolmap.services.topology_views import topology_lines

    tree = _tree([tr("Topology of the streets as they will be")])
    for line in (*topology_lines(report), *([plan] if plan else [])):
        item = QTreeWidgetItem(tree, [line.strip()])
        item.setToolTip(0, as_tip(line.strip()))
    return tree


def _choices(report: ImportReport) -> QTreeWidget:
    tree = _tree([tr(N_("What was decided by itself"))])
    for choice in map(in_window, report.choices):
        item = QTreeWidgetItem(tree, [tr(choice)])
        item.setToolTip(0, as_tip(tr(choice)))
    return tree


def _notes(notes: Sequence[RowNote]) -> QTreeWidget:
    tree = _tree([tr("Row"), tr("Column"), tr("Value"), tr("Reason")])
    for note in notes[:_MOST]:
        item = QTreeWidgetItem(tree, [str(note.row), note.column, note.value, tr(in_window(note.reason))])
        item.setToolTip(3, as_tip(tr(in_window(note.reason))))
    for column in range(3):
        tree.resizeColumnToContents(column)
    if len(notes) > _MOST:
        QTreeWidgetItem(tree, ["…", "", "", tr("{count} more", count=len(notes) - _MOST)])
    return tree


def _tree(titles: list[str]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(titles)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    return tree
