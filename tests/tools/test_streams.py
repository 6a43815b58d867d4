"""Machine code split into streams is joined again, whatever it is; and calls of one function look alike."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.pack.portable_executable import STOPS, parts, stand_in
from tools.pack.streams import ADDRESSES, BLOCK, FRAME, join_code, join_frames, split_code, split_frames

# Bytes that begin instructions with a distance, or stand inside or behind them; noise seldom has two such in a row.
TELLING = b"\x00\x01\x05\x06\x0f\x15\x24\x3d\x69\x70\x80\x83\x85\x8b\x8d\xba\xc5\xc7\xe8\xe9\xff"
CODE = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(TELLING), max_size=200).map(bytes))
ADDRESS = st.one_of(st.integers(0, 1 << 12), st.integers(0, (1 << 32) - 1))
CALLED = 0x5000


def a_real_program() -> bytes:
    """Give the launcher that setuptools has for 64-bit Windows, which a compiler made."""
    spec = importlib.util.find_spec("setuptools")
    file = Path(spec.origin).with_name("cli-64.exe") if spec and spec.origin else Path()
    if not file.is_file():
        pytest.skip("no setuptools with its launchers")
    return file.read_bytes()


@given(CODE, ADDRESS, st.integers(1, (1 << 31) - 1))
def test_any_bytes_come_out_as_they_were(code, address, size) -> None:
    left, streams = split_code(code, address, size)
    assert join_code(left, streams, address) == code


@given(st.lists(st.tuples(CODE, st.sampled_from([b"\xe8", b"\x0f\x85", b"\x8b\x05", b"\x83\x3d"])), max_size=9))
def test_instructions_amid_any_bytes_come_out_as_they_were(pieces) -> None:
    code = b"".join(noise + begin + struct.pack("<i", len(noise) - 100) for noise, begin in pieces)
    left, streams = split_code(code, 4096, 1 << 20)
    assert join_code(left, streams, 4096) == code


@given(st.binary(max_size=40 * FRAME).map(lambda content: content[: len(content) // FRAME * FRAME]))
def test_any_list_of_functions_comes_out_as_it_was(frames) -> None:
    columns = split_frames(frames)
    assert len(columns) == len(frames)
    assert join_frames(columns) == frames


@pytest.mark.parametrize(
    ("begin", "end", "stream"),
    [
        (b"\xe8", b"", "calls"),
        (b"\xe9", b"", "jumps"),
        (b"\x0f\x84", b"", "jumps"),
        (b"\x48\x8d\x0d", b"", "fields"),
        (b"\xf3\x0f\x10\x05", b"", "fields"),
        (b"\x83\x3d", b"\x07", "fields"),
        (b"\xc7\x05", b"\x01\x02\x03\x04", "fields"),
    ],
)
def test_whatever_leads_to_one_place_has_one_address(begin, end, stream) -> None:
    length = len(begin) + 4 + len(end)
    ends = [length * (number + 1) for number in range(10)]
    code = b"".join(begin + struct.pack("<i", CALLED - behind) + end for behind in ends)
    left, streams = split_code(code, 0x1000, 1 << 20)
    assert left == (begin + end) * 10
    assert dict(zip(ADDRESSES, streams, strict=True))[stream] == struct.pack(">I", CALLED + 0x1000) * 10


def test_columns_of_functions_in_a_row_are_their_lengths() -> None:
    frames = b"".join(struct.pack("<III", 100 * number, 100 * number + 97, 8 * number) for number in range(1, 6))
    rows = [split_frames(frames)[start : start + 5] for start in range(0, 12 * 5, 5)]
    assert rows[0] == bytes([100, 3, 3, 3, 3])
    assert rows[4] == bytes([97] * 5)
    assert rows[8] == bytes([8] * 5)


@pytest.mark.parametrize("spoilt", [b"", b"\0" * 8])
def test_addresses_that_are_missing_or_too_many_are_told(spoilt) -> None:
    left, (_, jumps, fields) = split_code(b"\xe8\x10\0\0\0\x90", 0, 1 << 20)
    with pytest.raises(ValueError, match="addresses"):
        join_code(left, (spoilt, jumps, fields), 0)


def test_a_real_program_comes_out_as_it_was_and_its_calls_are_apart() -> None:
    content = a_real_program()
    code = next(part for part in parts(content) if part.kind == "code")
    text = content[code.start : code.stop]
    left, streams = split_code(text, code.address, code.reach)
    assert join_code(left, streams, code.address) == text
    assert len(text) < BLOCK
    calls = struct.unpack(f">{len(streams[0]) // 4}I", streams[0])
    listed = next(part for part in parts(content) if part.kind == "frames")
    frames = content[listed.start : listed.stop]
    functions = [begin for begin, _, _ in struct.iter_unpack("<III", frames)]
    assert functions == sorted(functions)
    inside = range(code.address, code.address + code.stop - code.start)
    assert all(begin in inside for begin in functions)
    assert sum(call in inside for call in calls) > 0.9 * len(calls) > 50
    assert join_frames(split_frames(frames)) == frames


def test_parts_lie_in_the_file_and_apart_from_each_other() -> None:
    for content in (a_real_program(), stand_in("tiny.dll", ["one"], STOPS)):
        places = [place for part in parts(content) for place in (part.start, part.stop)]
        assert places == sorted(places)
        assert places[-1] <= len(content)


@given(st.binary(max_size=600), st.integers(0, 600))
def test_what_is_no_library_or_is_cut_has_parts_inside_it_or_none(noise, length) -> None:
    for content in (noise, b"MZ" + noise, stand_in("tiny.dll", ["one"], STOPS)[:length]):
        assert all(0 <= part.start < part.stop <= len(content) for part in parts(content))
