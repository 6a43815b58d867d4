"""Networks given as two tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from patrolmap.errors import InputError
from patrolmap.services.importing import import_file, import_network
from patrolmap.services.network_tables import NetworkTables
from tests.ingest.making import write_sites

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

_NODES = "全市路口节点标号,路口的横坐标X,路口的纵坐标Y,路口所属区域,发案率(次数)\n1,0,0,A,1.7\n2,3,4,A,2.1\n3,6,8,B,0\n"
_EDGES = "路线起点(节点标号),路线终点(节点标号)\n1,2\n2,3\n"


def _tables(folder: Path, nodes: str = _NODES, edges: str = _EDGES) -> tuple[Path, Path]:
    paths = folder / "nodes.csv", folder / "edges.csv"
    for path, text in zip(paths, (nodes, edges), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_planar_network(project: ProjectStore, tmp_path: Path) -> None:
    """Two tables become junctions with demand and kept columns, and straight streets, 5 units of 100 m each."""
    report = import_network(project, NetworkTables(*_tables(tmp_path), planar=True, metres_per_unit=100.0))
    assert (report.layer, report.accepted) == ("streets", 5)
    nodes, streets = project.layer("nodes"), project.layer("streets")
    assert nodes["node_id"].tolist() == ["1", "2", "3"]
    assert nodes["demand"].tolist() == [1.7, 2.1, 0.0]
    assert [json.loads(text) for text in nodes["attributes"]] == [{"路口所属区域": area} for area in "AAB"]
    assert streets[["from_node", "to_node"]].to_numpy().tolist() == [["1", "2"], ["2", "3"]]
    assert project.frame.metres_per_unit == 100.0
    assert project.metric_layer("streets").length.tolist() == [500.0, 500.0]


def test_network_is_one_step_and_adds_nothing_twice(project: ProjectStore, tmp_path: Path) -> None:
    """Junctions and streets come and go together; a second import is unchanged."""
    tables = _tables(tmp_path)
    import_network(project, NetworkTables(*tables, planar=True))
    again = import_network(project, NetworkTables(*tables, planar=True))
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, 5)
    project.undo()
    assert (project.count("nodes"), project.count("streets")) == (0, 0)


@pytest.mark.parametrize(
    ("head", "length", "metres"),
    [("长度(米)", 480, 480), ("长度(公里)", 0.48, 480), ("长度", 5.1, 510), ("length", 512, 512), ("length_m", 3, 3)],
)
def test_unit_of_lengths(project: ProjectStore, tmp_path: Path, head: str, length: float, metres: float) -> None:
    """The unit comes from the column's name, else from comparing with the map (5 units of 100 m)."""
    tables = _tables(tmp_path, edges=f"起点,终点,{head}\n1,2,{length}\n")
    import_network(project, NetworkTables(*tables, planar=True, metres_per_unit=100.0))
    assert project.layer("streets")["length_m"].iloc[0] == pytest.approx(metres)


def test_lonlat_network(project: ProjectStore, tmp_path: Path) -> None:
    """Without --planar the coordinates are longitude and latitude."""
    nodes = "id,lon,lat\na,113.70,34.75\nb,113.71,34.75\n"
    import_network(project, NetworkTables(*_tables(tmp_path, nodes, "from,to,name,highway\na,b,航海路,主干路\n")))
    assert project.frame.metric_crs == "EPSG:32649"
    row = project.layer("streets").iloc[0]
    assert (row["name"], row["highway"]) == ("航海路", "primary")
    assert list(row.geometry.coords) == [(113.70, 34.75), (113.71, 34.75)]


def test_bad_edges_are_named(project: ProjectStore, tmp_path: Path) -> None:
    """Edges to nowhere, from nowhere, and to themselves are rejected by row."""
    report = import_network(project, NetworkTables(*_tables(tmp_path, edges=_EDGES + "3,9\n,1\n2,2\n"), planar=True))
    assert [(note.row, str(note.reason)) for note in report.rejected] == [
        (3, "There is no junction “9”."),
        (4, "A required value is missing."),
        (5, "The street starts and ends at the same junction."),
    ]


def test_each_direction_listed(project: ProjectStore, tmp_path: Path) -> None:
    """A table of directions becomes two-way streets, and one-way ones where the way back is missing."""
    report = import_network(project, NetworkTables(*_tables(tmp_path, edges="from,to\n1,2\n2,1\n2,3\n"), planar=True))
    assert project.layer("streets")["oneway"].tolist() == ["no", "yes"]
    assert any("lists each direction" in str(choice) for choice in report.choices)


