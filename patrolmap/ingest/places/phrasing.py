"""Ways of saying the same place, brought to the one that `patrolmap.ingest.places.reading` takes apart."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["rephrased"]

_QUOTES: Final = re.compile(r"[“”„\"‘’]")
_MEET: Final = r"(?:交叉|相交|交汇|交会|交接|交界)"
_MEETING_OF: Final = re.compile(
    rf"^(?P<lead>.*?)[与和同跟](?P<first>和?[^()与和]+?){_MEET}的(?P<second>和?[^()与和]+)$"
)
_MEETING_PLACE: Final = re.compile(rf"的?{_MEET}的(?:十字|丁字|[Tt]字)?(?:路口|地方|位置|口)")
_UPON: Final = re.compile(r"(?<=[路街道巷线])上(?=[与和])")
_DISTANCE: Final = (
    r"[,以向往朝距约]*正?(?:东北|东南|西北|西南|[东南西北])(?:侧|面|边|方向|方|向|行)?约?"
    r"[\d.零〇一二两三四五六七八九十百]+(?:公里|千米|华里|米|里|km|m)[^()]*"
)
_DISTANCE_IN_BRACKETS: Final = re.compile(rf"\(({_DISTANCE})\)(?=$|\()", re.IGNORECASE)
_OTHER_STREET: Final = re.compile(
    rf"^(?P<street>和?[^()与和及/、]+)\((?:[与和同跟]|(?:靠|临)?近)?(?P<other>和?[^()与和及/、]+?)"
    rf"(?P<mouth>{_MEET}(?:路口|口|处|点)|路口)(?P<rest>{_DISTANCE}|处|附近|[东南西北]{{1,2}}[侧角面边口]?)?\)$",
    re.IGNORECASE,
)
_MOUTH: Final = re.compile(r"(?<=[路街道巷线])(?:路?口|交叉口)$")
_MET_IN_BRACKETS: Final = re.compile(
    rf"^(?P<street>和?[^()与和及/、]+)\([与和](?P<other>和?[^()与和及/、]+?){_MEET}(?:路口|口|处|点)?\)$"
)


_STREET_BEFORE: Final = re.compile(
    r"^\((?P<street>和?[^()与和及/、]+[路街道巷线])\)(?P<rest>和?[^()与和及/、]+口[^()与和及/、]*)$"
)


def rephrased(text: str) -> str:
    """
    Bring a description to a common form.

    Parameters
    ----------
    text : str
        Chinese, without blanks, its brackets and digits those of ASCII.

    Returns
    -------
    str
        “A路与B路交叉口西50米” for “A路(B路交叉口西50米)”, “(A路与B路交叉口)”, “A路与B路交叉口(西50米)”, “与A路交汇的B路口”; texts
        of another form as they are.
    """
    plain = _unwrapped(_QUOTES.sub("", text))
    plain = _MEETING_PLACE.sub("交叉口", _UPON.sub("", plain))
    plain = _DISTANCE_IN_BRACKETS.sub(r"\1", plain)
    if match := _MEETING_OF.match(plain):
        plain = f"{match['lead']}{match['first']}与{match['second']}"
    if match := _STREET_BEFORE.match(plain):
        return f"{match['street']}与{match['rest']}"
    if match := _MET_IN_BRACKETS.match(plain):
        return f"{_MOUTH.sub('', match['street'])}与{match['other']}交叉口"
    match = _OTHER_STREET.match(plain)
    if match is not None and (match["rest"] or match["mouth"] != "路口"):
        street = _MOUTH.sub("", match["street"])
        return f"{street}与{match['other']}{match['mouth']}{match['rest'] or ''}"
    return plain


def _unwrapped(text: str) -> str:
    """Take away brackets that hold all of a text."""
    while len(text) > 2 and text[0] == "(" and text[-1] == ")" and text.find(")") == len(text) - 1:
        text = text[1:-1]
    return text
