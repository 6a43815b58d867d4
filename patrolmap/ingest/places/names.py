"""One spelling for the names of streets, and the ways in which people vary them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = [
    "DIRECTIONS",
    "canonical",
    "has_chinese",
    "one_edit_apart",
    "other_street",
    "route_number",
    "spelling",
    "splits",
    "whole_number",
    "without_side",
]

DIRECTIONS: Final = "东西南北中"
"""Characters that tell parts of a street, or parallel streets, apart."""

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_DIGITS: Final = {
    sign: value
    for value, signs in enumerate(["零〇", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for sign in signs
}
_NUMERAL: Final = re.compile(r"[零〇一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]+")
_ORDINAL: Final = re.compile(r"第(?=[\d])")
_NOISE: Final = re.compile(r"[\s·•・'’`\"“”]+")
_FAMILIES: Final = (
    ("高速公路", "高速"), ("快速通道", "快速路"), ("快速路", "快速路"), ("高架路", "高架"), ("高架桥", "高架"), ("环路", "环"),
    ("大街", "大街"), ("大道", "大道"), ("公路", "公路"), ("高速", "高速"), ("高架", "高架"), ("胡同", "胡同"), ("路", "路"),
    ("街", "街"), ("道", "道"), ("巷", "巷"), ("弄", "弄"), ("线", "线"), ("桥", "桥"), ("环", "环"),
)  # fmt: skip
_ROUTES: Final = {"国道": "G", "省道": "S", "县道": "X", "乡道": "Y", "村道": "C"}
_ROUTE: Final = (
    re.compile(r"^([gsxyc])0*(\d{1,4})(?:国道|省道|县道|乡道|村道|高速公路|高速|公路|线)?$"),
    re.compile(r"^0*(\d{1,4})(国道|省道|县道|乡道|村道)$"),
    re.compile(r"^(国道|省道|县道|乡道|村道)[gsxyc]?0*(\d{1,4})(?:线|公路)?$"),
)
_WORDS: Final = {
    "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "rd": "road", "blvd": "boulevard", "dr": "drive",
    "ln": "lane", "hwy": "highway", "pkwy": "parkway", "ct": "court", "pl": "place", "sq": "square", "ter": "terrace",
    "cir": "circle", "expy": "expressway", "fwy": "freeway", "tpke": "turnpike", "trl": "trail", "xing": "crossing",
}  # fmt: skip
_COMPASS: Final = {
    "n": "north", "s": "south", "e": "east", "w": "west",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip


def has_chinese(text: str) -> bool:
    """
    Tell whether a text holds Chinese characters.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    bool
        True if so.
    """
    return _CHINESE.search(text) is not None


def spelling(name: str) -> str:
    """
    Keep a name as it is written, but for what no pen makes differ.

    Parameters
    ----------
    name : str
        As people write it.

    Returns
    -------
    str
        Half-width, lower case; Chinese without blanks. Slips are looked for in this form.
    """
    plain = unicodedata.normalize("NFKC", name).lower().strip()
    return _NOISE.sub("", plain) if has_chinese(plain) else canonical(name)


@lru_cache(maxsize=65_536)
def canonical(name: str) -> str:
    """
    Spell a name in the one way in which names are compared.

    Parameters
    ----------
    name : str
        As people write it.

    Returns
    -------
    str
        Half-width, lower case; Chinese without blanks, numerals as digits and without 第 before them; English words
        with common abbreviations written out.
    """
    plain = unicodedata.normalize("NFKC", name).lower().strip()
    if has_chinese(plain):
        return _ORDINAL.sub("", _NUMERAL.sub(lambda match: str(whole_number(match[0])), _NOISE.sub("", plain)))
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    words = re.sub(r"[^\w]+", " ", re.sub(r"['’.]", "", bare)).split()
    return " ".join(_spelt_out(words))


def _spelt_out(words: list[str]) -> list[str]:
    core = len(words) - 1
    while core > 0 and words[core] in {*_COMPASS, *_COMPASS.values()}:
        core -= 1
    spelt = []
    for place, word in enumerate(words):
        if word in _COMPASS and len(words) > 1 and (place == 0 or place > core):
            spelt.append(_COMPASS[word])
        elif word == "st" and place < core:
            spelt.append("saint")
        else:
            spelt.append(_WORDS.get(word, word) if place == core and place > 0 else word)
    return spelt


def whole_number(numeral: str) -> int:
    """
    Read a whole number in Chinese numerals below 1,000.

    Parameters
    ----------
    numeral : str
        Such as ``十七``, ``三百二十``, ``一〇七``.

    Returns
    -------
    int
        Its value.
    """
    plain = numeral.replace("拾", "十").replace("佰", "百").replace("两", "二")
    if not set(plain) & {"十", "百"}:
        return int("".join(str(_DIGITS[sign]) for sign in plain))
    total = current = 0
    for sign in plain:
        if sign in "十百":
            total += (current or 1) * (10 if sign == "十" else 100)
            current = 0
        else:
            current = _DIGITS[sign]
    return total + current


def route_number(name: str) -> str | None:
    """
    Recognise the number of a national, provincial, county or village road in any of its forms.

    Parameters
    ----------
    name : str
        A canonical name, such as ``x054县道``, ``107国道``, ``国道g107``, ``g107``.

    Returns
    -------
    str or None
        Such as ``G107``; None if it is no such number.
    """
    if match := _ROUTE[0].match(name):
        return f"{match[1].upper()}{match[2]}"
    if match := _ROUTE[1].match(name):
        return f"{_ROUTES[match[2]]}{match[1]}"
    if match := _ROUTE[2].match(name):
        return f"{_ROUTES[match[1]]}{match[2]}"
    return None


def splits(name: str) -> tuple[tuple[str, str], ...]:
    """
    Split a Chinese name into its own part and its kind, in every way that its end allows.

    Parameters
    ----------
    name : str
        A canonical name.

    Returns
    -------
    tuple of (str, str)
        Stem and kind, longest kind first: ``航海路`` is (``航海``, ``路``), ``北大街`` is (``北``, ``大街``) or (``北大``, ``街``).
        Kinds that mean the same are one: ``高速公路`` is ``高速``. The name itself and no kind if it ends in none.
    """
    found = [(name[: -len(written)], kind) for written, kind in _FAMILIES if name.endswith(written) and name != written]
    return tuple(found) or ((name, ""),)


def without_side(stem: str) -> str | None:
    """
    Take the part of a street off its name: 航海东 to 航海.

    Parameters
    ----------
    stem : str
        A stem as of `splits`.

    Returns
    -------
    str or None
        The stem of the whole street; None if it names no part, or too little is left.
    """
    return stem[:-1] if len(stem) >= 3 and stem[-1] in DIRECTIONS else None


def one_edit_apart(first: str, second: str) -> bool:
    """
    Tell whether one slip of the pen makes one text of the other.

    Parameters
    ----------
    first, second : str
        Texts.

    Returns
    -------
    bool
        True if they differ by one character replaced, left out, added or exchanged with its neighbour.
    """
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start, end = _common(first, second)
    a, b = first[start : len(first) - end], second[start : len(second) - end]
    return max(len(a), len(b)) <= 1 or (len(a) == len(b) == 2 and a == b[::-1])


def other_street(first: str, second: str) -> bool:
    """
    Tell whether the slip between two texts changes what tells streets apart: a number or a direction.

    Parameters
    ----------
    first, second : str
        Texts that are one edit apart.

    Returns
    -------
    bool
        True for ``经5路`` and ``经6路``, or ``航海东路`` and ``航海西路``: rather another street than a slip.
    """
    start, end = _common(first, second)
    a, b = first[start : len(first) - end], second[start : len(second) - end]
    numbers = {sign for sign in a + b if sign.isdigit() or _NUMERAL.fullmatch(sign)}
    if a and b:
        return len(numbers) == len(a + b) or (set(a) <= set(DIRECTIONS) and set(b) <= set(DIRECTIONS))
    around = first[max(start - 1, 0) : start] + first[len(first) - end :][:1]
    return bool(numbers) and any(sign.isdigit() or _NUMERAL.fullmatch(sign) for sign in around)


def _common(first: str, second: str) -> tuple[int, int]:
    start = 0
    shortest = min(len(first), len(second))
    while start < shortest and first[start] == second[start]:
        start += 1
    end = 0
    while end < shortest - start and first[-1 - end] == second[-1 - end]:
        end += 1
    return start, end
