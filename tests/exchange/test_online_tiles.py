"""Tiles from an address: what is asked, what is kept, and what is never asked."""

from __future__ import annotations

import os

import pytest

from patrolmap.errors import InputError
from patrolmap.exchange.online_tiles import OnlineTiles, TileAddress
from patrolmap.exchange.tile_store import TileStore
from tests.helpers.tile_files import picture
from tests.helpers.tile_server import TileServer

GREEN = picture((30, 160, 60))


@pytest.fixture
def server():
    with TileServer({"/3/5/2.png": GREEN, "/text/3/5/2.png": b"<html>"}) as running:
        yield running


def source(server, tmp_path, template="/{z}/{x}/{y}.png", *, allowed=True, told=None, **more):
    store = TileStore(tmp_path / "tiles", 2**20)
    told = [] if told is None else told
    return OnlineTiles(TileAddress(server.address + template, **more), lambda: allowed, store, told.append)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("http://a.org/{z}/{x}/{y}.png", "http://a.org/3/5/2.png"),
        ("http://a.org/{z}/{x}/{-y}.png", "http://a.org/3/5/5.png"),
        ("http://{s}.a.org/{z}/{x}/{y}", "http://b.a.org/3/5/2"),
        ("http://t{0-7}.a.org/{z}/{x}/{y}", "http://t7.a.org/3/5/2"),
        ("https://a.org/wmts/{TileMatrix}/{TileRow}/{TileCol}", "https://a.org/wmts/3/2/5"),
        ("https://a.org/?z={z}&x={x}&y={y}&tk={key}", "https://a.org/?z=3&x=5&y=2&tk=k%26y"),
    ],
)
def test_an_address_is_written_as_its_template_says(template, wanted):
    assert TileAddress(template, "k&y").of(3, 5, 2) == wanted


@pytest.mark.parametrize(
    "template",
    ["file:///{z}/{x}/{y}", "http://a.org/{z}/{x}.png", "http://a.org/{z}/{x}/{y}/{what}", "http:///{z}{x}{y}"],
)
def test_what_is_no_template_is_refused(template):
    with pytest.raises(InputError):
        TileAddress(template)


def test_a_map_that_wants_a_key_says_so():
    with pytest.raises(InputError, match="key"):
        TileAddress("http://a.org/{z}/{x}/{y}?{key}")


def test_a_tile_is_asked_once_and_then_comes_from_the_disk(server, tmp_path):
    assert [source(server, tmp_path).tile(3, 5, 2) for _ in range(2)] == [GREEN, GREEN]
    assert server.asked == ["/3/5/2.png"]
    assert server.agents[0].startswith("patrolmap/")


def test_nothing_is_asked_while_the_user_has_not_allowed_it(server, tmp_path):
    assert source(server, tmp_path, allowed=False).tile(3, 5, 2) is None
    assert server.asked == []


def test_a_tile_that_is_not_there_is_not_asked_again_and_is_no_failure(server, tmp_path):
    told = []
    tiles = source(server, tmp_path, told=told)
    assert [tiles.tile(3, 0, 0), tiles.tile(3, 0, 0)] == [None, None]
    assert (server.asked, told) == (["/3/0/0.png"], [])


def test_a_failure_is_told_once_and_the_server_left_in_peace(server, tmp_path):
    told = []
    tiles = source(server, tmp_path, "/text/{z}/{x}/{y}.png", told=told)
    assert [tiles.tile(3, 5, 2), tiles.tile(3, 5, 2)] == [None, None]
    assert (len(server.asked), len(told)) == (1, 1)


def test_the_key_is_not_written_to_the_disk(server, tmp_path):
    assert source(server, tmp_path, "/{z}/{x}/{y}.png?tk={key}", key="secret").tile(3, 5, 2) == GREEN
    assert server.asked == ["/3/5/2.png?tk=secret"]
    assert not [path for path in tmp_path.rglob("*") if "secret" in path.name]


def test_the_store_lets_the_longest_unused_go(tmp_path):
    store = TileStore(tmp_path, 1000)
    for x in range(5):
        store.put("s", 1, x, 0, bytes([x + 1]) * 200)
        os.utime(tmp_path / "s" / "1" / str(x) / "0.tile", (x, x))
    store.put("s", 1, 9, 0, b"9" * 200)
    assert [x for x in (0, 1, 2, 3, 4, 9) if store.get("s", 1, x, 0)] == [2, 3, 4, 9]
