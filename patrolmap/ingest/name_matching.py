"""How well a column's name fits a field."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["RECOGNISED", "bracketed", "name_scores", "plain_name", "recognised_fields"]

RECOGNISED: Final = 0.6
"""From this score on a name is taken for a field's."""

_BRACKETS: Final = re.compile(r"[(\[{【〔<《]([^)\]}】〕>》]*)[)\]}】〕>》]")
_TOKENS: Final = re.compile(r"[a-zà-öø-ÿ]+|\d+|[\u3400-\u9fff]+")
_SIMPLIFIED: Final = str.maketrans(
    "編號稱類點經緯標註備時間發案報警況區縣鄉鎮級別單責員隊長電話機戶數環圈層網戰術寬長車號線橋離責備屬轄緯門診參與從結節終術積體實際運輸質東崗關證聯繫樓處內醫學廣場檢負護碼詳資訊組義願設規個維業種狀態開來權項銀歸執邏駐園鐵專災竊盜搶騙",
    "编号称类点经纬标注备时间发案报警况区县乡镇级别单责员队长电话机户数环圈层网战术宽长车号线桥离责备属辖纬门诊参与从结节终术积体实际运输质东岗关证联系楼处内医学广场检负护码详资讯组义愿设规个维业种状态开来权项银归执逻驻园铁专灾窃盗抢骗",
)
"""Traditional characters that occur in names of columns, to the simplified ones by which the names are known."""
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """
    Strip a name to its letters, digits and Hanzi.

    Parameters
    ----------
    name : str
        Any column name.

    Returns
    -------
    str
        Lower case, half width, without blanks, signs and brackets' contents.
    """
    return "".join(_tokens(name))


def bracketed(name: str) -> str:
    """
    Return what a name has in brackets, where units often stand.

    Parameters
    ----------
    name : str
        Any column name.

    Returns
    -------
    str
        Lower-case contents of the first brackets; empty without brackets.
    """
    match = _BRACKETS.search(unicodedata.normalize("NFKC", name))
    return match[1].strip().lower() if match else ""


def name_scores(columns: Sequence[str], names: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str], float]:
    """
    Score every column against every field.

    Parameters
    ----------
    columns : sequence of str
        Column names.
    names : mapping of str to tuple of str
        For each field its names, as in `patrolmap.ingest.column_names`.

    Returns
    -------
    dict of (str, str) to float
        (field, column) to score, 0 to 1; only pairs above 0. 1 is the same name, from `RECOGNISED` on the field's name
        makes up a good part of the column's.
    """
    scores = {}
    for field, known in {**names, **{field: (field, *known) for field, known in names.items()}}.items():
        for column in columns:
            best = max(_score(column, candidate) - 0.001 * place for place, candidate in enumerate(known))
            if best > 0:
                scores[field, column] = best
    return scores


def recognised_fields(columns: Sequence[str], names: Mapping[str, tuple[str, ...]]) -> int:
    """
    Count the fields that have a column with a recognised name.

    Parameters
    ----------
    columns : sequence of str
        Column names.
    names : mapping of str to tuple of str
        For each field its names.

    Returns
    -------
    int
        Number of fields.
    """
    return len({field for (field, _), score in name_scores(columns, names).items() if score >= RECOGNISED})


@lru_cache(maxsize=4096)
def _tokens(name: str) -> tuple[str, ...]:
    half_width = unicodedata.normalize("NFKC", name).translate(_SIMPLIFIED)
    outside = _BRACKETS.sub(" ", half_width)
    return tuple(_TOKENS.findall(_CAMEL.sub(" ", outside).lower()))


@lru_cache(maxsize=65536)
def _score(column: str, known: str) -> float:
    have, want = _tokens(column), _tokens(known)
    joined, wanted = "".join(have), "".join(want)
    if not joined or not wanted:
        return 0.0
    if joined == wanted or "".join(_TOKENS.findall(column.lower().translate(_SIMPLIFIED))) == wanted:
        return 1.0
    share = len(wanted) / len(joined)
    if not wanted.isascii():
        if len(wanted) < 2 or wanted not in joined:
            return 0.0
        return 0.5 + 0.4 * share if joined.endswith(wanted) else 0.35 + 0.5 * share  # the last word says what it is
    whole_words = any(have[i : i + len(want)] == want for i in range(len(have) - len(want) + 1))
    return 0.5 + 0.4 * share if whole_words and len(wanted) >= 3 else 0.0
