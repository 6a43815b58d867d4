"""Tables of sites with the defects that people and programs put into them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.ingest.corpus.truth import Spot, in_system

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["BOOKS_ONLY", "CELL_DEFECTS", "DEGREES_ONLY", "METRIC_ONLY", "NOT_BIG5", "TEXT_ONLY", "Sheet", "make_sheet"]


@dataclass
class Sheet:
    """
    A table, and what must come of it.

    Parameters
    ----------
    head : list of str
        Names of the columns.
    rows : list of list
        Cells; x and y are the columns 3 and 4.
    expected : list of Spot
        The rows that must be taken.
    lost : int
        How many rows must be rejected.
    above : list of list
        Rows above the head.
    delimiter, end, prefix : str
        How a text file parts cells and lines, and what stands before all.
    cover : bool
        Whether a workbook has a sheet of notes before.
    may_refuse : bool
        Whether a refusal with a reason is as good.
    """

    head: list[str]
    rows: list[list[Any]]
    expected: list[Spot]
    lost: int = 0
    above: list[list[Any]] = field(default_factory=list)
    delimiter: str = ""
    end: str = "\r\n"
    prefix: str = ""
    cover: bool = False
    may_refuse: bool = False


def make_sheet(spots: list[Spot], system: str, *, traditional: bool = False) -> Sheet:
    """Make a table without a defect, its head in simplified or traditional characters."""
    xy = in_system(np.array([[spot.lon, spot.lat] for spot in spots]), system)
    metric = xy[0, 0] > 1000
    head = ["编号", "名称", "类型", "X坐标" if metric else "经度", "Y坐标" if metric else "纬度", "备注"]
    if traditional:
        head = ["編號", "名稱", "類型", "X坐標" if metric else "經度", "Y坐標" if metric else "緯度", "備註"]
    rows = [
        [s.id, s.name, s.word, float(x), float(y), f"r{n}"] for n, (s, (x, y)) in enumerate(zip(spots, xy, strict=True))
    ]
    return Sheet(head, rows, list(spots))


def _numbers(sheet: Sheet, write: Callable[[float, int], Any]) -> Sheet:
    rows = [[*row[:3], write(row[3], 0), write(row[4], 1), *row[5:]] for row in sheet.rows]
    return replace(sheet, rows=rows)


def _plain(value: float) -> str:
    return f"{value:.3f}" if abs(value) > 1000 else f"{value:.7f}"


def _sixty(value: float) -> tuple[int, int, str]:
    hundredths = round(value * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return degrees, minutes, f"{seconds / 100:.2f}"


def _dms(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, at: "{}°{:02d}'{}\"".format(*_sixty(v)) + "EN"[at])


def _dms_chinese(sheet: Sheet, _rng: random.Random) -> Sheet:
    words = ("東經", "北緯") if sheet.head[0] == "編號" else ("东经", "北纬")
    return _numbers(sheet, lambda v, at: words[at] + "{}度{}分{}秒".format(*_sixty(v)))


def _dms_marks(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: "{}° {}′ {}″".format(*_sixty(v)))


def _dms_colons(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: "{}:{}:{}".format(*_sixty(v)))


def _decimal_comma(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(_numbers(sheet, lambda v, _at: _plain(v).replace(".", ",")), delimiter=";")


def _widened(text: str) -> str:
    """Write ASCII in the full-width forms that Chinese input methods give."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _full_width(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: _widened(_plain(v)))


def _written(pattern: str) -> Callable[[Sheet, random.Random], Sheet]:
    def defect(sheet: Sheet, _rng: random.Random) -> Sheet:
        return _numbers(sheet, lambda v, at: pattern.format(v=_plain(v), way="EN"[at], word="东北"[at]))

    return defect


def _scientific(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: f"{v:.12E}")


def _thousands(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: f"{v:,.3f}")


def _swapped(sheet: Sheet, _rng: random.Random) -> Sheet:
    rows = [[*row[:3], row[4], row[3], *row[5:]] for row in sheet.rows]
    return replace(sheet, rows=rows)


def _bad_numbers(*texts: str) -> Callable[[Sheet, random.Random], Sheet]:
    """Put texts in place of the coordinates of some rows, which must then be rejected."""

    def defect(sheet: Sheet, rng: random.Random) -> Sheet:
        places = rng.sample(range(len(sheet.rows)), len(texts))
        rows = [list(row) for row in sheet.rows]
        for place, text in zip(places, texts, strict=True):
            rows[place][3 + rng.randrange(2)] = text
        kept = [spot for place, spot in enumerate(sheet.expected) if place not in places]
        return replace(sheet, rows=rows, expected=kept, lost=len(texts))

    return defect


def _out_of_range(sheet: Sheet, rng: random.Random) -> Sheet:
    made = _bad_numbers("1e13", "1e12")(sheet, rng)
    return replace(made, may_refuse=True)


