"""Files of map tiles: read as the specifications say, and refused or held in bounds where they are hostile."""

from __future__ import annotations

import gzip
import itertools
import sqlite3

import pytest

from patrolmap.errors import InputError
from patrolmap.exchange.pmtiles import tile_id
from patrolmap.exchange.tile_archive import open_archive
from tests.helpers.tile_files import picture, varint, write_mbtiles, write_pmtiles

RED, BLUE = picture((200, 0, 0)), picture((0, 0, 200), kind="JPEG")


def test_tile_ids_are_those_of_the_specification():
    """Its table of zooms 0 to 2, and the example of its reference implementations."""
    places = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0)]
    assert [tile_id(*place) for place in places] == [0, 1, 2, 3, 4, 5]
    assert tile_id(12, 3423, 1763) == 19_078_479


def test_tile_ids_fill_each_zoom_once_and_go_from_neighbour_to_neighbour():
    """A Hilbert curve: 4,096 different numbers, successive ones side by side."""
    by_id = {tile_id(6, x, y): (x, y) for x in range(64) for y in range(64)}
    assert sorted(by_id) == list(range((4**6 - 1) // 3, (4**7 - 1) // 3))
    ordered = [by_id[number] for number in sorted(by_id)]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in itertools.pairwise(ordered))


def test_rows_of_mbtiles_are_counted_from_the_south(tmp_path):
    """Of the two tiles in a column, the northern one is row 0 here and row 1 in the file."""
    path = write_mbtiles(tmp_path / "a.mbtiles", {(1, 0, 0): RED, (1, 0, 1): BLUE}, name="Town", attribution="© A")
    archive = open_archive(path)
    assert (archive.tile(1, 0, 0), archive.tile(1, 0, 1), archive.tile(1, 1, 1)) == (RED, BLUE, None)
    info = archive.info
    assert (info.name, info.attribution, info.min_zoom, info.max_zoom) == ("Town", "© A", 1, 1)
    archive.close()
    archive.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT tile_data FROM tiles WHERE tile_row = 1").fetchone()[0] == RED
    db.close()


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize(("pack", "packing"), [(gzip.compress, 2), (bytes, 1)])
def test_tiles_come_out_of_pmtiles(tmp_path, leaves, pack, packing):
    """From the root and from leaf directories, packed and not; a place without a tile gives none."""
    tiles = {tile_id(3, 2, 5): RED, tile_id(3, 3, 5): BLUE, tile_id(7, 100, 50): RED}
    path = write_pmtiles(
        tmp_path / "a", tiles, zooms=(3, 7), leaves=leaves, pack=pack, packing=packing, metadata={"attribution": "© B"}
    )
    archive = open_archive(path)
    assert (archive.tile(3, 2, 5), archive.tile(3, 3, 5), archive.tile(7, 100, 50)) == (RED, BLUE, RED)
    assert [archive.tile(*place) for place in ((3, 0, 0), (3, 9, 9), (7, 0, 0), (-1, 0, 0), (99, 0, 0))] == [None] * 5
    assert (archive.info.attribution, archive.info.min_zoom, archive.info.max_zoom) == ("© B", 3, 7)
    archive.close()


def test_a_run_and_offsets_that_follow(tmp_path):
    """Two places share one tile; the offset of the next entry is written as 0, 'right behind the last'."""
    root = b"".join(map(varint, [2, 1, 2, 2, 1, len(RED), len(BLUE), 1, 0]))
    path = write_pmtiles(tmp_path / "a", {1: RED, 2: BLUE}, zooms=(1, 1), pack=lambda _part: root, packing=1)
    archive = open_archive(path)
    assert [archive.tile(1, *place) for place in ((0, 0), (0, 1), (1, 1))] == [RED, RED, BLUE]
    archive.close()


def refusal(path):
    with pytest.raises(InputError) as caught:
        open_archive(path)
    assert len(caught.value.parts) > 1
    return str(caught.value)


def test_what_is_no_archive_is_refused(tmp_path):
    """Any other file, none at all, a SQLite file cut off, one without tiles."""
    other = tmp_path / "b.mbtiles"
    other.write_bytes(b"PK\x03\x04 something")
    assert "no file of map tiles" in refusal(other)
    refusal(tmp_path / "missing.pmtiles")
    whole = write_mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): RED})
    other.write_bytes(whole.read_bytes()[:3000])
    refusal(other)
    assert "no tiles" in refusal(write_mbtiles(tmp_path / "c.mbtiles", {}))


def test_vector_tiles_are_refused_in_words(tmp_path):
    """Both kinds say what they hold."""
    assert "vector" in refusal(write_mbtiles(tmp_path / "a", {(0, 0, 0): RED}, format="pbf"))
    assert "vector" in refusal(write_pmtiles(tmp_path / "b", {0: RED}, zooms=(0, 0), kind=1))


def test_a_directory_that_unpacks_to_hundreds_of_megabytes_is_refused(tmp_path):
    """400 MB of zeros in 400 kB."""
    bomb = gzip.compress(bytes(400 * 2**20), 9)
    assert "MB" in refusal(write_pmtiles(tmp_path / "a", {0: RED}, zooms=(0, 0), pack=lambda _part: bomb))


@pytest.mark.parametrize(
    "root",
    [b"", b"\xff" * 40, varint(10**6 + 1), varint(5) + b"\x00", varint(1) + varint(0) + b"\x80"],
    ids=["empty", "endless", "many", "short", "cut"],
)
def test_broken_directories_are_refused_or_hold_nothing(tmp_path, root):
    """Numbers that never end, promise too much, or are cut off."""
    path = write_pmtiles(tmp_path / "a", {0: RED}, zooms=(0, 0), pack=lambda _part: root, packing=1)
    refusal(path)


def test_directories_that_point_at_themselves_end(tmp_path):
    """A leaf whose entry is that leaf gives no tile."""
    leaf = b"".join(map(varint, [1, 0, 0, 5, 1]))
    path = write_pmtiles(tmp_path / "a", {0: RED}, zooms=(0, 0), leaves=True, pack=lambda _part: leaf, packing=1)
    archive = open_archive(path)
    assert archive.tile(0, 0, 0) is None
    archive.close()


def test_a_view_that_never_ends_is_cut_off(tmp_path):
    """MBTiles may have views; one that counts for ever is refused."""
    path = tmp_path / "a.mbtiles"
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE VIEW tiles AS WITH RECURSIVE n(zoom_level) AS (SELECT 1 UNION ALL SELECT zoom_level % 2 + 1 FROM n)"
            " SELECT zoom_level, 0 tile_column, 0 tile_row, x'00' tile_data FROM n"
        )
    db.close()
    refusal(path)


def test_huge_values_and_other_files_are_no_tiles(tmp_path):
    """A tile of 5 MB and one of text are left out."""
    path = write_mbtiles(
        tmp_path / "a.mbtiles",
        {(1, 0, 0): b"\x89PNG\r\n\x1a\n" + bytes(5 * 2**20), (1, 0, 1): b"<svg/>", (1, 1, 1): RED},
    )
    archive = open_archive(path)
    assert [archive.tile(1, *place) for place in ((0, 0), (0, 1), (1, 1))] == [None, None, RED]
    archive.close()