def test_repeated_street_in_a_both_way_table(project: ProjectStore, tmp_path: Path) -> None:
    """One repeated street among many is joined, so that it does not count as two ways."""
    nodes = "id,x,y\n" + "".join(f"{i},{i},{i % 2}\n" for i in range(9))
    edges = "from,to\n" + "".join(f"{i},{i + 1}\n" for i in range(8)) + "1,0\n"
    import_network(project, NetworkTables(*_tables(tmp_path, nodes, edges), planar=True))
    assert project.count("streets") == 8
    assert project.layer("streets")["oneway"].isna().all()


def test_two_sheets_of_one_workbook(project: ProjectStore, tmp_path: Path) -> None:
    """Both tables may be sheets of the same workbook, told apart by their columns."""
    book = openpyxl.Workbook()
    for sheet, text in ((book.active, _NODES), (book.create_sheet("全市交通路口的路线"), _EDGES)):
        for line in text.splitlines():
            sheet.append(line.split(","))
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert import_network(project, NetworkTables(path, path, planar=True)).accepted == 5


def test_mapping_for_either_table(project: ProjectStore, tmp_path: Path) -> None:
    """The mapping may name columns of both tables, with a prefix where a field is in both."""
    tables = _tables(tmp_path, "k,east,north,label\n1,0,0,P\n2,3,4,Q\n", "a,b,label\n1,2,R\n")
    told = {
        "node_id": "k",
        "x": "east",
        "y": "north",
        "from_node": "a",
        "to_node": "b",
        "nodes.name": "label",
        "edges.name": "label",
    }
    import_network(project, NetworkTables(*tables, planar=True, mapping=told))
    assert project.layer("nodes")["name"].tolist() == ["P", "Q"]
    assert project.layer("streets")["name"].tolist() == ["R"]
    with pytest.raises(InputError, match="fits neither table"):
        import_network(project, NetworkTables(*tables, planar=True, mapping={"node_id": "nope"}))


def test_plane_and_earth_do_not_mix(project: ProjectStore, tmp_path: Path) -> None:
    """A planar network does not go into a project on Earth, nor a layer on Earth into a plane, nor another scale."""
    sites = write_sites(tmp_path / "sites.geojson")
    tables = _tables(tmp_path)
    import_network(project, NetworkTables(*tables, planar=True, metres_per_unit=100.0))
    with pytest.raises(InputError, match="plane"):
        import_file(project, sites, "sites")
    with pytest.raises(InputError, match="scale"):
        import_network(project, NetworkTables(*tables, planar=True, metres_per_unit=10.0))


def test_sites_on_the_plane(project: ProjectStore, tmp_path: Path) -> None:
    """Other tables with bare coordinates go onto the plane as they are."""
    import_network(project, NetworkTables(*_tables(tmp_path), planar=True, metres_per_unit=100.0))
    path = tmp_path / "posts.csv"
    path.write_text("名称,类型,X坐标,Y坐标\n平台A1,岗位,403,359\n", encoding="utf-8")
    assert import_file(project, path, "sites").accepted == 1
    assert project.layer("sites").geometry.x.tolist() == [403.0]


def test_ids_written_as_decimals(project: ProjectStore, tmp_path: Path) -> None:
    """Junctions 1.0 and 2.0 of one table are 1 and 2 of the other."""
    nodes, edges = _tables(tmp_path, nodes="node,x,y\n1.0,0,0\n2.0,3,4\n", edges="from,to\n1,2\n")
    assert import_network(project, NetworkTables(nodes, edges, planar=True)).accepted == 3


def test_sites_at_junctions(project: ProjectStore, tmp_path: Path) -> None:
    """Sites of a table that names junctions stand there; an unknown junction is named, and its row rejected."""
    import_network(project, NetworkTables(*_tables(tmp_path), planar=True, metres_per_unit=100.0))
    path = tmp_path / "s.csv"
    path.write_text("名称,类型,位置标号\n甲,岗位,1\n乙,岗位,3.0\n丙,岗位,77\n", encoding="utf-8")
    report = import_file(project, path, "sites")
    places = [point.coords[0] for point in project.layer("sites").geometry]
    assert places == [(0.0, 0.0), (6.0, 8.0)]
    assert [note.row for note in report.rejected] == [3]
    assert any("not in the project: 77" in str(choice) for choice in report.choices)


def test_column_of_junctions_as_told(project: ProjectStore, tmp_path: Path) -> None:
    """The user may name the column of junctions."""
    import_network(project, NetworkTables(*_tables(tmp_path), planar=True))
    path = tmp_path / "s.csv"
    path.write_text("名称,类型,在哪\n甲,岗位,2\n", encoding="utf-8")
    import_file(project, path, "sites", mapping={"node": "在哪"})
    assert project.layer("sites").geometry.iloc[0].coords[0] == (3.0, 4.0)
