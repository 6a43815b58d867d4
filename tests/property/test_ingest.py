"""Properties of reading and checking that hold for every input."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.errors import InputError
from patrolmap.ingest.angles import parse_degrees
from patrolmap.ingest.china_offsets import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.encodings import decode, detect_encoding
from patrolmap.ingest.numbers import parse_numbers
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.source import unique_names
from patrolmap.ingest.times import parse_times

_LONLAT = st.tuples(st.floats(74, 134), st.floats(4, 53))


@given(st.lists(_LONLAT, min_size=1, max_size=20))
def test_offsets_have_inverses(places: list[tuple[float, float]]) -> None:
    """There and back is the same place to 0.1 mm, for both systems."""
    xy = np.array(places)
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        assert np.abs(back(there(xy)) - xy).max() < 1e-9


@given(st.binary(max_size=400))
def test_any_bytes_decode(data: bytes) -> None:
    """Whatever the bytes, detection ends with an encoding that reads them."""
    decoded = decode(data, "x")
    assert decoded.choices
    assert detect_encoding(data).codec


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60))
def test_utf8_hanzi_are_never_mistaken(text: str) -> None:
    """Hanzi in UTF-8 are read as they are."""
    assert decode(text.encode(), "x").text == text


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2099, 12, 31)))
def test_iso_times_survive(moment: dt.datetime) -> None:
    """An ISO moment is read to its second."""
    text = moment.replace(microsecond=0).isoformat()
    assert parse_times(np.array([text, text.replace("T", " ")], dtype=object)).iso_texts.tolist() == [text, text]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=10))
def test_any_text_is_number_moment_or_nothing(texts: list[str]) -> None:
    """No text makes the parsers fail, and nothing infinite comes out."""
    cells = np.array(texts, dtype=object)
    for numbers in (parse_numbers(cells), parse_degrees(cells)):
        assert not np.isinf(numbers).any()
    assert len(parse_times(cells).iso_texts) == len(texts)


@given(st.floats(-180, 180, allow_nan=False))
def test_numbers_read_back(number: float) -> None:
    """A number written in full is read as itself."""
    assert parse_degrees(np.array([repr(number)], dtype=object))[0] == number


@given(st.lists(st.text(max_size=8), max_size=30))
def test_names_become_unique(names: list[str]) -> None:
    """As many names come out as went in, all different."""
    unique = unique_names(names)
    assert len(unique) == len(set(unique)) == len(names)


_STARTS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"SQLite format 3\x00",
        b"\x00\x00\x27\x0a",
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b'{"type":"FeatureCollection","features":[',
        b"<osm>",
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader",
        b"a,b\n",
        b"\xff\xfe",
    ]
)


@settings(max_examples=150)
@given(
    _STARTS,
    st.binary(max_size=300),
    st.sampled_from(["csv", "geojson", "gpkg", "shp", "zip", "xlsx", "xls", "osm", "pbf"]),
)
def test_any_file_is_read_or_refused(start: bytes, rest: bytes, suffix: str) -> None:
    """A file of any bytes under any name gives rows or the user's error, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{suffix}"
        path.write_bytes(start + rest)
        source = None
        with contextlib.suppress(InputError):
            source = read_source(path, Wanted("streets"))
        assert source is None or len(source.table) == len(source.row_numbers)
