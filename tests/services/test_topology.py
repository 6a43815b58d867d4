"""Topology care on a project's streets: each defect found, mended, counted and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.services.import_topology import MendedImportReport
from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from patrolmap.services.topology import examine_topology, mend_topology, topology_settings
from patrolmap.services.topology_views import topology_document
from patrolmap.streets.topology import FindingKind
from tests.ingest.making import write_layer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

MAIN = [(0, 0), (100, 0), (200, 0)]
DEFECTS = {
    FindingKind.NEAR_ENDS: [[(200.3, 0.2), (300, 0)]],
    FindingKind.END_ON_LINE: [[(50, 0.3), (50, 80)]],
    FindingKind.CROSSING: [[(50, -40), (50, 80)]],
    FindingKind.SELF_CROSSING: [[(0, 0), (0, 50), (-50, 50), (-50, 20), (40, 20)]],
    FindingKind.DUPLICATE: [MAIN[::-1]],
    FindingKind.OVERLAP: [[(100, 0), (200, 0), (200, 90)]],
    FindingKind.DANGLE: [[(50, -0.8), (50, 80)]],
    FindingKind.TINY_COMPONENT: [[(500, 500), (510, 500)]],
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    """Make an empty project in metres."""
    with create_project(tmp_path / "p.gpkg", "District") as made:
        yield made


def _file(path: Path, lines: list, **columns: list) -> Path:
    shapes = [
        shapely.transform(shapely.LineString(line), lambda xy: xy + np.array([700_000, 3_850_000])) for line in lines
    ]
    return write_layer(gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32649").to_crs("EPSG:4326"), path)


@pytest.mark.parametrize("kind", list(DEFECTS))
def test_each_defect_is_found(project: ProjectStore, tmp_path: Path, kind: FindingKind) -> None:
    """A drawing with one defect has that one, once."""
    import_file(project, _file(tmp_path / "s.geojson", [MAIN, *DEFECTS[kind]]), "streets")
    counts = examine_topology(project).counts()
    assert counts[kind] == 1
    others = {other for other, count in counts.items() if count and other is not kind}
    assert others <= ({FindingKind.CROSSING} if kind is FindingKind.DANGLE else set())


@pytest.mark.parametrize("kind", [kind for kind in DEFECTS if kind is not FindingKind.TINY_COMPONENT])
def test_each_defect_is_mended_for_good(project: ProjectStore, tmp_path: Path, kind: FindingKind) -> None:
    """Read back from the project, mended streets have nothing to mend."""
    import_file(project, _file(tmp_path / "s.geojson", [MAIN, *DEFECTS[kind]]), "streets")
    assert mend_topology(project).mended
    again = mend_topology(project)
    assert not again.mended
    assert again.findings == ()


def test_a_sound_layer_is_left_as_it_is(project: ProjectStore, tmp_path: Path) -> None:
    """Nothing to mend makes no step of undo."""
    import_file(project, _file(tmp_path / "s.geojson", [MAIN, [(100, 0), (100, 50)]]), "streets")
    label = project.undo_label
    assert mend_topology(project).findings == ()
    assert project.undo_label == label


def test_undo_brings_back_every_street_as_drawn(project: ProjectStore, tmp_path: Path) -> None:
    """One step back is the drawing, to the last bit."""
    lines = [MAIN, *(line for defect in DEFECTS.values() for line in defect)]
    import_file(project, _file(tmp_path / "s.geojson", lines), "streets")
    before = shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist()
    mend_topology(project)
    assert shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist() != before
    project.undo()
    assert shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist() == before


def test_streets_that_are_in_order_keep_their_coordinates(project: ProjectStore, tmp_path: Path) -> None:
    """Only what is mended is drawn anew."""
    far = [(1000, 1000), (1100, 1000)]
    import_file(project, _file(tmp_path / "s.geojson", [MAIN, *DEFECTS[FindingKind.CROSSING], far]), "streets")
    before = project.layer("streets").geometry.iloc[2].wkb
    assert mend_topology(project).changed == 2
    assert project.layer("streets").geometry.iloc[2].wkb == before


@pytest.mark.parametrize(
    "columns", [{"bridge": ["no", "yes"]}, {"layer": ["0", "1"]}, {"highway": ["motorway", "primary"]}]
)
def test_a_bridge_does_not_meet_the_street_below(project: ProjectStore, tmp_path: Path, columns: dict) -> None:
    """Levels that differ, and motorways, make no junction where lines cross."""
    lines = [MAIN, *DEFECTS[FindingKind.CROSSING]]
    import_file(project, _file(tmp_path / "s.geojson", lines, **columns), "streets")
    assert examine_topology(project).counts()[FindingKind.CROSSING] == 0


def test_one_way_pairs_are_no_duplicates(project: ProjectStore, tmp_path: Path) -> None:
    """Two carriageways on one axis, drawn in opposite directions, both stay."""
    path = _file(tmp_path / "s.geojson", [MAIN, MAIN[::-1]], oneway=["yes", "yes"])
    import_file(project, path, "streets")
    assert examine_topology(project).counts()[FindingKind.DUPLICATE] == 0


def test_the_same_drawing_after_mending_adds_nothing(project: ProjectStore, tmp_path: Path) -> None:
    """The file that was mended in the project is known again, with and without ids of its own."""
    lines = [MAIN, *(line for defect in DEFECTS.values() for line in defect)]
    for number, columns in enumerate(({}, {"gid": [str(at) for at in range(len(lines))]})):
        path = _file(tmp_path / f"s{number}.geojson", lines, **columns)
        import_file(project, path, "streets")
        mend_topology(project)
        count = project.count("streets")
        report = import_file(project, path, "streets")
        assert (report.accepted, report.updated, project.count("streets")) == (0, 0, count)
        project.undo()
        project.undo()


def test_findings_stand_where_they_are(project: ProjectStore, tmp_path: Path) -> None:
    """A crossing is reported in longitude and latitude, within a millimetre."""
    import_file(project, _file(tmp_path / "s.geojson", [MAIN, *DEFECTS[FindingKind.CROSSING]]), "streets")
    found = topology_document(examine_topology(project))["findings"][0]
    truth = gpd.GeoSeries([shapely.Point(700_050, 3_850_000)], crs="EPSG:32649").to_crs("EPSG:4326").iloc[0]
    assert (found["x"], found["y"]) == pytest.approx((truth.x, truth.y), abs=1e-8)


def test_a_project_without_streets_has_no_topology(project: ProjectStore) -> None:
    """The message says what to do first."""
    with pytest.raises(InputError, match="Import them first"):
        examine_topology(project)


@pytest.mark.parametrize("snap_m", [-1.0, float("nan"), 21.0])
def test_absurd_tolerances_are_refused(project: ProjectStore, snap_m: float) -> None:
    """A tolerance wider than a street would join what is apart."""
    with pytest.raises(InputError):
        topology_settings(project, snap_m=snap_m)


def test_an_import_with_repairs_is_one_step(project: ProjectStore, tmp_path: Path) -> None:
    """One undo takes back streets and repairs, redo brings both, and the report lists each repair by its row."""
    lines = [MAIN, *(line for defect in DEFECTS.values() for line in defect)]
    path = _file(tmp_path / "s.geojson", lines)
    report = import_file(project, path, "streets", mend=topology_settings(project))
    assert isinstance(report, MendedImportReport)
    assert report.topology is not None
    assert report.topology.mended
    tiny = report.topology.counts()[FindingKind.TINY_COMPONENT]
    assert len(report.repaired) == len(report.topology.findings) - tiny
    assert {note.row for note in report.repaired} <= set(range(1, len(lines) + 1))
    mended = shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist()
    assert not mend_topology(project).mended
    project.undo()
    assert project.count("streets") == 0
    project.redo()
    assert shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist() == mended


def test_repairs_on_import_are_those_of_a_later_repair(project: ProjectStore, tmp_path: Path) -> None:
    """Mending while importing draws the same lines as importing and mending, also beside streets that were there."""
    lines = [MAIN, *(line for defect in DEFECTS.values() for line in defect)]
    first, rest = _file(tmp_path / "a.geojson", lines[:3]), _file(tmp_path / "b.geojson", lines[3:])
    import_file(project, first, "streets")
    import_file(project, rest, "streets", mend=topology_settings(project))
    with create_project(tmp_path / "q.gpkg", "District") as other:
        import_file(other, first, "streets")
        import_file(other, rest, "streets")
        mend_topology(other)
        wanted = shapely.to_wkb(other.layer("streets").geometry.to_numpy()).tolist()
    assert shapely.to_wkb(project.layer("streets").geometry.to_numpy()).tolist() == wanted