def _missing_names(sheet: Sheet, _rng: random.Random) -> Sheet:
    rows = [["", *sheet.rows[0][1:]], *sheet.rows[1:]]
    return replace(sheet, rows=rows, expected=sheet.expected[1:], lost=1, may_refuse=False)


def _same_twice(sheet: Sheet, rng: random.Random) -> Sheet:
    return replace(sheet, rows=[*sheet.rows, list(rng.choice(sheet.rows))])


def _same_id(sheet: Sheet, _rng: random.Random) -> Sheet:
    other = [sheet.rows[0][0], *sheet.rows[1][1:]]
    return replace(sheet, rows=[*sheet.rows, other], lost=1)


def _blank_rows(sheet: Sheet, _rng: random.Random) -> Sheet:
    rows: list[list[Any]] = []
    for place, row in enumerate(sheet.rows):
        rows += [row, [""] * len(row)] if place % 3 else [row]
    return replace(sheet, rows=[*rows, [""] * 6, [""] * 6])


def _title_rows(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, above=[["某区卡口与重点部位一览表", "", "", "", "", ""], ["填报:治安科", "", "", "", "", ""]])


def _two_row_head(sheet: Sheet, _rng: random.Random) -> Sheet:
    upper = [*sheet.head[:3], "位置", "", sheet.head[5]]
    return replace(sheet, above=[upper], head=["", "", "", *sheet.head[3:5], ""])


def _total_row(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, rows=[*sheet.rows, ["合计", len(sheet.rows), "", "", "", ""]], lost=1)


def _footnote(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, rows=[*sheet.rows, ["注:以上数据截至上月底", "", "", "", "", ""]], lost=1)


def _repeated_head(sheet: Sheet, _rng: random.Random) -> Sheet:
    middle = len(sheet.rows) // 2
    return replace(sheet, rows=[*sheet.rows[:middle], list(sheet.head), *sheet.rows[middle:]], lost=1)


def _text_cell(text: str) -> Callable[[Sheet, random.Random], Sheet]:
    """Put a text into the remark of every second row."""

    def defect(sheet: Sheet, _rng: random.Random) -> Sheet:
        return replace(sheet, rows=[[*row[:5], text if n % 2 else row[5]] for n, row in enumerate(sheet.rows)])

    return defect


def _names_like_formulas(sheet: Sheet, _rng: random.Random) -> Sheet:
    texts = ("=1+1", "+86路", "@SUM(A1)", "-2号门", "=cmd|' /C calc'!A0")
    named = [replace(s, name=texts[n % 5] + str(n)) for n, s in enumerate(sheet.expected)]
    rows = [[row[0], s.name, *row[2:]] for row, s in zip(sheet.rows, named, strict=True)]
    return replace(sheet, rows=rows, expected=named)


def _too_many_cells(sheet: Sheet, _rng: random.Random) -> Sheet:
    long = [*sheet.rows[2], "", "x", "y"]
    return replace(
        sheet,
        rows=[*sheet.rows[:2], long, *sheet.rows[3:]],
        expected=[*sheet.expected[:2], *sheet.expected[3:]],
        lost=1,
    )


def _too_few_cells(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, rows=[row[:5] if n % 2 else row for n, row in enumerate(sheet.rows)])


def _other_delimiter(sign: str) -> Callable[[Sheet, random.Random], Sheet]:
    return lambda sheet, _rng: replace(sheet, delimiter=sign)


def _sep_line(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, prefix="sep=;\r\n", delimiter=";")


def _line_end(end: str) -> Callable[[Sheet, random.Random], Sheet]:
    return lambda sheet, _rng: replace(sheet, end=end)


def _blank_columns(sheet: Sheet, _rng: random.Random) -> Sheet:
    rows = [[*row[:3], row[3], row[4], "", "", row[5]] for row in sheet.rows]
    return replace(sheet, head=[*sheet.head[:5], "", "", sheet.head[5]], rows=rows)


def _noisy_head(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, head=[f" {name}\u200b " if n % 2 else f"{name}(必填)" for n, name in enumerate(sheet.head)])


def _invisible(sheet: Sheet, _rng: random.Random) -> Sheet:
    return _numbers(sheet, lambda v, _at: f"\u200b{_plain(v)}\u00a0\ufeff")


def _in_one_cell(pattern: str, name: str) -> Callable[[Sheet, random.Random], Sheet]:
    def defect(sheet: Sheet, _rng: random.Random) -> Sheet:
        rows = [[*row[:3], pattern.format(x=_plain(row[3]), y=_plain(row[4])), row[5]] for row in sheet.rows]
        title = {"经纬度": "經緯度", "坐标": "坐標"}.get(name, name) if sheet.head[0] == "編號" else name
        return replace(sheet, head=[*sheet.head[:3], title, sheet.head[5]], rows=rows)

    return defect


