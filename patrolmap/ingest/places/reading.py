"""A description of a place taken apart: the streets it names, how far from where, and other names of the place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from patrolmap.ingest.places.names import has_chinese, whole_number
from patrolmap.ingest.places.phrasing import rephrased

__all__ = ["Description", "Offset", "Part", "looks_like_a_place", "read_description", "split_offset"]

_BEARING: Final = {"北": 0, "东": 90, "南": 180, "西": 270, "东北": 45, "东南": 135, "西南": 225, "西北": 315}
_ENGLISH_BEARING: Final = {
    "north": 0, "n": 0, "east": 90, "e": 90, "south": 180, "s": 180, "west": 270, "w": 270,
    "northeast": 45, "ne": 45, "southeast": 135, "se": 135, "southwest": 225, "sw": 225, "northwest": 315, "nw": 315,
}  # fmt: skip
_UNIT_M: Final = {"米": 1.0, "m": 1.0, "公里": 1000.0, "千米": 1000.0, "km": 1000.0, "里": 500.0, "华里": 500.0}
_NUMBER: Final = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百]+)"
_WAY: Final = r"(?P<way>东北|东南|西北|西南|东|南|西|北)"
_TAIL: Final = (
    r"(?:(?:由|从)?[东西南北]{1,2}(?:往|向|至)[东西南北]{1,2}(?:方向)?|[东西南北]{1,2}(?:进口道?|出口道?|侧|口|角|面|边|方向)?|"
    r"路[东西南北]侧?|斜?对面|对过|旁边|门[口前]|[一两]侧|处|附近|左右|远|旁|边|口|人行道|非?机动车道|绿化带)*+"
)
_OFFSET: Final = re.compile(
    rf"(?:[,,;;]|以|向|往|朝|的|沿线)*正?{_WAY}(?:侧|面|边|方向|方|向|行|去|段)*(?:约|大约|大概|的)*"
    rf"(?P<number>{_NUMBER})(?P<unit>米|m|公里|千米|km|华里|里){_TAIL}$",
    re.IGNORECASE,
)
_OFFSET_BEFORE: Final = re.compile(
    rf"(?:距离?|离)?(?P<number>{_NUMBER})(?P<unit>米|m|公里|千米|km)(?:处)?(?:以|的)?{_WAY}(?:侧|面|边|方向)?$",
    re.IGNORECASE,
)
_CROSSING: Final = (
    r"(?:交叉路口|交叉口|交岔口|交叉处|交叉点|交汇路口|交汇处|交汇口|交会处|交会口|相交处|相交路口|相交口|路交口|交口|交界处|交界口|交接处|"
    r"十字路口|丁字路口|[TYty][型形]?字?路?口|三岔路口|三叉路口|五叉路口|红绿灯路口|红绿灯|岔路口|岔口|平交道口|平交口|环岛|转盘|立交桥|立交|互通)"
)
_LANDMARK: Final = r"[^\d东西南北路街道巷线与和及至到/、()][^\d路街道巷线与和及至到/、()]{1,19}"
_CROSSING_END: Final = re.compile(rf"^(?P<rest>.+?)(?:的|处)?(?P<word>{_CROSSING})(?P<tail>{_TAIL})$")
_STREET_MOUTH: Final = re.compile(rf"^(?P<rest>.+?)(?P<word>路口|(?<![门出入进])口)(?P<tail>{_TAIL})$")
_BEFORE_LANDMARK: Final = re.compile(
    rf"^(?P<main>.+?(?:{_CROSSING}|路口|\d(?:米|m)(?:处|左右|远)?)){_TAIL}的?[—\-–:,,;]*(?P<inner>(?!{_CROSSING}){_LANDMARK})$"
)
_AFTER_CROSSING: Final = re.compile(
    rf"^(?P<junction>.+?{_CROSSING}|.+?路口)(?:处)?(?:沿|顺|延)?(?P<street>[^与和、]{{2,12}}?)(?:以|向|往)?$"
)
_JOINT: Final = re.compile(r"[与和及跟同]|(?<!附)[靠邻临]?近|[/、&+×*~\-—–・·@∥|]|交(?![叉汇会口接界通])")
_JOINT_AT_JUNCTION: Final = re.compile(rf"{_JOINT.pattern}|[,;至到]|(?<=[路街道巷线])上")
_HOUSE_NUMBER: Final = r"(?:[甲乙丙丁]?\d++|[一二三四五六七八九十百]++)"
_HOUSE: Final = re.compile(
    rf"^(?P<street>.+?)(?P<number>{_HOUSE_NUMBER})(?:[号弄]?[-~–—至到、,之/]?{_HOUSE_NUMBER})*+号(?P<rest>.*)$"
)
_OPENING: Final = re.compile(r"^(?:位于|地处|[在于沿])")
_SIDE: Final = re.compile(r"(?:路|[东西南北]{1,2})(?:侧|边|面)(?:处)?$")
_OTHER_BRACKETS: Final = str.maketrans("〔〕「」『』<>《》〈〉【】[]{}", "()" * 9)
_TRAILING_BRACKET: Final = re.compile(
    r"^(?P<main>.+?)[((\[【](?P<inner>[^()()\[\]【】]+)[))\]】](?P<more>[^()()\[\]【】]*)$"
)
_STREET_IN_BRACKETS: Final = re.compile(
    r"^(?P<main>和?[^()与和及/、]+)\((?P<inner>和?[^()与和及/、]+[路街道巷线])\)路?$"
)
_BRACKETS: Final = re.compile(r"[((\[【]([^()()\[\]【】]*)[))\]】]")
_PLACE_WORDS: Final = re.compile(
    rf"{_CROSSING}|路口|[路街道巷线](?:口|与|和)|(?:(?<!道)路|街|大道|国道|省道|县道|高速)|(?:巷|弄|胡同)(?=\d|[东西南北][侧\d]|$)"
)
_AROUND: Final = re.compile(r"^[\s,。.;、:]+|[\s,。.;、:]+$")
_JOINED: Final = re.compile(r"^(?:[与和同跟及]|(?:靠|邻|临)?近|临)(?=..)")
_BESIDE: Final = re.compile(r"(?:[东西南北]{1,2}[侧角边面]|斜?对面|附近|旁边?|处)+$")
_IS_STREET: Final = re.compile(r"[路街道巷线]$")
_FROM: Final = re.compile(r"^(?:从|自|由|距离?|离)")
_BEFORE_OFFSET: Final = re.compile(r"[,的处]+$")
_ENGLISH_OFFSET: Final = re.compile(
    r"^(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>m|metres?|meters?|km|kilomet(?:re|er)s?)\s+(?P<way>[a-z-]+)\s+(?:of|from)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_ENGLISH_OFFSET_AFTER: Final = re.compile(
    r"^(?P<rest>.+?)[,;]?\s+(?:(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>m|metres?|meters?|km)\s+(?P<way>[a-z-]+)|"
    r"(?P<way2>[a-z-]+)\s+(?P<number2>\d+(?:\.\d+)?)\s*(?P<unit2>m|metres?|meters?|km))$",
    re.IGNORECASE,
)
_ENGLISH_LEAD: Final = re.compile(
    r"^(?:the\s+)?(?:at\s+)?(?:the\s+)?(?:(?:corner|intersection|junction|crossing)\s+of\s+)?", re.IGNORECASE
)
_ENGLISH_TAIL: Final = re.compile(r"[\s,]+(?:intersection|junction|crossing|corner)$", re.IGNORECASE)
_ENGLISH_JOINT: Final = re.compile(r"\s*(?:[&/@+]|\b(?:and|at|x)\b)\s*", re.IGNORECASE)
_ENGLISH_HOUSE: Final = re.compile(r"^\d+[a-z]?(?:-\d+)?\s+(?P<street>\D.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Offset:
    """
    How far from a junction.

    Parameters
    ----------
    distance_m : float
        Metres along the street.
    bearing_deg : float
        Direction, clockwise from north.
    street : str or None, default None
        The street to follow, where the description says so.
    """

    distance_m: float
    bearing_deg: float
    street: str | None = None


@dataclass(frozen=True)
class Part:
    """
    One street as the description names it.

    Parameters
    ----------
    names : tuple of str
        The name, then others given in brackets.
    """

    names: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """
    A description taken apart.

    Parameters
    ----------
    pairs : tuple of (Part, Part)
        The ways in which it may name two streets that meet.
    single : tuple of Part
        The ways in which it may name one street only.
    offset : Offset or None
        Distance from the junction.
    alias : str or None
        Another name of the place, in brackets at the end.
    is_junction : bool
        Whether a word such as 交叉口 says that it is a junction.
    house : bool
        Whether it is a house number.
    details : str
        What was read over, such as 东南角.
    core : str
        The words for the junction alone, if the description is of a junction and has another name for it.
    """

    pairs: tuple[tuple[Part, Part], ...]
    single: tuple[Part, ...]
    offset: Offset | None = None
    alias: str | None = None
    is_junction: bool = False
    house: bool = False
    details: str = ""
    core: str = ""


@dataclass
class _Rest:
    """What is left of a description while it is taken apart."""

    text: str
    offset: Offset | None = None
    alias: str | None = None
    details: str = ""
    is_junction: bool = False
    house: bool = False
    readings: list[str] = field(default_factory=list)


def looks_like_a_place(text: str) -> bool:
    """
    Tell whether a text is likely to name a street or a junction.

    Parameters
    ----------
    text : str
        A cell or a piece of a line.

    Returns
    -------
    bool
        True if it holds a word of streets or junctions.
    """
    if has_chinese(text):
        return _PLACE_WORDS.search(text) is not None
    return _ENGLISH_JOINT.search(text.strip()) is not None and any(sign.isalpha() for sign in text)


def read_description(text: str) -> Description:
    """
    Take a description apart.

    Parameters
    ----------
    text : str
        Such as ``车站南大街与河北大道交叉口(江南新城路口)``, ``A路/B街路口东100米``, ``A St & B Ave``.

    Returns
    -------
    Description
        All readings that its words allow; which of them is meant is for the names of the streets to decide.
    """
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", text))
    return _read_chinese(plain) if has_chinese(plain) else _read_english(" ".join(plain.split()))


def split_offset(text: str) -> tuple[str, Offset] | None:
    """
    Split a description into a place and a distance from it.

    Parameters
    ----------
    text : str
        Such as ``鼓楼购物中心东200米``, ``距市医院西北方向约1.5公里处``, ``200 m east of City Hospital``.

    Returns
    -------
    tuple of (str, Offset) or None
        The words for the place, and how far from it; None if the text does not end or begin with a direction and a
        distance.
    """
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", text))
    rest = _Rest(plain)
    if has_chinese(plain):
        rest.text = rephrased(re.sub(r"\s+", "", plain.translate(_OTHER_BRACKETS)))
        _take_offset(rest)
        rest.text = _FROM.sub("", rest.text) or rest.text
    if rest.offset is None:
        rest.text = " ".join(plain.split())
        _take_english_offset(rest)
    return (rest.text, rest.offset) if rest.offset is not None and rest.text else None


def _read_chinese(plain: str) -> Description:
    rest = _Rest(rephrased(re.sub(r"\s+", "", plain.translate(_OTHER_BRACKETS))))
    _take_alias(rest)
    _take_landmark(rest)
    _take_offset(rest)
    if rest.alias is None:
        _take_alias(rest)
    _take_street_to_follow(rest)
    _take_crossing_words(rest)
    if rest.offset is None and not rest.is_junction and (match := _HOUSE.match(rest.text)):
        rest.readings, rest.house = [match["street"]], True
    rest.readings += [shorter for reading in rest.readings for shorter in _shorter(reading)]
    joint = _JOINT_AT_JUNCTION if rest.is_junction else _JOINT
    pairs = tuple(pair for reading in rest.readings for pair in _pairs(reading, joint))
    if not (rest.is_junction and pairs):
        pairs += _bracket_pairs(rest)
    single = tuple(_part(reading) for reading in rest.readings)
    core = f"{rest.readings[0]}交叉口" if rest.alias and pairs and rest.offset is None else ""
    return Description(pairs, single, rest.offset, rest.alias, rest.is_junction, rest.house, rest.details, core)


def _take_alias(rest: _Rest) -> None:
    match = _TRAILING_BRACKET.match(rest.text)
    if match is None or _JOINT.match(match["more"]):
        return
    words = _CROSSING_END.match("某" + match["more"]) or _STREET_MOUTH.match("某" + match["more"])
    if not match["more"] or _OFFSET.match(match["more"]):
        ended = any(form.search(match["main"]) for form in (_CROSSING_END, _STREET_MOUTH, _OFFSET, _OFFSET_BEFORE))
        if ended or match["more"] or not _JOINT.search(match["main"]):
            rest.alias, rest.text = match["inner"], match["main"] + match["more"]
    elif words is None:
        rest.alias, rest.text = match["inner"], match["main"] + match["more"]


def _take_landmark(rest: _Rest) -> None:
    """Read over what stands there: “… 交叉口江南新城门口”, “… 路口东50米处的公交站”."""
    match = _BEFORE_LANDMARK.match(rest.text)
    if match is None or _CROSSING_END.match(rest.text) or _OFFSET.search(rest.text):
        return
    rest.details, rest.text = match["inner"], rest.text[: match.start("inner")].rstrip("的—-–:,;")
    if rest.alias is None and _JOINT.search(match["main"]) and match["main"][-1] not in "米m处":
        rest.alias = match["inner"]


def _shorter(reading: str) -> list[str]:
    """Leave out words that open a description or name a side of the street; they may also be part of a name."""
    made = {_OPENING.sub("", reading), _SIDE.sub("", reading), _SIDE.sub("", _OPENING.sub("", reading))}
    return sorted(one for one in made if one and one != reading)


def _bracket_pairs(rest: _Rest) -> tuple[tuple[Part, Part], ...]:
    """Read “A路(B街路口)”, “A路(与B街交叉口)”, “A路(近B路)” and “A路路口(B街)”."""
    match = _TRAILING_BRACKET.match(rest.text) if rest.alias is None else None
    main, inner = (match["main"], match["inner"]) if match is not None else (rest.text, rest.alias or "")
    mains = rest.readings if rest.is_junction else list(dict.fromkeys((main, _BESIDE.sub("", main))))
    others = _other_streets(inner, is_junction=rest.is_junction)
    return tuple((_part(one), _part(other)) for one in mains for other in others if one)


def _other_streets(inner: str, *, is_junction: bool) -> tuple[str, ...]:
    """List how the other street may be called that words in brackets give; a bare name counts beside a junction only."""
    mouth = _Rest(inner)
    _take_crossing_words(mouth)
    if not (mouth.is_junction or _JOINED.match(inner) or (is_junction and _IS_STREET.search(inner))):
        return ()
    names = mouth.readings + [_JOINED.sub("", name) for name in mouth.readings]
    return tuple(dict.fromkeys(name for name in (_SIDE.sub("", name) for name in names) if len(name) > 1))


def _take_offset(rest: _Rest) -> None:
    match = _OFFSET.search(rest.text) or _OFFSET_BEFORE.search(rest.text)
    if match is None or match.start() == 0:
        return
    distance = float(match["number"]) if match["number"][0].isdigit() else float(whole_number(match["number"]))
    rest.offset = Offset(distance * _UNIT_M[match["unit"].lower()], float(_BEARING[match["way"]]))
    rest.text = _BEFORE_OFFSET.sub("", rest.text[: match.start()])


def _take_street_to_follow(rest: _Rest) -> None:
    """Read “… 交叉口沿B路” and “… 交叉口X054县道” before a distance."""
    if rest.offset is None or _CROSSING_END.match(rest.text) or _STREET_MOUTH.match(rest.text):
        return
    if match := _AFTER_CROSSING.match(rest.text):
        rest.offset = Offset(rest.offset.distance_m, rest.offset.bearing_deg, match["street"])
        rest.text = match["junction"]


def _take_crossing_words(rest: _Rest) -> None:
    if match := _CROSSING_END.match(rest.text):
        rest.is_junction, rest.details = True, match["tail"]
        rest.readings = [match["rest"]]
        mouth = _STREET_MOUTH.match(match["rest"])
        if mouth and mouth["word"] == "口":
            rest.readings.append(mouth["rest"])
    elif match := _STREET_MOUTH.match(rest.text):
        rest.is_junction, rest.details = True, match["tail"]
        rest.readings = [match["rest"] + "路", match["rest"]] if match["word"] == "路口" else [match["rest"]]
    else:
        rest.readings = [rest.text]


def _pairs(reading: str, joint: re.Pattern[str]) -> tuple[tuple[Part, Part], ...]:
    """Split at every word that may join two streets, also where the word may be part of a name."""
    hidden = _BRACKETS.sub(lambda match: "\0" * len(match[0]), reading)
    found = []
    for match in joint.finditer(hidden):
        left, right = reading[: match.start()], reading[match.end() :]
        if left and right:
            found.append((_part(left), _part(right)))
    if both := _STREET_IN_BRACKETS.match(reading):
        found.append((_part(both["main"]), _part(both["inner"])))
    return tuple(found)


def _part(text: str) -> Part:
    inner = [name for name in _BRACKETS.findall(text) if name]
    return Part(tuple(name for name in (_BRACKETS.sub("", text), *inner) if name))


def _read_english(plain: str) -> Description:
    rest = _Rest(plain)
    if match := _TRAILING_BRACKET.match(plain):
        rest.alias, rest.text = match["inner"], (match["main"] + match["more"]).strip()
    rest.text = _ENGLISH_TAIL.sub("", rest.text)
    _take_english_offset(rest)
    text = _ENGLISH_TAIL.sub("", _ENGLISH_LEAD.sub("", rest.text))
    pairs = []
    for match in _ENGLISH_JOINT.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if left and right:
            pairs.append((_part(left), _part(right)))
    house = _ENGLISH_HOUSE.match(text) if not pairs else None
    single = (_part(house["street"]),) if house else (_part(text),)
    return Description(tuple(pairs), single, rest.offset, rest.alias, bool(pairs), house is not None)


def _take_english_offset(rest: _Rest) -> None:
    for match in (_ENGLISH_OFFSET.match(rest.text), _ENGLISH_OFFSET_AFTER.match(rest.text)):
        values = match.groupdict() if match else {}
        way = (values.get("way") or values.get("way2") or "").lower().replace("-", "")
        if way in _ENGLISH_BEARING:
            number = float(values.get("number") or values["number2"])
            unit = (values.get("unit") or values["unit2"]).lower()
            rest.offset = Offset(number * (1000.0 if unit.startswith("k") else 1.0), float(_ENGLISH_BEARING[way]))
            rest.text = values["rest"]
            return
