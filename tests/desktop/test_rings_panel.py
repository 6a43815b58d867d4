"""The rings panel lists what the service found and shows it on the map."""

from __future__ import annotations

import pytest
import shapely

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.rings.closure_section import ClosureSection
from patrolmap.desktop.features.rings.presenter import Finding, RingReport, RingsPresenter
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows
from tests.desktop.tiny import at, make_project

GAP = Finding("core-001", "gap", Message("Street 3"), None, at(450, 600))
KEPT = Finding("core-002", "controlled", Message("Street 4"), None, at(1050, 600))
LEAK = Finding("core-leak-1", "leak", Message("1. Street 3"), None, shapely.LineString([at(300, 600), at(600, 600)]))
REPORT = RingReport("core", 2, 1, 1, 1, (LEAK, GAP, KEPT))


@pytest.fixture
def core(qapp, qtbot, tmp_path):  # noqa: ARG001 - a queue of events needs an application
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


def check(_project, *, progress, cancel):  # noqa: ARG001 - the form of the service
    return (REPORT,)


def test_a_check_draws_gaps_and_leaks_but_not_what_is_well(core, qtbot):
    """Controlled crossings are drawn only when they are asked for."""
    presenter = RingsPresenter(core, check)
    presenter.run()
    qtbot.waitUntil(lambda: bool(presenter.reports))
    assert {overlay.key for overlay in core.scene.overlays} == {"core-001", "core-leak-1"}
    presenter.show_all(True)
    assert {overlay.key for overlay in core.scene.overlays} == {"core-001", "core-002", "core-leak-1"}


def test_a_click_on_a_gap_is_told_to_the_panel(core, qtbot):
    """What is clicked on the map is chosen in the list."""
    presenter, picked = RingsPresenter(core, check), []
    presenter.picked.connect(picked.append)
    presenter.run()
    qtbot.waitUntil(lambda: bool(presenter.reports))
    core.scene.pick(at(450, 600).x + 3, at(450, 600).y, 20.0)
    assert picked == ["core-001"]


def test_an_edit_makes_the_check_stale(core, qtbot):
    """A site taken away after the check says so; nothing is shown as if it still held."""
    presenter = RingsPresenter(core, check)
    presenter.run()
    qtbot.waitUntil(lambda: bool(presenter.reports))
    fid = int(core.cache["sites"].index[0])
    core.session.project.apply(DeleteRows("sites", (fid,)), Message("Delete a site"))
    core.session.refresh()
    assert presenter.is_stale


def test_the_service_finds_the_open_streets_of_the_tiny_ring(core):
    """The box at 450..1050 m is crossed by streets at 600 and 900 m from four sides: 8 crossings; A controls one."""
    from patrolmap.desktop.features.rings.findings import check_rings
    from patrolmap.progress import NO_CANCEL, NO_PROGRESS

    (report,) = check_rings(core.session.project, progress=NO_PROGRESS, cancel=NO_CANCEL)
    assert report.crossings == 8
    gaps = [finding for finding in report.findings if finding.kind == "gap"]
    assert report.crossings - report.controlled == len(gaps)
    assert not report.is_closed
    assert any(finding.kind == "controlled" for finding in report.findings)


def test_a_stray_incident_does_not_shrink_the_map(core):
    """The whole district is what its boundary or streets hold, not where somebody mistyped a place."""
    wanted = []
    core.scene.view_wanted.connect(wanted.append)
    far = core.cache["incidents"].copy()
    far.loc[far.index[0], "geometry"] = at(500_000, 500_000)
    core.cache._frames["incidents"] = far
    core.scene.show_all()
    assert wanted == [pytest.approx((*at(0, 0).coords[0], *at(1200, 1200).coords[0]), abs=0.01)]


def test_the_web_map_can_be_made_as_soon_as_the_layers_are_read(qapp, qtbot, tmp_path):  # noqa: ARG001
    """The panel is there before the project is; its map needs no check to have run, nor another language."""
    core = Core()
    section = ClosureSection(core, RingsPresenter(core, check))
    qtbot.addWidget(section)
    assert not section.map_button.isEnabled()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    assert section.map_button.isEnabled()
    core.close()
