"""Every dialog of the window, made as the window makes it: for pictures, and for tests that look at all of them."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from patrolmap.desktop.crash import CrashDialog
from patrolmap.desktop.features.board.compare import CompareDialog
from patrolmap.desktop.features.board.incident import IncidentDialog
from patrolmap.desktop.features.board.pick import PickDialog
from patrolmap.desktop.features.board.variants import VariantsDialog
from patrolmap.desktop.features.events.entry import ListDialog
from patrolmap.desktop.features.exporting.dialog import ExportDialog
from patrolmap.desktop.features.exporting.presenter import ExportPresenter
from patrolmap.desktop.features.importing.report_dialog import ReportDialog
from patrolmap.desktop.features.importing.wizard import ImportWizard
from patrolmap.desktop.features.layers.background_dialog import BackgroundDialog
from patrolmap.desktop.features.layers.style_dialog import StyleDialog
from patrolmap.desktop.features.rings.drill_preview import DrillPreview
from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.desktop.features.sheets.panel import ReadingDialog, SheetsPanel
from patrolmap.desktop.features.sheets.template_dialog import TemplateDialog
from patrolmap.desktop.features.tables.cell_editors import ManyDialog
from patrolmap.desktop.guide import GuideDialog
from patrolmap.desktop.help_desk import AboutDialog
from patrolmap.desktop.keys import KeysDialog
from patrolmap.desktop.licences import LicencesDialog
from patrolmap.desktop.name_dialog import NameDialog
from patrolmap.desktop.office_dialog import OfficeDialog
from patrolmap.desktop.protection_flow import PasswordDialog
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_, Message
from patrolmap.model.report import ImportReport, RowNote
from patrolmap.model.sheet_template import SheetTemplate
from patrolmap.resources import guide_page
from patrolmap.services.event_lists import daily_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from patrolmap.desktop.features.importing.panel import ImportPanel
    from patrolmap.desktop.window import MainWindow
    from patrolmap.model.plan import PatrolPlan

__all__ = ["EVERY_DIALOG"]

_ROWS: Final = "编号,名称,类别,经度,纬度\n1,东门,卡口,113.605,34.702\n2,西门,卡口,113.601,34.703\n3,北门,卡口,,\n"


def _plan(window: MainWindow) -> PatrolPlan:
    plan = window.core.desk.plan
    if plan is None:
        msg = "these dialogs need a plan on the desk"
        raise ValueError(msg)
    return plan


def _wizard(window: MainWindow) -> QDialog:
    folder = tempfile.TemporaryDirectory(prefix="patrolmap-wizard-", ignore_cleanup_errors=True)
    path = Path(folder.name) / "sites 2026.csv"
    path.write_text(_ROWS, encoding="utf-8")
    panel = cast("ImportPanel", window.tasks.panel("import"))
    made = ImportWizard(window.core, panel.presenter, path, window)
    made.destroyed.connect(lambda: folder.cleanup())  # noqa: PLW0108 - Qt hands the dialog over
    return made


def _network(window: MainWindow) -> QDialog:
    return _from_nowhere(window, "network")


def _database(window: MainWindow) -> QDialog:
    return _from_nowhere(window, "database")


def _from_nowhere(window: MainWindow, kind: str) -> QDialog:
    panel = cast("ImportPanel", window.tasks.panel("import"))
    made = ImportWizard(window.core, panel.presenter, None, window)
    made.draft.say(kind=kind)
    return made


def _report(window: MainWindow) -> QDialog:
    values = {"value": "2026-13-45 26:10"}
    notes = (
        RowNote(14, Message(N_("“{value}” is no date and time."), values), values["value"], tr("Start")),
        RowNote(15, Message(N_("The geometry is missing."))),
    )
    report = ImportReport(f"{tr('Incidents')} 2026 (1-12).csv", "incidents", 1200, rejected=notes)
    return ReportDialog(report, window)


def _reading(window: MainWindow) -> QDialog:
    panel = cast("SheetsPanel", window.tasks.panel("sheets"))
    return ReadingDialog(panel.presenter, _plan(window).routes[0].team_id, 1, window)


def _incident(window: MainWindow) -> QDialog:
    spot = _plan(window).routes[0].stops[0].visit.point
    return IncidentDialog(_plan(window), (spot.x, spot.y), window.board)


def _pick(window: MainWindow) -> QDialog:
    teams = [(route.team_id, route.team_name) for route in _plan(window).routes]
    stop = _plan(window).routes[0].stops[0].visit
    return PickDialog(tr("Move here"), tr("{name}: which team goes there?", name=stop.name), teams, window.board)


def _variants(window: MainWindow) -> QDialog:
    return VariantsDialog(window.core, window.board.replanner, window.board.compare, window.board)


def _events(window: MainWindow) -> QDialog:
    notices = window.core.notices
    return ListDialog(daily_check(window.core.session.project, dt.date(2026, 11, 20)), notices.report, window)


def _office(window: MainWindow) -> QDialog:
    made = OfficeDialog(window)
    made.show_link(None, is_open=True)
    return made


def _guide(window: MainWindow) -> QDialog:
    return GuideDialog(guide_page(f"{current_language()}/window.md"), window)


def _keys(window: MainWindow) -> QDialog:
    return KeysDialog(window.actions_board, window, more=window.board.actions_board)


EVERY_DIALOG: Final[dict[str, Callable[[MainWindow], QDialog]]] = {
    "about": AboutDialog,
    "background": lambda window: BackgroundDialog(window.core.backgrounds, window),
    "compare": lambda window: CompareDialog(window.core, parent=window.board),
    "crash": lambda window: CrashDialog(ValueError("Street 7 has no ends"), window),
    "database": _database,
    "drill": lambda window: DrillPreview(window.core, list, window),
    "events": _events,
    "export": lambda window: ExportDialog(ExportPresenter(window.core), window),
    "guide": _guide,
    "incident": _incident,
    "keys": _keys,
    "licences": LicencesDialog,
    "look-rings": lambda window: StyleDialog(window.core.board, "rings", window),
    "look-sites": lambda window: StyleDialog(window.core.board, "sites", window),
    "look-streets": lambda window: StyleDialog(window.core.board, "streets", window),
    "many": lambda window: ManyDialog("sites", ["name", "kind"], 12, window),
    "name": lambda window: NameDialog(tr("New project"), tr("Name of the district"), "", window),
    "network": _network,
    "office": _office,
    "password": lambda window: PasswordDialog(tr("Open protected project"), "district.pmc", window, new=False),
    "password-new": lambda window: PasswordDialog(tr("Protect with password"), "district.gpkg", window, new=True),
    "pick": _pick,
    "reading": _reading,
    "report": _report,
    "settings": lambda window: SettingsDialog(window.core, window),
    "template": lambda window: TemplateDialog(SheetTemplate(), window.core.notices.report, window),
    "variants": _variants,
    "wizard": _wizard,
}
"""How each is made, with a project and a plan open; none is shown yet."""
