"""Claims about layout and printing in the window: the dialog gives back what it was given, undo takes it back, pages print."""

from __future__ import annotations

import subprocess

import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.sheets.panel import SheetsPanel
from patrolmap.desktop.features.sheets.printing import PrintRun, asked_printer, set_paper
from patrolmap.desktop.features.sheets.template_dialog import TemplateDialog
from patrolmap.desktop.tasks import TASKS
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, Orientation, PaperSize, SheetTemplate, template_json
from patrolmap.services.sheet_templates import TEMPLATE_KEY
from patrolmap.sheets.flow import paper_of
from tests.desktop.tiny import make_project
from tests.services.test_sheet_templates import DOT
from tests.sheets.samples import made_plan, made_route

SPEC = next(task for task in TASKS if task.id == "sheets")


@pytest.fixture
def panel(qtbot, tmp_path):
    core = Core()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    core.session.project.save_plan(made_plan(made_route(3, "T01")), label=Message("plan"))
    core.session.refresh()
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    core.desk.put(made_plan(made_route(3, "T01")))
    made = SheetsPanel(core, SPEC, None)
    qtbot.addWidget(made)
    made.show()
    yield made
    core.close()


@pytest.mark.parametrize(
    "template",
    [PLAIN_TEMPLATE, SheetTemplate(PaperSize.A3, Orientation.LANDSCAPE, "分局", "", "000-1", DOT, one_file=True)],
)
def test_the_dialog_gives_back_what_it_was_given(qtbot, template):
    """An untouched dialog changes nothing, also the usual mark."""
    dialog = TemplateDialog(template, pytest.fail)
    qtbot.addWidget(dialog)
    assert dialog.template == template
    assert template_json(dialog.template) == template_json(template)


def test_the_layout_is_kept_and_undone(panel):
    """The preview takes the paper of the template, and undo gives the old one back."""
    panel.presenter.set_template(SheetTemplate(PaperSize.A3, Orientation.LANDSCAPE))
    assert panel.paper.width_mm == 420.0
    panel._core.session.undo()
    assert panel.presenter.template == PLAIN_TEMPLATE
    assert panel.paper.width_mm == 210.0


def test_pages_go_to_a_printer(panel, qtbot, tmp_path):
    """A printer that writes a file gets every page on its paper."""
    pages = panel.presenter.pages()
    assert pages
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "p.pdf"))
    set_paper(printer, paper_of(PLAIN_TEMPLATE))
    panel.print_pages(printer, pages)
    qtbot.waitUntil(lambda: panel._printing is None, timeout=20_000)
    facts = subprocess.run(["pdfinfo", tmp_path / "p.pdf"], capture_output=True, text=True, check=True).stdout
    assert f"Pages:           {len(pages)}" in facts
    assert "A4" in facts
    qtbot.waitUntil(lambda: not panel.findChildren(PrintRun))


@pytest.mark.parametrize("answer", [0, 1])
def test_the_dialog_of_the_system_goes_with_its_answer(panel, monkeypatch, answer):
    """Asked five times none of them stays, nor points to a printer that is gone."""
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: answer)
    for _ in range(5):
        printer = asked_printer(paper_of(PLAIN_TEMPLATE), 3, panel)
        assert isinstance(printer, QPrinter) is bool(answer)
    assert panel.findChildren(QPrintDialog) == []


def test_a_plan_sent_to_a_printer_is_kept_and_one_whose_dialog_was_closed_is_not_noted(panel, monkeypatch):
    """The note is made when there is a printer, before the first page."""
    plan_id = panel._core.desk.plan.plan_id
    monkeypatch.setattr("patrolmap.desktop.features.sheets.panel.asked_printer", lambda *_: None)
    panel._print()
    assert not panel._core.session.project.is_given_out(plan_id)
    monkeypatch.setattr("patrolmap.desktop.features.sheets.panel.asked_printer", lambda *_: "a printer")
    noted = []
    monkeypatch.setattr(
        panel, "print_pages", lambda *_: noted.append(panel._core.session.project.is_given_out(plan_id))
    )
    panel._print()
    assert noted == [True]


def test_what_no_template_takes_is_left_out_of_pasted_texts(qtbot):
    """Signs without a shape come with a paste from a chat; what is kept can be read again."""
    dialog = TemplateDialog(SheetTemplate(), None)
    qtbot.addWidget(dialog)
    dialog.phones.setText("0371\u200b-110\ufeff")
    assert dialog.template.phones == "0371-110"


def test_a_template_that_cannot_be_used_is_said_once_and_sheets_stay_plain(panel):
    """The panel goes on with the plain one, in every language and after every step."""
    core, reported = panel.presenter._core, []
    core.notices.report = reported.append
    core.session.project.apply(SetSetting(TEMPLATE_KEY, {"phones": "0371\u200b"}), Message("x"))
    core.session.refresh()
    assert panel.presenter.template == panel.presenter.template == SheetTemplate()
    assert [type(error) for error in reported] == [InputError]
