"""Which streets a written name may mean, and how sure that is."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.places.names import (
    canonical,
    has_chinese,
    one_edit_apart,
    other_street,
    route_number,
    spelling,
    splits,
    without_side,
)
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["NameMatch", "Street", "StreetNames"]

_VARIED: Final = frozenset({"路", "街", "大街", "大道", "道", "快速路", "公路"})
_SEVERAL: Final = re.compile(r"[;;]|(?<=[^\d\W])\s*/\s*(?=[^\d\W])")
_DISTRICT: Final = re.compile(r"^.+(?:省|市|区|县|镇|乡|街道|村|办事处)$")
_SECTION: Final = re.compile(r"^[东西南北中前后上下]?段$")
_EXACT, _SAME, _SUFFIX, _LEFTOVER, _PART, _SLIP, _OTHER = 1.0, 0.97, 0.88, 0.72, 0.7, 0.7, 0.35
_SHORTEST_SLIP: Final = 3
_BEHIND_DISTRICT: Final = 0.97


@dataclass(frozen=True, eq=False)
class Street:
    """
    All edges of one name.

    Parameters
    ----------
    title : str
        The name as the project has it.
    edges : (k,) int64 array
        Its edges in the graph.
    """

    title: str
    edges: NDArray[np.int64]


@dataclass(frozen=True)
class NameMatch:
    """
    A street that a written name may mean.

    Parameters
    ----------
    street : int
        Place in `StreetNames.streets`.
    score : float
        0 to 1; 1 is the name itself.
    reason : Message or None
        How the name differs; None if it does not.
    whole : bool, default True
        Whether nothing else stands in the text but a district or a section.
    """

    street: int
    score: float
    reason: Message | None = None
    whole: bool = True


class StreetNames:
    """
    The names of a street graph, in all their variants.

    Parameters
    ----------
    graph : StreetGraph
        The streets; their ``name`` and ``ref``.
    """

    def __init__(self, graph: StreetGraph) -> None:
        self.graph = graph
        self.streets, keys = _streets(graph)
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._same: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._stems: dict[str, set[int]] = defaultdict(set)
        self._wholes: dict[str, set[int]] = defaultdict(set)
        self._near: dict[str, set[str]] = defaultdict(set)
        self._spelt: dict[str, set[int]] = defaultdict(set)
        self._routes: dict[str, set[int]] = defaultdict(set)
        for number, key in enumerate(keys):
            self._add(number, key)
            self._add_for_slips(number, {key, spelling(self.streets[number].title)})
        self._longest = max(map(len, self._exact), default=0)

    def _add(self, number: int, key: str) -> None:
        route = route_number(key)
        if route is not None:
            self._routes[route].add(number)
        self._exact[key].add(number)
        for stem, kind in splits(key) if has_chinese(key) else ():
            self._same[stem, kind].add(number)
            if kind in _VARIED:
                self._stems[stem].add(number)
                whole = without_side(stem)
                if whole is not None:
                    self._wholes[whole].add(number)

    def _add_for_slips(self, number: int, forms: set[str]) -> None:
        for form in forms:
            self._spelt[form].add(number)
            for shorter in _deletions(form):
                self._near[shorter].add(form)

    def match(self, written: str) -> tuple[NameMatch, ...]:
        """
        Find the streets that a written name may mean.

        Parameters
        ----------
        written : str
            The name alone, or with little around it.

        Returns
        -------
        tuple of NameMatch
            Best first, each street once. A name that exists as it is written is never taken for a slip of another.
        """
        key = canonical(written)
        found: dict[int, NameMatch] = {}
        for match in self._tiers(key, written):
            known = found.get(match.street)
            if known is None or match.score > known.score:
                found[match.street] = match
        return tuple(sorted(found.values(), key=lambda match: (-match.score, match.street)))

    def _tiers(self, key: str, written: str) -> Iterator[NameMatch]:
        if not key:
            return
        exact = self._plain(key)
        if exact:
            yield from (NameMatch(street, _EXACT) for street in exact)
        else:
            yield from self._within(key, written)
        if has_chinese(key):
            yield from self._variants(key, written)
        if not exact:
            yield from self._slips(key, written)
            yield from self._behind_district(key)

    def _behind_district(self, key: str) -> Iterator[NameMatch]:
        """Look for variants and slips of what follows a district's name."""
        cuts = (place for place in range(len(key) - _SHORTEST_SLIP, 2, -1) if _DISTRICT.match(key[:place]))
        place = next(cuts, None)
        if place is not None and key[place - 1] in "省市区县旗镇乡":
            for tier in (self._variants, self._slips):
                for match in tier(key[place:], key[place:]):
                    yield replace(match, score=match.score * _BEHIND_DISTRICT)
        if key[-3:-2] and key[-3] in "省市区县旗镇乡" and _DISTRICT.match(key[:-2]):
            reason = N_("“{street}” was taken out of “{written}”.")
            yield from self._because(self._plain(key[-2:]), _SAME, reason, key)

    def _plain(self, key: str) -> set[int]:
        route = route_number(key)
        same = self._same.get(splits(key)[0], set()) if has_chinese(key) else set()
        return self._exact.get(key, set()) | same | (self._routes.get(route, set()) if route else set())

    def _variants(self, key: str, written: str) -> Iterator[NameMatch]:
        for stem, kind in splits(key):
            if kind not in _VARIED and (kind or len(stem) < 2):
                continue
            score = _SUFFIX if len(stem) >= 2 else _PART
            reason = N_("“{written}” was read as “{street}”: only the kind of street differs.")
            yield from self._because(self._stems.get(stem, ()), score, reason, written)
            reason = N_("“{written}” was read as “{street}”, a part of it.")
            yield from self._because(self._wholes.get(stem, ()), _PART, reason, written)
            whole = without_side(stem)
            if whole is not None and kind:
                reason = N_("“{written}” was read as “{street}”, which it is a part of.")
                yield from self._because(self._stems.get(whole, ()), _PART, reason, written)

    def _within(self, key: str, written: str) -> Iterator[NameMatch]:
        """Look for a known name at either end; a district before it and a section after it say little."""
        for size in range(min(len(key) - 1, self._longest), 2 if has_chinese(key) else 4, -1):
            front, back = self._plain(key[-size:]), self._plain(key[:size])
            if not has_chinese(key):
                front = front if key[-size - 1] == " " else set()
                back = back if key[size] == " " else set()
            reason = N_("“{street}” was taken out of “{written}”.")
            certain = _SAME if _DISTRICT.match(key[:-size]) else _LEFTOVER
            yield from self._because(front, certain, reason, written)
            certain = _SAME if _SECTION.match(key[size:]) else _LEFTOVER
            yield from self._because(back, certain, reason, written)
            if front or back:
                return

    def _slips(self, key: str, written: str) -> Iterator[NameMatch]:
        """Look for slips as the name is written first, then with its numerals as digits."""
        reason = N_("“{written}” was read as “{street}”, a slip of one character.")
        other = N_("“{written}” is not known; “{street}” differs by a number or a direction.")
        for form in dict.fromkeys((spelling(written), key)):
            if len(form) < _SHORTEST_SLIP:
                continue
            near = set[str]().union(*(self._near.get(shorter, set()) for shorter in _deletions(form)))
            slips = [known for known in sorted(near) if len(known) >= _SHORTEST_SLIP and one_edit_apart(form, known)]
            for known in slips:
                wrong = other_street(form, known)
                score, text = (_OTHER, other) if wrong else (_SLIP, reason)
                yield from self._because(self._spelt[known], score, text, written)
            if slips:
                return

    def _because(self, streets: Iterable[int], score: float, reason: str, written: str) -> Iterator[NameMatch]:
        for street in streets:
            values = {"written": written, "street": self.streets[street].title}
            yield NameMatch(street, score, Message(reason, values), whole=score != _LEFTOVER)


def _streets(graph: StreetGraph) -> tuple[tuple[Street, ...], list[str]]:
    """Group edges by each of their names and numbers; an edge may have several."""
    import pandas as pd

    groups: dict[str, list[int]] = defaultdict(list)
    titles: dict[str, str] = {}
    for column in ("name", "ref"):
        for value, edges in pd.Series(np.arange(graph.edge_count)).groupby(graph.edges[column].to_numpy(dtype=object)):
            for title in _SEVERAL.split(str(value)) if value else ():
                key = canonical(title)
                if key:
                    titles.setdefault(key, title.strip())
                    groups[key].extend(edges.tolist())
    keys = list(groups)
    return tuple(Street(titles[key], np.unique(np.array(groups[key], dtype=np.int64))) for key in keys), keys


def _deletions(key: str) -> set[str]:
    """List a text and all that is left of it without one character: two texts one edit apart share one of these."""
    return {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}