def _pair_full_width(sheet: Sheet, rng: random.Random) -> Sheet:
    made = _in_one_cell("{x},{y}", "坐标")(sheet, rng)
    return replace(made, rows=[[*row[:3], _widened(row[3]), *row[4:]] for row in made.rows])


def _personal(sheet: Sheet, _rng: random.Random) -> Sheet:
    rows = [[*row, "41010119900101123X", "13800138000"] for row in sheet.rows]
    return replace(sheet, head=[*sheet.head, "身份证号", "联系电话"], rows=rows)


def _english_head(sheet: Sheet, _rng: random.Random) -> Sheet:
    places = ("X", "Y") if sheet.head[3].startswith("X") else ("Longitude", "Latitude")
    return replace(sheet, head=["Site ID", "Site Name", "Type", *places, "Remarks"])


def _cover_sheet(sheet: Sheet, _rng: random.Random) -> Sheet:
    return replace(sheet, cover=True)


def _as_is(sheet: Sheet, _rng: random.Random) -> Sheet:
    return sheet


CELL_DEFECTS: Final[dict[str, Callable[[Sheet, random.Random], Sheet]]] = {
    "none": _as_is,
    "swapped": _swapped,
    "dms": _dms,
    "dms_chinese": _dms_chinese,
    "dms_marks": _dms_marks,
    "dms_colons": _dms_colons,
    "decimal_comma": _decimal_comma,
    "full_width": _full_width,
    "hemisphere_after": _written("{v}{way}"),
    "hemisphere_before": _written("{way}{v}"),
    "degree_sign": _written("{v}°"),
    "degree_word": _written("{v}度"),
    "plus_sign": _written("+{v}"),
    "apostrophe": _written("'{v}"),
    "blanks_around": _written("  {v}\t"),
    "text_numbers": _written("{v}"),
    "scientific": _scientific,
    "thousands": _thousands,
    "missing_cells": _bad_numbers("", ""),
    "missing_words": _bad_numbers("无", "-", "NULL", "N/A"),
    "nan_inf": _bad_numbers("NaN", "inf", "-Infinity", "1e999"),
    "words_for_numbers": _bad_numbers("待核实", "#REF!", "??"),
    "out_of_range": _out_of_range,
    "missing_id": _missing_names,
    "same_row_twice": _same_twice,
    "same_id_elsewhere": _same_id,
    "blank_rows": _blank_rows,
    "title_rows": _title_rows,
    "two_row_head": _two_row_head,
    "total_row": _total_row,
    "footnote": _footnote,
    "repeated_head": _repeated_head,
    "long_text": _text_cell("长" * 30_000),
    "line_breaks": _text_cell('第一行\n第二行,"引号"\r\n第三行'),
    "markup": _text_cell("<script>alert('x')</script>&amp;"),
    "rare_signs": _text_cell("𠮷㐂①℃—…"),
    "formulas": _names_like_formulas,
    "too_many_cells": _too_many_cells,
    "too_few_cells": _too_few_cells,
    "semicolons": _other_delimiter(";"),
    "pipes": _other_delimiter("|"),
    "sep_line": _sep_line,
    "unix_ends": _line_end("\n"),
    "old_mac_ends": _line_end("\r"),
    "mixed_ends": _line_end("mixed"),
    "nul_bytes": lambda sheet, rng: replace(_text_cell("a\x00b")(sheet, rng), may_refuse=True),
    "blank_columns": _blank_columns,
    "noisy_head": _noisy_head,
    "invisible_signs": _invisible,
    "pair": _in_one_cell("{x},{y}", "经纬度"),
    "pair_blank": _in_one_cell("{x} {y}", "坐标"),
    "pair_brackets": _in_one_cell("({x}, {y})", "坐标"),
    "pair_full_width": _pair_full_width,
    "wkt": _in_one_cell("POINT ({x} {y})", "WKT"),
    "personal_columns": _personal,
    "english_head": _english_head,
    "cover_sheet": _cover_sheet,
}
"""Defects of tables, by name."""

DEGREES_ONLY: Final = frozenset(
    {
        "dms",
        "dms_chinese",
        "dms_marks",
        "dms_colons",
        "hemisphere_after",
        "hemisphere_before",
        "degree_sign",
        "degree_word",
    }
)
METRIC_ONLY: Final = frozenset({"thousands"})
TEXT_ONLY: Final = frozenset(
    {"semicolons", "pipes", "sep_line", "unix_ends", "old_mac_ends", "mixed_ends", "nul_bytes", "too_many_cells"}
)
BOOKS_ONLY: Final = frozenset({"cover_sheet"})
NOT_BIG5: Final = frozenset({"invisible_signs", "formulas", "rare_signs", "dms_marks"})
