"""CSV, TSV and what people make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.texttables import read_text_table

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.ingest.source import Source


def _read(folder: Path, text: str | bytes) -> Source:
    path = folder / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_text_table(path, name="t.csv")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, sign: str, end: str) -> None:
    """Each delimiter with each line end gives the same cells."""
    source = _read(tmp_path, end.join([f"a{sign}b", f"1{sign}2", f"3{sign}4"]))
    assert source.table.to_numpy().tolist() == [["1", "2"], ["3", "4"]]


def test_quotes_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    """Quoted cells may hold commas, quotes and line ends."""
    source = _read(tmp_path, 'a,b\n"x, ""y""\nz",2\n')
    assert source.table["a"].tolist() == ['x, "y"\nz']


def test_excel_sep_line(tmp_path: Path) -> None:
    """A first line sep=; decides the delimiter and is no head."""
    assert _read(tmp_path, "sep=;\na;b,c\n1;2\n").columns == ("a", "b,c")


def test_titles_above_the_head(tmp_path: Path) -> None:
    """Titles and notes above the head are skipped, and the report says so; rows count from the head."""
    source = _read(tmp_path, "2026年警情台账,,\n填报单位:某所,,\n编号,类别,时间\n1,盗窃,x\n")
    assert source.columns == ("编号", "类别", "时间")
    assert source.row_numbers.tolist() == [1]
    assert any("Line 3" in str(choice) for choice in source.choices)


def test_ragged_rows(tmp_path: Path) -> None:
    """Short rows are filled up, rows with more cells than the head are refused with their number; blank ones skipped."""
    source = _read(tmp_path, "a,b\n1\n\n1,2,3\n1,2,,\n")
    assert source.table.to_numpy().tolist() == [["1", ""], ["1", "2"]]
    assert source.row_numbers.tolist() == [1, 4]
    assert source.refused == ((3, "1,2,3"),)


def test_repeated_and_empty_heads(tmp_path: Path) -> None:
    """Columns of the same name, or of none, are told apart."""
    assert _read(tmp_path, "a,a,,b\n1,2,3,4\n").columns == ("a", "a (2)", "column 3", "b")


def test_line_without_end_is_refused(tmp_path: Path) -> None:
    """Sixty megabytes of one line are refused."""
    with pytest.raises(InputError, match="line of 60 MB"):
        _read(tmp_path, b"a," * (30 * 1024**2))


def test_a_gigabyte_is_refused(tmp_path: Path) -> None:
    """A file over the limit is refused by its size, unread."""
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(1024**3)
    with pytest.raises(InputError, match="too large"):
        read_text_table(path, name="big.csv")


def test_lone_quotation_mark(tmp_path: Path) -> None:
    """A mark without partner swallows no rows: each line is a row again, and the line at fault is named."""
    source = _read(tmp_path, 'a,b,c\n1,2,3\n"4,5,6\n7,"8,8",9\n10,11,12\n')
    assert source.table.to_numpy().tolist() == [["1", "2", "3"], ["4", "5", "6"], ["7", "8,8", "9"], ["10", "11", "12"]]
    assert [number for number, _ in source.mended] == [2]


def test_cells_of_several_lines(tmp_path: Path) -> None:
    """A long remark with commas and line ends stays one cell."""
    source = _read(tmp_path, 'a,b,c\n1,"x, y\nz, w, u\nv",3\n4,5,6\n')
    assert source.table.to_numpy().tolist() == [["1", "x, y\nz, w, u\nv", "3"], ["4", "5", "6"]]
    assert source.mended == ()
