"""Claims about blocks that a project keeps."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest

from patrolmap.cli.app import main
from patrolmap.project.store import ProjectStore
from patrolmap.services.block_layer import save_blocks
from patrolmap.services.exporting import export
from patrolmap.services.ring_cover_views import blocks_view, kept_blocks_view
from patrolmap.services.rings_blocks import ring_blocks
from patrolmap.services.webmap import write_webmap
from tests.project.older import make_older, schema_of
from tests.services.test_rings import project  # noqa: F401 - a fixture


def test_what_was_computed_is_kept_in_one_step(project):  # noqa: F811 - a fixture
    """Each block with its area, entrances, share, sites and incidents; one undo takes all of them back."""
    blocks = ring_blocks(project)
    assert save_blocks(project, blocks) == len(blocks)
    rows = project.metric_layer("blocks").set_index("block_id")
    for one in blocks:
        row = rows.loc[one.block.block_id]
        held = sum(crossing.controlled for crossing in one.block.entrances)
        assert (row["ring"], row["entrances"], row["controlled_entrances"]) == (
            one.ring,
            len(one.block.entrances),
            held,
        )
        assert row["controlled_share"] == pytest.approx(held / len(one.block.entrances))
        assert row["held"] == ("all" if held == len(one.block.entrances) else "some" if held else "none")
        assert (row["site_ids"], row["sites"]) == (", ".join(one.site_ids), len(one.site_ids))
        assert row["geometry"].symmetric_difference(one.block.area).area < 1e-3 * one.block.area_m2
    project.undo()
    assert project.count("blocks") == 0


def test_a_ring_replaces_its_own_blocks_alone(project):  # noqa: F811 - a fixture
    """Twice the same gives the same rows; another ring's blocks stay."""
    save_blocks(project, ring_blocks(project))
    count = project.count("blocks")
    save_blocks(project, ring_blocks(project, "core"), ring="core")
    assert project.count("blocks") == count
    save_blocks(project, (), ring="core")
    assert set(project.layer("blocks")["ring"]) == {"city", "town"}


def test_kept_blocks_look_as_computed_ones(project):  # noqa: F811 - a fixture
    """The same table, and marks of the same kind and colour at the same places."""
    blocks = ring_blocks(project)
    save_blocks(project, blocks)
    now, kept = blocks_view(project, blocks), kept_blocks_view(project)
    assert [row.cells for row in kept.tables[0].rows] == [row.cells for row in now.tables[0].rows]
    assert [(mark.key, mark.rank) for mark in kept.marks] == [(mark.key, mark.rank) for mark in now.marks]
    assert kept.headline == now.headline


def test_kept_blocks_go_into_exports_and_the_web_map(project, tmp_path):  # noqa: F811 - a fixture
    """GeoJSON has the fields, KML a folder, the GeoPackage a style that QGIS applies; a map to publish has none of it."""
    save_blocks(project, ring_blocks(project, "core"), ring="core")
    export(project, tmp_path / "a.geojson", "geojson")
    features = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    mine = [one["properties"] for one in features if one["properties"]["layer"] == "blocks"]
    assert len(mine) == project.count("blocks")
    assert mine[0]["ring"] == "core"
    export(project, tmp_path / "a.kml", "kml")
    assert "core-block-001" in (tmp_path / "a.kml").read_text(encoding="utf-8")
    export(project, tmp_path / "a.gpkg", "gpkg")
    styles = gpd.read_file(tmp_path / "a.gpkg", layer="layer_styles").set_index("f_table_name")
    assert 'held"' in styles.loc["blocks", "styleQML"].replace("&quot;", '"')
    assert "held" in styles.loc["blocks", "styleSLD"]
    assert write_webmap(project, tmp_path / "a.html").rows["ring_blocks"] == project.count("blocks")
    assert "ring_blocks" not in write_webmap(project, tmp_path / "b.html", publish=True).rows


def test_the_command_line_keeps_them_when_asked(project, capsys):  # noqa: F811 - a fixture
    """Without --save the file stays as it is."""
    project.close()
    words = ["rings", "blocks", str(project.path), "--ring", "core", "--quiet", "--json"]
    assert main(words) == 0
    assert "saved" not in json.loads(capsys.readouterr().out)
    assert main([*words, "--save"]) == 0
    saved = json.loads(capsys.readouterr().out)["saved"]
    with ProjectStore.open(project.path, read_only=True) as again:
        assert again.count("blocks") == saved >= 1


def test_an_older_project_gets_the_layer(project):  # noqa: F811 - a fixture
    """A project of format 4 is opened as a new one would be, with a backup, and takes blocks."""
    project.close()
    wanted = schema_of(project.path)
    make_older(project.path, 4)
    with ProjectStore.open(project.path) as again:
        assert again.backup_path is not None
        save_blocks(again, ring_blocks(again, "core"), ring="core")
        assert again.count("blocks") >= 1
    assert schema_of(project.path) == wanted
