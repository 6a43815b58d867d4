"""The import panel brings real files in, keeps every report, and one undo takes an import back."""

from __future__ import annotations

import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.importing.presenter import IMPORTABLE, ImportOrder, ImportPresenter, guess_layer
from patrolmap.desktop.features.importing.report_dialog import ReportDialog
from patrolmap.services.importing import IMPORTABLE as SERVICE_LAYERS
from tests.desktop.tiny import make_project


@pytest.fixture
def core(qapp, qtbot, tmp_path):  # noqa: ARG001 - a queue of events needs an application
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("streets.geojson", "streets"),
        ("2025警情.csv", "incidents"),
        ("网格.zip", "grid_cells"),
        ("巡逻队.xlsx", "teams"),
        ("x.csv", ""),
    ],
)
def test_the_layer_is_guessed_from_the_name(name, layer):
    """A guess is a layer that can be imported, or nothing."""
    assert guess_layer(name) == layer
    assert layer == "" or layer in IMPORTABLE


def test_every_layer_that_can_be_imported_is_offered():
    """The panel's list and the service's agree."""
    assert set(IMPORTABLE) == set(SERVICE_LAYERS)


def test_a_csv_comes_in_with_its_report_and_goes_by_one_undo(core, qtbot, tmp_path):
    """Two good rows and a bad one: two more incidents, one reason, and undo takes both away."""
    source = tmp_path / "incidents.csv"
    rows = [
        "id,category,time,lon,lat",
        "a,theft,2026-03-01 21:00,113.61,34.71",
        "b,theft,2026-03-02 22:00,113.62,34.71",
    ]
    source.write_text("\n".join([*rows, "c,theft,no time at all,113.62,34.71"]) + "\n", encoding="utf-8")
    presenter, before = ImportPresenter(core), core.cache.count("incidents")
    presenter.run(ImportOrder(source, "incidents"))
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)
    qtbot.waitUntil(lambda: core.cache.count("incidents") == before + 2)
    (report,) = presenter.reports
    assert len(report.rejected) == 1
    dialog = ReportDialog(report)
    qtbot.addWidget(dialog)
    assert dialog.tabs.tabText(1) == "Left out (1)"
    core.session.undo()
    qtbot.waitUntil(lambda: core.cache.count("incidents") == before)


def test_a_file_that_cannot_be_read_is_a_notice_not_a_crash(core, qtbot, tmp_path):
    """An empty file is the user's to mend: one message, no defect dialog, nothing changed."""
    said, crashed = [], []
    core.notices.said.connect(said.append)
    core.notices.crashed.connect(crashed.append)
    source = tmp_path / "streets.geojson"
    source.write_text("", encoding="utf-8")
    ImportPresenter(core).run(ImportOrder(source, "streets"))
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)
    assert len(said) == 1
    assert not crashed
    assert core.cache.count("streets") == 10
