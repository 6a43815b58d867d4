"""Columns looked at, corrected, kept as a profile and applied to the next file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import InputError
from patrolmap.i18n import tr_error
from patrolmap.services.import_columns import import_with, proposal_document, proposal_lines, propose_columns
from patrolmap.services.import_profiles import (
    drop_profile,
    find_profile,
    project_profiles,
    read_profiles,
    share_profile,
    shared_profiles,
    write_profiles,
)
from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from tests.ingest.making import site_layer, write_layer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

JANUARY = (
    "甲列,案由,发案时间,报警人电话,经度,纬度\n"
    "A1,盗窃,2026-01-02 03:04,13812345678,113.7,34.7\n"
    "A2,抢夺,2026-01-03 03:04,13987654321,113.71,34.71\n"
)
FEBRUARY = JANUARY.replace("A1", "B1").replace("A2", "B2").replace("2026-01", "2026-02")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    """Make an empty project."""
    with create_project(tmp_path / "p.gpkg", "District") as made:
        yield made


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the profiles of the test in a folder of its own."""
    monkeypatch.setenv("PATROLMAP_CONFIG", str(tmp_path / "config"))


def _csv(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_proposal_is_what_an_import_does(project: ProjectStore, tmp_path: Path) -> None:
    """The mapping shown is the mapping used."""
    path = _csv(tmp_path / "a.csv", JANUARY)
    shown = {field: source for field, source in propose_columns(path, "incidents").mapping.items() if source}
    assert shown == import_file(project, path, "incidents").mapping
    assert shown == {"category": "案由", "time": "发案时间", "x": "经度", "y": "纬度"}


def test_samples_and_evidence_stand_beside_each_column(tmp_path: Path) -> None:
    """A column shows its different values and why it was taken."""
    proposal = propose_columns(_csv(tmp_path / "a.csv", JANUARY), "incidents")
    category = next(one for one in proposal.columns if one.column == "案由")
    assert (category.field, category.samples, category.filled) == ("category", ("盗窃", "抢夺"), 2)
    assert category.why is not None


def test_no_value_of_a_personal_column_is_shown(tmp_path: Path) -> None:
    """Neither the document nor the lines hold a telephone number."""
    proposal = propose_columns(_csv(tmp_path / "a.csv", JANUARY), "incidents")
    phone = next(one for one in proposal.columns if one.column == "报警人电话")
    assert phone.is_personal
    assert "13812345678" not in str(proposal_document(proposal)) + "".join(proposal_lines(proposal))


def test_a_shape_file_needs_no_column_for_the_place(tmp_path: Path) -> None:
    """Coordinate fields are not offered where the file has shapes."""
    proposal = propose_columns(write_layer(site_layer(), tmp_path / "a.geojson"), "sites")
    assert proposal.has_geometry
    assert not {"x", "y", "wkt"} & set(proposal.mapping)


def test_an_empty_source_leaves_a_field_empty(project: ProjectStore, tmp_path: Path) -> None:
    """A wrong guess can be taken back without naming another column."""
    path = _csv(tmp_path / "a.csv", "名称,类型,派出所,经度,纬度\n甲,卡口,一所,113.7,34.7\n")
    import_file(project, path, "sites", mapping={"owner": ""})
    assert project.layer("sites")["owner"].isna().all()


def test_import_with_guesses_nothing(project: ProjectStore, tmp_path: Path) -> None:
    """A field that the corrected mapping does not name stays empty."""
    path = _csv(tmp_path / "a.csv", "名称,类型,派出所,经度,纬度\n甲,卡口,一所,113.7,34.7\n")
    import_with(project, path, "sites", {"name": "名称", "kind": "类型", "lon": "经度", "lat": "纬度"})
    assert project.layer("sites")["owner"].isna().all()
    assert project.layer("sites")["name"].tolist() == ["甲"]


def test_next_month_by_profile(project: ProjectStore, tmp_path: Path) -> None:
    """A correction by hand is saved under a name and holds for the next file."""
    told = {"incident_id": "甲列"}
    import_file(project, _csv(tmp_path / "a.csv", JANUARY), "incidents", mapping=told, save_profile="月报")
    profile = find_profile(project, "月报")
    import_file(project, _csv(tmp_path / "b.csv", FEBRUARY), "incidents", profile=profile)
    assert project.layer("incidents")["incident_id"].tolist() == ["A1", "A2", "B1", "B2"]


def test_a_profile_that_no_longer_fits_names_every_missing_heading(project: ProjectStore, tmp_path: Path) -> None:
    """All missing headings are said at once, and nothing is imported."""
    import_file(project, _csv(tmp_path / "a.csv", JANUARY), "incidents", save_profile="月报")
    other = _csv(tmp_path / "b.csv", FEBRUARY.replace("案由", "类").replace("发案时间", "时刻"))
    with pytest.raises(InputError) as caught:
        import_file(project, other, "incidents", profile=find_profile(project, "月报"))
    assert "“案由”" in tr_error(caught.value.parts)
    assert "“发案时间”" in tr_error(caught.value.parts)
    assert project.count("incidents") == 2


def test_a_correction_goes_before_the_profile(project: ProjectStore, tmp_path: Path) -> None:
    """A heading that was renamed is said once, and the rest of the profile holds."""
    import_file(project, _csv(tmp_path / "a.csv", JANUARY), "incidents", save_profile="月报")
    other = _csv(tmp_path / "b.csv", FEBRUARY.replace("案由", "列二"))
    report = import_file(
        project, other, "incidents", mapping={"category": "列二"}, profile=find_profile(project, "月报")
    )
    assert report.accepted == 2


def test_a_profile_of_another_layer_is_refused(project: ProjectStore, tmp_path: Path) -> None:
    """A profile of incidents fills no sites."""
    path = _csv(tmp_path / "a.csv", JANUARY)
    import_file(project, path, "incidents", save_profile="月报")
    with pytest.raises(InputError, match="is for Incidents"):
        propose_columns(path, "sites", profile=find_profile(project, "月报"))


def test_undo_takes_back_the_import_before_its_profile(project: ProjectStore, tmp_path: Path) -> None:
    """One step takes the rows back; what was learnt stays."""
    import_file(project, _csv(tmp_path / "a.csv", JANUARY), "incidents", save_profile="月报")
    project.undo()
    assert project.count("incidents") == 0
    assert list(project_profiles(project)) == ["月报"]


def test_a_refused_import_keeps_no_profile(project: ProjectStore, tmp_path: Path) -> None:
    """What never worked is not remembered."""
    path = _csv(tmp_path / "a.csv", JANUARY.replace("113.7", "没有"))
    with pytest.raises(InputError):
        import_file(project, path, "incidents", save_profile="月报")
    assert project_profiles(project) == {}


def test_the_project_goes_before_the_users_folder(project: ProjectStore, tmp_path: Path) -> None:
    """A shared profile is found from any project, unless the project has one of the same name."""
    path = _csv(tmp_path / "a.csv", JANUARY)
    import_file(project, path, "incidents", save_profile="月报")
    share_profile(find_profile(project, "月报"))
    drop_profile(project, "月报")
    assert find_profile(project, "月报") == shared_profiles()["月报"]
    import_file(project, path, "incidents", mapping={"incident_id": "甲列"}, save_profile="月报")
    assert find_profile(project, "月报").mapping["incident_id"] == "甲列"


def test_profiles_survive_a_file(project: ProjectStore, tmp_path: Path) -> None:
    """Written and read again they are the same."""
    import_file(project, _csv(tmp_path / "a.csv", JANUARY), "incidents", save_profile="月报")
    write_profiles(tmp_path / "p.json", project_profiles(project))
    assert read_profiles(tmp_path / "p.json") == project_profiles(project)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"profiles": [{"version": 2, "name": "a", "layer": "sites", "mapping": {}}]}',
        '{"profiles": [{"version": 1, "name": "a", "layer": "persons", "mapping": {}}]}',
        '{"profiles": [{"version": 1, "name": "a", "layer": "sites", "mapping": {"suspect": "x"}}]}',
        '{"profiles": [{"version": 1, "name": "", "layer": "sites", "mapping": {}}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_holds_no_profiles_is_refused(tmp_path: Path, text: str) -> None:
    """A foreign file cannot bring a field or layer that does not exist."""
    with pytest.raises(InputError):
        read_profiles(_csv(tmp_path / "p.json", text))
