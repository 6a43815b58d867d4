"""The import wizard: dropped on the window, clicked and typed through, in both languages."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.importing.presenter import ImportPresenter
from patrolmap.desktop.features.importing.wizard import ImportWizard
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.services.import_profiles import project_profiles
from tests.desktop.tiny import FRAME, at, make_project

_HEAD = "编号,名称,类别,经度,纬度,联系电话,归口"


def _rows(count=60):
    """Write sites that stand on the streets of the tiny project, the last without a place."""
    import geopandas as gpd

    places = [at(30.0 * (n % 40), 300.0 * (n % 4)) for n in range(count)]
    lonlat = FRAME.to_stored(gpd.GeoDataFrame(geometry=places, crs=FRAME.metric_crs)).geometry
    rows = [f"N{n},新点位{n},卡口,{p.x:.7f},{p.y:.7f},1380013{n:04d},第{n % 3}所" for n, p in enumerate(lonlat)]
    return [*rows, "N999,无坐标,卡口,,,13800139999,第1所"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "卡口.csv"
    path.write_bytes("\r\n".join([_HEAD, *_rows()]).encode("gb18030") + b"\r\n")
    return path


@pytest.fixture
def core(qapp, qtbot, tmp_path):
    apply_theme(qapp, "light")
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


@pytest.fixture
def wizard(core, qtbot, table):
    made = ImportWizard(core, ImportPresenter(core), table)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    _rest(qtbot, made)
    yield made
    made.draft.stop()
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)


def _rest(qtbot, wizard):
    qtbot.waitUntil(lambda: wizard.draft.job is None and not wizard.draft.core.jobs.alive, timeout=30_000)


def _on(qtbot, wizard, times=1):
    for _ in range(times):
        qtbot.mouseClick(wizard.next_button.button, Qt.MouseButton.LeftButton)
        _rest(qtbot, wizard)


def test_first_page_shows_what_speaks_for_encoding_and_system(wizard):
    """The layer comes from the name, GBK from the bytes, WGS 84 from the streets."""
    assert wizard.draft.layer == "sites"
    assert "GB18030" in wizard.source.read_as.text()
    assert wizard.source.evidence.topLevelItemCount() >= 3
    assert wizard.source.evidence.topLevelItem(0).text(0).startswith("WGS 84")


def test_clicks_lead_from_the_file_to_the_rows(wizard, core, qtbot):
    """Three pages, one import: 60 sites more, the row without a place left out, and one undo takes all back."""
    before = core.cache.count("sites")
    _on(qtbot, wizard, 2)
    assert wizard.draft.preview.report.accepted == 60
    assert len(wizard.draft.preview.shapes) == 60
    assert len(wizard.draft.preview.report.rejected) == 1
    assert core.session.project.count("sites") == before
    _on(qtbot, wizard)
    qtbot.waitUntil(lambda: core.cache.count("sites") == before + 60, timeout=20_000)
    assert not wizard.isVisible()
    core.session.undo()
    qtbot.waitUntil(lambda: core.cache.count("sites") == before)


def test_keys_alone_lead_to_the_import(wizard, core, qtbot):
    """Ctrl+Enter goes on from page to page and imports at the end."""
    before = core.cache.count("sites")
    for _ in range(3):
        qtbot.keyClick(wizard, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        _rest(qtbot, wizard)
    qtbot.waitUntil(lambda: core.cache.count("sites") == before + 60, timeout=20_000)


def test_a_column_is_corrected_by_its_box_and_kept_as_a_profile(wizard, core, qtbot):
    """What the user chose is what is imported, and it is there by its name for the next file."""
    _on(qtbot, wizard)
    box = wizard.columns.boxes["归口"]
    box.setCurrentIndex(box.findData("owner"))
    box.activated.emit(box.currentIndex())
    assert wizard.draft.mapping["owner"] == "归口"
    wizard.columns.profile_name.setText("每月卡口")
    _on(qtbot, wizard, 2)
    qtbot.waitUntil(lambda: "每月卡口" in project_profiles(core.session.project), timeout=20_000)
    assert "第2所" in core.session.project.layer("sites")["owner"].tolist()


def test_a_column_of_phone_numbers_cannot_be_chosen(wizard, qtbot):
    """Its samples are not shown, and its box is closed."""
    _on(qtbot, wizard)
    assert not wizard.columns.boxes["联系电话"].isEnabled()
    assert "138" not in wizard.columns.table.item(5, 1).text()


def test_a_value_for_all_rows(wizard, qtbot):
    """A field without a column takes one value for the whole file."""
    _on(qtbot, wizard)
    columns = wizard.columns
    columns.constant_field.setCurrentIndex(columns.constant_field.findData("zone"))
    columns.constant_value.setText("东片")
    columns.constant_value.editingFinished.emit()
    assert wizard.draft.mapping["zone"] == "=东片"


def test_rejected_rows_are_saved_as_excel(wizard, qtbot, tmp_path):
    """The workbook has the one row, with its number and reason, and no phone number."""
    _on(qtbot, wizard, 2)
    assert wizard.preview.save_button.isVisible()
    wizard.preview.save_rejected(tmp_path / "rejected.xlsx")
    _rest(qtbot, wizard)
    rows = list(openpyxl.load_workbook(tmp_path / "rejected.xlsx").active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == "61"
    assert "13800139999" not in rows[1]


def test_a_file_that_cannot_be_read_is_told_on_the_page(core, qtbot, tmp_path):
    """The error stands in the wizard with its remedy, and nothing goes on."""
    path = tmp_path / "卡口.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    made = ImportWizard(core, ImportPresenter(core), path)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    _rest(qtbot, made)
    assert "cannot be read" in made.trouble.text()
    _on(qtbot, made)
    assert made.pages.currentIndex() == 0


def test_another_layer_is_looked_at_anew(wizard, qtbot):
    """Choosing a layer throws away what was seen; looking again proposes its fields."""
    source = wizard.source
    source.layer.setCurrentIndex(source.layer.findData("incidents"))
    source.layer.activated.emit(source.layer.currentIndex())
    assert wizard.draft.look is None
    _on(qtbot, wizard)
    assert wizard.draft.look.proposal.layer == "incidents"


def test_escape_leaves_everything_as_it_was(wizard, core, qtbot):
    """Nothing was written before the last click."""
    before = core.session.project.counts()
    _on(qtbot, wizard, 2)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    assert core.session.project.counts() == before


def test_a_file_dropped_on_the_window_opens_the_wizard(qtbot, qapp, monkeypatch, tmp_path, table):
    """A drop anywhere shows the import task and the first page."""
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    switch_language(qapp, "en")
    window = MainWindow(Core())
    qtbot.addWidget(window)
    window.show()
    window.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not window.core.cache.is_loading)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, buttons, keys))
    panel = window.tasks.panel("import")
    assert window.tasks.task == "import"
    assert panel.wizard.draft.path == table
    _rest(qtbot, panel.wizard)
    panel.wizard.reject()
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    window.close()


def test_another_sheet_of_a_workbook_is_chosen(core, qtbot, tmp_path):
    """The box lists the sheets as they are called, and the chosen one is looked at and imported."""
    book = openpyxl.Workbook()
    book.active.title = "一中队{x}"
    other = book.create_sheet("二中队")
    for sheet, mark in ((book.active, "A"), (other, "B")):
        sheet.append(_HEAD.split(","))
        for row in _rows(4 if mark == "A" else 3)[:-1]:
            sheet.append([mark + row.split(",")[0], *row.split(",")[1:]])
    path = tmp_path / "卡口.xlsx"
    book.save(path)
    before = core.session.project.count("sites")
    wizard = ImportWizard(core, ImportPresenter(core), path)
    wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(wizard)
    wizard.show()
    _rest(qtbot, wizard)
    box = wizard.source.table
    assert box.isVisible()
    assert [box.itemText(place) for place in range(1, box.count())] == ["一中队{x}", "二中队"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    _rest(qtbot, wizard)
    assert wizard.draft.look.proposal.rows == 3
    assert box.currentText() == "二中队"
    _on(qtbot, wizard, 3)
    assert core.session.project.count("sites") == before + 3


def test_a_file_of_one_table_shows_no_box_for_tables(wizard):
    """Nothing is asked where there is nothing to choose."""
    assert not wizard.source.table.isVisible()
