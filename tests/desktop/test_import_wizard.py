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
from patrolmap.services.projects import create_project
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


def _opened(core, qtbot, path=None):
    made = ImportWizard(core, ImportPresenter(core), path)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    _rest(qtbot, made)
    return made


def _choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


@pytest.fixture
def empty(qapp, qtbot, tmp_path):
    apply_theme(qapp, "light")
    made = Core()
    create_project(tmp_path / "empty.gpkg", "Plane").close()
    made.session.open(tmp_path / "empty.gpkg")
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    qtbot.waitUntil(lambda: not made.jobs.alive, timeout=20_000)
    made.close()


def _two_tables(folder):
    junctions, streets = folder / "nodes.csv", folder / "edges.csv"
    junctions.write_text("junction,mark,x,y\n1,a,0,0\n2,b,3,0\n3,c,3,4\n", encoding="utf-8")
    streets.write_text("from,to,name\n1,2,East\n2,3,North\n3,1,Hypotenuse\n", encoding="utf-8")
    return junctions, streets


def test_a_network_of_two_tables_with_a_scale(empty, qtbot, tmp_path):
    """Both files, the plane and its scale stand on the first page; both tables' columns on the second; a step to undo."""
    junctions, streets = _two_tables(tmp_path)
    wizard = _opened(empty, qtbot)
    _choose(wizard.source.origin.kind, "network")
    assert not wizard.next_button.button.isEnabled()
    wizard.source.origin.planar.setChecked(True)
    wizard.source.origin.scale.setValue(100.0)
    wizard.source.origin.take("path", junctions)
    wizard.source.origin.take("edges", streets)
    _rest(qtbot, wizard)
    _on(qtbot, wizard)
    assert set(wizard.columns.boxes) == {"junction", "mark", "x", "y"}
    _choose(wizard.columns.part, "edges")
    assert set(wizard.columns.boxes) == {"from", "to", "name"}
    assert wizard.draft.mapping["from_node"] == "from"
    _on(qtbot, wizard)
    assert wizard.draft.preview.report.accepted == 6
    assert sorted(wizard.draft.preview.shapes.length) == pytest.approx([300.0, 400.0, 500.0])
    _on(qtbot, wizard)
    qtbot.waitUntil(lambda: empty.session.project.count("streets") == 3, timeout=20_000)
    empty.session.undo()
    qtbot.waitUntil(lambda: empty.session.project.count("streets") == 0, timeout=20_000)


def test_a_column_of_the_second_table_is_corrected(empty, qtbot, tmp_path):
    """The correction goes to the table in which it was made."""
    junctions, streets = _two_tables(tmp_path)
    wizard = _opened(empty, qtbot)
    _choose(wizard.source.origin.kind, "network")
    wizard.source.origin.planar.setChecked(True)
    wizard.source.origin.take("path", junctions)
    wizard.source.origin.take("edges", streets)
    _rest(qtbot, wizard)
    _on(qtbot, wizard)
    _choose(wizard.columns.part, "edges")
    _choose(wizard.columns.boxes["name"], "")
    _on(qtbot, wizard, 2)
    qtbot.waitUntil(lambda: empty.session.project.count("streets") == 3, timeout=20_000)
    assert empty.session.project.layer("streets")["name"].isna().all()


def test_an_address_of_a_database_is_judged_at_once(core, qtbot):
    """What is no address is refused on the page with what to write; the rows of files are gone."""
    wizard = _opened(core, qtbot)
    _choose(wizard.source.origin.kind, "database")
    assert not wizard.source.origin.file_button.isVisible()
    wizard.source.origin.address.setText("mysql://elsewhere/table")
    qtbot.mouseClick(wizard.source.origin.connect_button, Qt.MouseButton.LeftButton)
    assert "no address of a database table" in wizard.trouble.text()
    assert wizard.draft.path is None


def test_a_server_that_does_not_answer_is_told(core, qtbot):
    """The page says so and stays; the password is neither in the words nor in the name."""
    wizard = _opened(core, qtbot)
    _choose(wizard.source.origin.kind, "database")
    wizard.source.origin.address.setText("postgresql://reader@127.0.0.1:1/office?table=sites")
    wizard.source.origin.password.setText("geheim-317")
    qtbot.keyClick(wizard.source.origin.password, Qt.Key.Key_Return)
    _rest(qtbot, wizard)
    assert wizard.trouble.text()
    assert "geheim-317" not in wizard.trouble.text() + repr(wizard.draft.path) + wizard.windowTitle()
    assert wizard.pages.currentIndex() == 0


def _drawn_streets(folder):
    import geopandas as gpd
    import shapely

    lines = [[(0, 2000), (100, 2000)], [(100.4, 2000), (200, 2000)], [(50, 1900), (50, 2100)]]
    points = [[at(*xy) for xy in line] for line in lines]
    frame = gpd.GeoDataFrame(
        {"name": ["甲街", "乙街", "丙街"], "highway": "residential"},
        geometry=[shapely.LineString(line) for line in points],
        crs=FRAME.metric_crs,
    )
    path = folder / "streets.geojson"
    FRAME.to_stored(frame).to_crs("EPSG:4326").to_file(path)
    return path


def test_streets_are_mended_as_they_come_in(core, qtbot, tmp_path):
    """The preview counts what is wrong before anything is written; mending is one step with the import."""
    before = core.session.project.count("streets")
    wizard = _opened(core, qtbot, _drawn_streets(tmp_path))
    assert wizard.source.topology.isVisible()
    _choose(wizard.source.topology.way, "repair")
    wizard.source.topology.fields["snap_m"].setValue(1.0)
    _on(qtbot, wizard, 2)
    counts = {str(kind): count for kind, count in wizard.draft.preview.topology.counts().items()}
    assert counts["near_ends"] + counts["end_on_line"] >= 1
    assert counts["crossing"] >= 1
    assert core.session.project.count("streets") == before
    _on(qtbot, wizard)
    qtbot.waitUntil(lambda: core.session.project.count("streets") == before + 3, timeout=20_000)
    ends = core.session.project.metric_layer("streets").set_index("name").geometry
    assert ends["甲街"].distance(ends["乙街"]) == pytest.approx(0.0, abs=1e-6)
    core.session.undo()
    qtbot.waitUntil(lambda: core.session.project.count("streets") == before, timeout=20_000)


def test_topology_is_asked_of_streets_alone(wizard):
    """Sites have no lines to be mended."""
    assert not wizard.source.topology.isVisible()


def test_the_layers_of_a_geopackage_are_offered(core, qtbot, tmp_path):
    """A file with several layers has the same box as a workbook with several sheets."""
    import geopandas as gpd

    spots = FRAME.to_stored(
        gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=[at(0, 0), at(30, 0)], crs=FRAME.metric_crs)
    )
    path = tmp_path / "points.gpkg"
    spots.to_file(path, layer="一中队")
    spots.iloc[:1].to_file(path, layer="二中队")
    wizard = _opened(core, qtbot, path)
    box = wizard.source.table
    assert box.isVisible()
    _choose(box, "二中队")
    _rest(qtbot, wizard)
    assert wizard.draft.look.proposal.rows == 1
