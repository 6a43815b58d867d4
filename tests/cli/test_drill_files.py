"""Drills and rings written to files from the command line."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.desktop.tiny import make_project

pytest.importorskip("PySide6.QtGui")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "tiny.gpkg")


def run(capsys, *arguments):
    """Run a command and read its JSON."""
    assert main([*map(str, arguments), "--json", "--quiet"]) == 0
    return json.loads(capsys.readouterr().out)


def node_at_corner(capsys, project):
    """Find a junction's name as the command line writes it."""
    found = run(capsys, "rings", "coverage", project, "--minutes", "1", "--without-areas")
    far = max(found["junctions"], key=lambda row: row["seconds"])
    return f"node:{far['node_id']}"


def test_a_blockade_writes_one_pdf_and_a_web_map(project, tmp_path, capsys):
    """One exit, one sheet; the map carries the drill's layer with its legend and no other computed one."""
    node = node_at_corner(capsys, project)
    pdf, html = tmp_path / "drill.pdf", tmp_path / "drill.html"
    found = run(capsys, "rings", "drill", "blockade", project, "--exits", node, "--sheets", pdf, "--webmap", html)
    assert found["sheets"]["sheets"] == 1
    assert pdf.read_bytes().startswith(b"%PDF")
    data = page_data(html)
    assert "ring_drill" in data["layers"]
    assert "ring_leaks" not in data["layers"]
    assert {entry["layer"] for entry in data["legend"]} >= {"ring_drill"}


def test_the_web_map_shows_the_rings_when_asked(project, tmp_path, capsys):
    """The tiny ring has 8 crossings, each with its rows for the popup; every layer has a legend."""
    html = tmp_path / "map.html"
    found = run(capsys, "webmap", project, "--out", html, "--rings")
    assert found["rows"]["ring_crossings"] == 8
    data = page_data(html)
    layers = {"ring_crossings", "ring_leaks", "ring_cut", "ring_blocks", "ring_reach"}
    assert layers <= set(data["layers"])
    assert layers <= {entry["layer"] for entry in data["legend"]}
    assert all(feature["properties"]["rows"] for feature in data["layers"]["ring_crossings"]["features"])


def test_rings_are_not_published(project, tmp_path):
    """A map for readers outside refuses them, and nothing is written."""
    html = tmp_path / "map.html"
    assert main(["webmap", str(project), "--out", str(html), "--rings", "--publish"]) == 2
    assert not html.exists()


def page_data(path):
    """Read the data that a page carries."""
    text = path.read_text(encoding="utf-8")
    start = text.index('id="pm-data">') + len('id="pm-data">')
    return json.loads(text[start : text.index("</script>", start)])


@pytest.mark.parametrize(("command", "layer"), [("place", "ring_places"), ("district", "ring_districts")])
def test_new_posts_and_districts_go_onto_a_web_map(project, tmp_path, capsys, command, layer):
    """Their layer is on the map, one row of the legend for each title, and nothing else that was computed."""
    html = tmp_path / "map.html"
    more = ("--add", "2") if command == "place" else ("--minutes", "5")
    found = run(capsys, "rings", command, project, *more, "--webmap", html)
    assert found["webmap"]["file"] == str(html)
    data = page_data(html)
    assert {name for name in data["layers"] if name.startswith("ring_")} - {"ring_blocks"} == {layer}
    titles = [entry["title"] for entry in data["legend"] if entry["layer"] == layer]
    assert titles
    assert len(titles) == len(set(titles))
