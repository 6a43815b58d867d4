"""The office store in the window: what comes and goes is shown before it is done, conflicts are decided by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import UpdateRows
from patrolmap.office.exchange import SyncWishes, check_out, publish, synchronise
from patrolmap.office.roles import grant_role
from patrolmap.office.store import init_store
from patrolmap.project.store import ProjectStore
from tests.desktop.tiny import make_project
from tests.helpers.postgres import own_server
from tests.office.conftest import PASSWORD, OfficeAddress, address

_PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def port():
    with own_server("window") as number:
        owner = OfficeAddress.at(f"postgresql://owner@127.0.0.1:{number}/postgres")
        try:
            init_store(owner)
        except InputError as error:
            pytest.skip(f"PostGIS is not installed: {error}")
        for user in ("chief", "anna"):
            grant_role(owner, user, "admin" if user == "chief" else "planner", password=PASSWORD)
        yield number


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    switch_language(qapp, "en")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=_PATIENCE_MS)
    made.close()
    qtbot.waitUntil(lambda: not made.isVisible(), timeout=_PATIENCE_MS)
    made.deleteLater()


def rename(project, name):
    fid = int(project.layer("sites").index[0])
    rows = pd.DataFrame({"name": [name]}, index=pd.Index([fid], name="fid"))
    project.apply(UpdateRows("sites", rows), Message("R"))


def press(window, qtbot, button):
    button.click()
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    qtbot.wait(20)


def texts(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount()) if table.item(row, column)]
        for row in range(table.rowCount())
    ]


def test_publishing_and_deciding_a_conflict(window, qtbot, tmp_path, port):
    path = make_project(tmp_path / "tiny.gpkg")
    window.project_flow.open(path)
    flow = window.project_flow.office
    flow.show()
    dialog = flow.dialog
    dialog.address.setText(address(port, "chief").with_password("").text)
    dialog.password.setText(PASSWORD)
    press(window, qtbot, dialog.publish)
    assert "copy of the office project" in dialog.state.text()
    name = window.core.session.project.office_link.name
    check_out(address(port, "anna", name), tmp_path / "anna.gpkg")
    with ProjectStore.open(tmp_path / "anna.gpkg") as anna:
        rename(anna, "Anna's")
        assert synchronise(anna, address(port, "anna"), SyncWishes()).done
    rename(window.core.session.project, "mine")
    press(window, qtbot, dialog.sync)
    assert [line[2:5] for line in texts(dialog.conflicts)] == [["Name", "mine", "Anna's"]]
    assert window.core.session.project.layer("sites")["name"].iloc[0] == "mine"
    dialog.all_theirs.click()
    press(window, qtbot, dialog.sync)
    assert not dialog.conflicts.isVisible()
    assert window.core.session.project.layer("sites")["name"].iloc[0] == "Anna's"


def test_checking_out_opens_the_copy(window, qtbot, tmp_path, port):
    with ProjectStore.open(make_project(tmp_path / "tiny.gpkg")) as project:
        publish(project, address(port, "chief"), name="to get")
    flow = window.project_flow.office
    flow.show()
    flow.dialog.address.setText(address(port, "anna").with_password("").text)
    flow.dialog.password.setText(PASSWORD)
    flow.get("to get", tmp_path / "got.gpkg")
    qtbot.waitUntil(lambda: window.core.session.is_open, timeout=_PATIENCE_MS)
    assert window.core.session.project.path == tmp_path / "got.gpkg"


def test_a_refusal_is_said_in_the_dialog(window, qtbot):
    flow = window.project_flow.office
    flow.show()
    flow.dialog.address.setText("postgresql://x@127.0.0.1:1/d")
    flow.get("none", __import__("pathlib").Path("none.gpkg"))
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    assert "cannot be reached" in flow.dialog.fault.text()
    flow.dialog.address.setText("nonsense")
    flow.synchronise(preview=True) if window.core.session.is_open else flow.ask_get()
    assert "no address" in flow.dialog.fault.text()
