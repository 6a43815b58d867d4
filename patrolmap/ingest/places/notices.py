"""The tables and lists in which notices name places: a number, the place, what is recorded there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.ingest.name_matching import plain_name
from patrolmap.ingest.places.names import has_chinese
from patrolmap.ingest.places.reading import looks_like_a_place

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Notice", "NoticeRow", "place_column", "read_grid", "read_lines", "read_rows"]

_STOP: Final = r"[、.．。,，):：)）\]】]"
_NUMBER: Final = re.compile(
    r"^\s*(?:第\s?(?P<first>\d{1,4}|[一二三四五六七八九十百]+)\s?[处个项条号]\s*[、.．:：,，]?\s*|(?:(?:no|№)\s?[.．]?\s?)?(?:"
    rf"(?P<plain>\d{{1,4}}(?:[-–—.]\d{{1,3}})?)(?:\s*{_STOP}\s*(?!\d+\s*(?:米|m\b|公里|千米|km))|\s+|(?=\t|\|))|"
    r"[(（\[【](?P<round>\d{1,4}|[一二三四五六七八九十百]+)[)）\]】]\s*|"
    r"(?P<words>第?[一二三四五六七八九十百]{1,4})\s*[、.．:：]\s*|(?P<ring>[①-⑳㉑-㉟⑴-⒇⒈-⒛])\s*))",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(
    r"^\s*(?P<plain>\d{1,4})(?=[\u3400-\u9fff])(?!国道|省道|县道|乡道|号|米|公里|路|街|大街|大道)"
)
_CELLS: Final = re.compile(r"\s*[|\t]\s*|\s{2,}")
_BLANK: Final = re.compile(r"\s+")
_LIST: Final = re.compile(r"[、,,;;。]")
_SENTENCE: Final = re.compile(r"^.*?[::](?!\d)")
_JOINS_ON: Final = re.compile(r"^(?:[东西南北以向往距][^ ]{0,8}\d|[与和及((、/&—-]|交叉|路口)")
_CROSSING: Final = re.compile(r"交叉路?口|路口|交[汇会叉]处|交口")
_TITLE: Final = re.compile(
    r"^(?:关于.+的)|(?:公告|通告|通知|通报|公示|情况表|统计表|一览表|明细表|汇总表|清单|名单)(?:表|如下)?[:：]?$"
)
_SAID_AFTER: Final = re.compile(
    r"(?:[,，:：;；。]|——|--)\s*(?![东西南北以向往距与和及])|"
    r"(?<=[口处道街路线段侧米])(?:将|已|自|现|拟|另行|新增|设置|安装|启用|实行|进行|采取|禁止)(?![口处道街路线])"
)
_COLUMN_NAMES: Final = (
    "设备设置地点", "设置地点", "安装地点", "设备地点", "点位名称", "点位", "地点", "位置", "路口名称", "路口", "地址", "卡口名称",
    "详细地址", "place", "location", "junction", "intersection", "address", "description", "where",
)  # fmt: skip
_HEADING: Final = re.compile(r"^(?:序号|编号|no\.?|#)(?:\s|\||,|,|$)", re.IGNORECASE)


@dataclass(frozen=True)
class NoticeRow:
    """
    One entry of a notice.

    Parameters
    ----------
    line : int
        Line of the file, or row of the table; from 1.
    number : str
        Its number in the notice; empty without one.
    place : str
        The description of the place.
    recorded : str
        What else the entry says.
    """

    line: int
    number: str
    place: str
    recorded: str


@dataclass(frozen=True)
class Notice:
    """
    What a notice lists.

    Parameters
    ----------
    rows : tuple of NoticeRow
        Its entries.
    skipped : tuple of (int, str)
        Lines that name no place, with their numbers: the text around the list.
    """

    rows: tuple[NoticeRow, ...]
    skipped: tuple[tuple[int, str], ...] = ()


def read_lines(text: str, first_line: int = 1) -> Notice:
    """
    Read a notice that is a text.

    Parameters
    ----------
    text : str
        Lines such as ``1 车站南大街与河北大道交叉口(江南新城路口) 闯红灯``; sentences that list several places count too.
    first_line : int, default 1
        Number of its first line.

    Returns
    -------
    Notice
        Its entries in their order.
    """
    rows: list[NoticeRow] = []
    skipped: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=first_line):
        found = _entries(number, line)
        rows += found
        if not found and line.strip():
            skipped.append((number, line.strip()))
    return Notice(tuple(rows), tuple(skipped))


def read_rows(columns: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[int]) -> Notice:
    """
    Read a notice that is a table.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns.
    cells : sequence of sequences of str
        The rows.
    numbers : sequence of int
        Number of each row as its user counts.

    Returns
    -------
    Notice
        Its entries; a head that itself reads as an entry counts as row 0.
    """
    at = place_column(columns, cells)
    rows: list[NoticeRow] = []
    skipped: list[tuple[int, str]] = []
    head_is_a_row = not _is_heading(columns[at]) and _CROSSING.search(columns[at]) is not None
    given = (
        [(0, list(columns)), *zip(numbers, cells, strict=True)] if head_is_a_row else zip(numbers, cells, strict=True)
    )
    for line, row in given:
        place = row[at].strip()
        others = [cell.strip() for column, cell in enumerate(row) if column != at and cell.strip()]
        first = others[0] if at > 0 and others and re.fullmatch(r"[\w().、-]{1,8}", others[0]) else ""
        recorded = " ".join(others[1:] if first else others)
        if place:
            lead = _NUMBER.match(place) if not first else None
            rows.append(NoticeRow(int(line), first or _numbered(lead), place[lead.end() if lead else 0 :], recorded))
        elif others:
            skipped.append((int(line), " ".join(others)))
    return Notice(tuple(rows), tuple(skipped))


def read_grid(rows: Sequence[Sequence[str]], first_line: int = 1) -> Notice:
    """
    Read a table whose head may stand below a title, or be missing.

    Parameters
    ----------
    rows : sequence of sequences of str
        All rows, the head among them.
    first_line : int, default 1
        Line of the first row.

    Returns
    -------
    Notice
        Its entries.
    """
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    heads = [place for place, row in enumerate(padded[:8]) if any(map(_is_heading, row))]
    names, body = (padded[heads[0]], padded[heads[0] + 1 :]) if heads else ([""] * width, padded)
    if not body:
        return Notice((), ())
    found = read_rows(names, body, range(first_line + len(padded) - len(body), first_line + len(padded)))
    places = tuple(row for row in found.rows if heads or looks_like_a_place(row.place))
    return Notice(places, found.skipped)


def place_column(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """
    Find the column that names the places.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns.
    cells : sequence of sequences of str
        The rows.

    Returns
    -------
    int
        Its place: by its name, else the column of which most cells read as places.
    """
    names = [plain_name(column) for column in columns]
    for wanted in _COLUMN_NAMES:
        for place, name in enumerate(names):
            if name == plain_name(wanted):
                return place
    shares = [sum(looks_like_a_place(row[place]) for row in cells[:200]) for place in range(len(columns))]
    return max(range(len(columns)), key=lambda place: (shares[place], -place))


def _is_heading(name: str) -> bool:
    return plain_name(name) in {plain_name(word) for word in _COLUMN_NAMES}


def _entries(number: int, line: str) -> list[NoticeRow]:
    if not line.strip() or _HEADING.match(line.strip()):
        return []
    if _TITLE.search(line.strip()) and _CROSSING.search(line) is None:
        return []
    lead = _NUMBER.match(line) or _GLUED.match(line)
    rest = line[lead.end() if lead else 0 :].strip()
    several = _listed(rest) if lead is None else []
    if len(several) > 1:
        return [NoticeRow(number, "", place, "") for place in several]
    place, recorded = _split(rest)
    if not looks_like_a_place(place) or (lead is None and _is_prose(place)):
        return []
    return [NoticeRow(number, _numbered(lead), place, recorded)]


def _numbered(lead: re.Match[str] | None) -> str:
    return "" if lead is None else next((value for value in lead.groupdict().values() if value), "")


def _listed(text: str) -> list[str]:
    """Take a sentence that lists several junctions apart."""
    if len(_CROSSING.findall(text)) < 2:
        return []
    pieces = [piece.strip() for piece in _LIST.split(_SENTENCE.sub("", text, count=1))]
    pieces = [_without_remark(piece)[0] for piece in pieces]
    return [piece for piece in pieces if _CROSSING.search(piece) and looks_like_a_place(piece)]


def _split(text: str) -> tuple[str, str]:
    """Part the place from what is recorded there, by columns if there are any, else by blanks."""
    cells = [cell for cell in _CELLS.split(text) if cell]
    if len(cells) == 1 and has_chinese(text):
        cells = [cell for cell in _BLANK.split(text) if cell]
    start = next((at for at, cell in enumerate(cells) if looks_like_a_place(cell)), 0)
    end = start + 1
    while end < len(cells) and (_JOINS_ON.match(cells[end]) or cells[end - 1][-1:] in "与和及/、&"):
        end += 1
    place, remark = _without_remark(" ".join(cells[start:end]))
    return place, " ".join([*cells[:start], *([remark] if remark else []), *cells[end:]])


def _without_remark(text: str) -> tuple[str, str]:
    """Part what a sentence goes on to say about a place: “… 交叉口,抓拍闯红灯”, “… 路口将于12月1日启用”."""
    for match in _SAID_AFTER.finditer(text):
        before = text[: match.start()]
        if before.count("(") + before.count("（") > before.count(")") + before.count("）"):
            continue
        if looks_like_a_place(before):
            return before.strip(), text[match.start() :].lstrip(",，:：;；。—- ").strip()
    return text, ""


def _is_prose(text: str) -> bool:
    return len(text) > 60 or (re.search(r"[,,。;;::]", text) is not None and _CROSSING.search(text) is None)
