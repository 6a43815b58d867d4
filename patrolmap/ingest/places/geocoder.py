"""From descriptions of places to places on the project's own streets, offline, with the reason of each."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.ingest.places.answers import PLACED, Candidate, PlaceAnswer, PlaceStatus, Precision
from patrolmap.ingest.places.junctions import Junction, Junctions, Meeting
from patrolmap.ingest.places.offsets import walk
from patrolmap.ingest.places.reading import Description, read_description
from patrolmap.ingest.places.sections import middle_between, read_kilometre_post, read_section
from patrolmap.ingest.places.street_names import NameMatch, StreetNames
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.ingest.places.reading import Offset, Part
    from patrolmap.streets.network import StreetGraph

__all__ = ["Geocoder"]

_MEETING_SCORE: Final = {Meeting.NODE: 1.0, Meeting.LEVELS: 0.9, Meeting.GAP: 0.85}
_RIVAL: Final = 0.85
_ONE_PLACE_M: Final = 40.0
_LARGE_M: Final = 100.0
_PAIRS_TRIED: Final = 60
_BRACKET_SCORE: Final = 0.95
_UNJOINED_SCORE: Final = 0.9
_STREET_SCORE: Final = 0.3
_PARTS_SCORE: Final = 0.75
_TURN_DEG: Final = 20.0

_Pair = tuple[float, NameMatch, NameMatch]


class Geocoder:
    """
    Places by their descriptions.

    Parameters
    ----------
    graph : StreetGraph
        The streets; their names are all that is known.
    """

    def __init__(self, graph: StreetGraph) -> None:
        self._graph = graph
        self._names = StreetNames(graph)
        self._junctions = Junctions(self._names)
        self._aliases: dict[str, str] = {}
        self._matched: dict[str, tuple[NameMatch, ...]] = {}

    def find(self, text: str) -> PlaceAnswer:
        """
        Find the place that a description means.

        Parameters
        ----------
        text : str
            The description.

        Returns
        -------
        PlaceAnswer
            The place, those to choose among, or why there is none. A name that an earlier description of the same
            geocoder gave to its place, in brackets, is known afterwards.
        """
        special = self._by_section(text) or self._by_kilometre(text)
        if special is not None:
            return special
        described = read_description(text)
        answer = self._by_streets(text, described)
        if answer.status is PlaceStatus.FAILED and not described.pairs:
            answer = self._by_alias(text) or answer
        if answer.status is PlaceStatus.FAILED and described.alias:
            answer = self._by_bracket(text, described, answer)
        answer = replace(answer, alias=described.alias)
        if described.alias and described.core and answer.place is not None:
            self._aliases.setdefault(described.alias, described.core)
        return answer

    def _by_section(self, text: str) -> PlaceAnswer | None:
        """Find the middle of a section between two streets; None unless all three are known and meet."""
        section = read_section(text)
        found: list[Candidate] = []
        for name, start in section.streets if section is not None else ():
            matches = [self._match_name(part) for part in (name, start, section.to if section else "")]
            for street, first, second in product(*(tuple(one for one in part if one.whole) for part in matches)):
                score = street.score * first.score * second.score
                if len({street.street, first.street, second.street}) == 3 and score >= PLACED:
                    found += self._section_of(score, street, first, second)
        return _decided(text, sorted(found, key=lambda candidate: -candidate.confidence)) if found else None

    def _section_of(self, score: float, street: NameMatch, first: NameMatch, second: NameMatch) -> list[Candidate]:
        ends = [self._junctions.between(street.street, one.street) for one in (first, second)]
        middle = middle_between(self._graph, self._names.streets[street.street], *ends)
        if middle is None:
            return []
        titles = tuple(self._names.streets[one.street].title for one in (street, first, second))
        text = N_("The middle of {street} between {first} and {second}.")
        reasons = [Message(text, dict(zip(("street", "first", "second"), titles, strict=True)))]
        reasons += [one.reason for one in (street, first, second) if one.reason is not None]
        x_m, y_m, spread_m = middle
        confidence = _BRACKET_SCORE * score
        return [Candidate(x_m, y_m, confidence, titles, tuple(reasons), Precision.SECTION, spread_m)]

    def _by_kilometre(self, text: str) -> PlaceAnswer | None:
        """Name the road of a kilometre post; where its kilometres begin no street layer tells, so nothing is guessed."""
        post = read_kilometre_post(text)
        matches = [one for one in self._match_name(post.street) if one.whole and one.score >= PLACED] if post else []
        if post is None or not matches:
            return None
        hint = self._middle(max(matches, key=lambda one: (one.score, -one.street)))
        values = {"street": hint.streets[0], "at_km": f"{post.at_m / 1000:g}"}
        said = Message(
            N_(
                "Kilometre {at_km} of {street}: the streets do not say where its kilometres begin; measure from a junction."
            ),
            values,
        )
        return PlaceAnswer(text, PlaceStatus.FAILED, (hint,), (said,))

    def _by_alias(self, text: str) -> PlaceAnswer | None:
        """Put in the words of the earlier description, so that a distance from the place can follow."""
        compact = "".join(text.split())
        for alias in sorted(self._aliases, key=len, reverse=True):
            if compact.startswith(alias):
                meant = self._aliases[alias] + compact[len(alias) :]
                answer = self._by_streets(text, read_description(meant))
                if answer.place is None:
                    return None
                said = Message(N_("An earlier description gave the name “{alias}” to this place."), {"alias": alias})
                place = answer.place
                known = replace(place, reasons=(said, *place.reasons), confidence=place.confidence * _BRACKET_SCORE)
                return PlaceAnswer(text, PlaceStatus.FOUND, (known,), known.reasons)
        return None

    def _by_bracket(self, text: str, described: Description, before: PlaceAnswer) -> PlaceAnswer:
        inner = read_description(described.alias or "")
        answer = self._by_streets(text, inner) if inner.pairs else before
        if answer.place is None:
            return before
        said = Message(N_("Found by the words in brackets."))
        place = answer.place
        sure = replace(place, confidence=place.confidence * _BRACKET_SCORE, reasons=(said, *place.reasons))
        return PlaceAnswer(text, PlaceStatus.FOUND, (sure,), sure.reasons)

    def _by_streets(self, text: str, described: Description) -> PlaceAnswer:
        pairs = self._pairs(described)
        found = self._candidates(pairs, described)
        if not found and not (pairs and pairs[0][0] >= PLACED):
            unjoined = self._unjoined(described)
            pairs, found = pairs or unjoined, self._candidates(unjoined, described)
        if found:
            return _decided(text, found)
        if pairs and (described.pairs or described.is_junction):
            return self._unmet(text, pairs)
        return self._street_only(text, described)

    def _pairs(self, described: Description) -> list[_Pair]:
        """List pairs of streets that the description may name, best first; several readings may share a pair."""
        best: dict[tuple[int, int], _Pair] = {}
        for left, right in described.pairs:
            self._collect(best, self._match(left), self._match(right), 1.0)
        return _ranked(best)

    def _unjoined(self, described: Description) -> list[_Pair]:
        """List pairs of names that stand side by side without a word between them; one of the two must be certain."""
        best: dict[tuple[int, int], _Pair] = {}
        for part in described.single:
            for front, back in _cuts(part.names[0]) if part.names else ():
                lefts, rights = (
                    tuple(match for match in self._match_name(name) if match.whole) for name in (front, back)
                )
                if any(match.score >= _RIVAL for match in lefts + rights):
                    self._collect(best, lefts, rights, _UNJOINED_SCORE)
        return _ranked(best)

    def _collect(
        self,
        best: dict[tuple[int, int], _Pair],
        lefts: tuple[NameMatch, ...],
        rights: tuple[NameMatch, ...],
        share: float,
    ) -> None:
        for left in lefts:
            for right in rights:
                key = (min(left.street, right.street), max(left.street, right.street))
                score = left.score * right.score * share
                if left.street != right.street and (key not in best or best[key][0] < score):
                    best[key] = (score, left, right)

    def _match(self, part: Part) -> tuple[NameMatch, ...]:
        found: dict[int, NameMatch] = {}
        for place, name in enumerate(part.names):
            for match in self._match_name(name):
                score = match.score * (_BRACKET_SCORE if place else 1.0)
                if match.street not in found or found[match.street].score < score:
                    found[match.street] = replace(match, score=score)
        return tuple(found.values())

    def _match_name(self, name: str) -> tuple[NameMatch, ...]:
        if name not in self._matched:
            self._matched[name] = self._names.match(name)
        return self._matched[name]

    def _candidates(self, pairs: list[_Pair], described: Description) -> list[Candidate]:
        found: list[Candidate] = []
        for score, left, right in pairs[:_PAIRS_TRIED]:
            if found and score < _RIVAL * max(candidate.confidence for candidate in found):
                break
            for junction in self._junctions.between(left.street, right.street):
                candidate = self._at_junction(score, left, right, junction)
                if described.offset is None:
                    found.append(candidate)
                else:
                    found += self._along(candidate, junction, described.offset, (left.street, right.street))
        return sorted(found, key=lambda candidate: -candidate.confidence)

    def _at_junction(self, score: float, left: NameMatch, right: NameMatch, junction: Junction) -> Candidate:
        titles = tuple(self._names.streets[match.street].title for match in (left, right))
        reasons = [Message(N_("{first} and {second} meet here."), {"first": titles[0], "second": titles[1]})]
        if junction.meeting is Meeting.LEVELS:
            reasons = [
                Message(
                    N_("{first} and {second} cross here without a junction."),
                    dict(zip(("first", "second"), titles, strict=True)),
                )
            ]
        elif junction.meeting is Meeting.GAP:
            text = N_("{first} and {second} end near each other here, as at a roundabout without a name.")
            reasons = [Message(text, {"first": titles[0], "second": titles[1]})]
        reasons += [match.reason for match in (left, right) if match.reason is not None]
        confidence = score * _MEETING_SCORE[junction.meeting]
        if junction.parts > 1:
            confidence *= _PARTS_SCORE
            values = {"count": junction.parts, "size_m": round(2 * junction.radius_m)}
            reasons.append(Message(N_("They meet at {count} places within {size_m} m; this is the middle."), values))
        if junction.radius_m > _LARGE_M:
            confidence *= _UNJOINED_SCORE
            reasons.append(Message(N_("The junction is {size_m} m across."), {"size_m": round(2 * junction.radius_m)}))
        return Candidate(
            junction.x_m, junction.y_m, confidence, titles, tuple(reasons), Precision.JUNCTION, junction.radius_m
        )

    def _along(self, start: Candidate, junction: Junction, offset: Offset, streets: tuple[int, int]) -> list[Candidate]:
        """Go along whichever of the streets leads that way; the one that the description names, if it does."""
        named = {match.street for match in self._match_name(offset.street)} if offset.street else set(streets)
        here = (junction.x_m, junction.y_m, junction.radius_m)
        ways = []
        reach_m = 0.0
        for street in sorted(named):
            edges = self._names.streets[street].edges
            points, far_m = walk(self._graph, edges, here, offset.distance_m, offset.bearing_deg)
            reach_m = max(reach_m, far_m)
            ways += [(point, street) for point in points]
        if not ways:
            text = N_("From there the streets lead only {reach_m} m that way; the description says {distance_m} m.")
            said = Message(text, {"reach_m": round(reach_m), "distance_m": round(offset.distance_m)})
            return [replace(start, confidence=_STREET_SCORE * start.confidence, reasons=(*start.reasons, said))]
        least = min(point.off_deg for point, _ in ways)
        made = []
        for point, street in ways:
            if point.off_deg <= least + _TURN_DEG:
                said = Message(
                    N_("Measured {distance_m} m along {street}."),
                    {"distance_m": round(offset.distance_m), "street": self._names.streets[street].title},
                )
                share = 0.95 if point.off_deg <= 40.0 else 0.75
                made.append(
                    replace(
                        start,
                        x_m=point.x_m,
                        y_m=point.y_m,
                        confidence=start.confidence * share,
                        reasons=(*start.reasons, said),
                        precision=Precision.OFFSET,
                    )
                )
        return made

    def _unmet(self, text: str, pairs: list[_Pair]) -> PlaceAnswer:
        score, left, right = pairs[0]
        titles = [self._names.streets[match.street].title for match in (left, right)]
        gap_m = round(self._junctions.gap_m(left.street, right.street))
        values = {"first": titles[0], "second": titles[1], "gap_m": gap_m}
        said = Message(N_("{first} and {second} do not meet; they come as near as {gap_m} m."), values)
        if score < PLACED:
            said = Message(N_("No street of the project has these names."))
        return PlaceAnswer(text, PlaceStatus.FAILED, (), (said,))

    def _street_only(self, text: str, described: Description) -> PlaceAnswer:
        """Fall back to the street itself: never certain, always for review."""
        parts = [part for pair in described.pairs for part in pair] if described.pairs else list(described.single)
        matches = [match for part in parts for match in self._match(part) if match.score >= PLACED]
        if not matches:
            return PlaceAnswer(
                text, PlaceStatus.FAILED, (), (Message(N_("No street of the project has these names.")),)
            )
        matches.sort(key=lambda match: (-match.score, match.street))
        best = matches[0]
        hint = self._middle(best)
        if described.offset is not None and not described.pairs and not described.is_junction:
            said = Message(N_("Only {street} is named, and no junction to measure from."), {"street": hint.streets[0]})
            return PlaceAnswer(text, PlaceStatus.FAILED, (hint,), (said,))
        if described.pairs or described.is_junction:
            values = {"street": hint.streets[0]}
            said = Message(N_("Only {street} is known of the streets that should meet here."), values)
            return PlaceAnswer(text, PlaceStatus.FAILED, (hint,), (said,))
        rivals = {match.street for match in matches if match.score >= _RIVAL * best.score}
        if len(rivals) > 1:
            hints = tuple(self._middle(match) for match in matches if match.street in rivals)
            said = Message(N_("{count} streets fit the name equally well."), {"count": len(rivals)})
            return PlaceAnswer(text, PlaceStatus.AMBIGUOUS, hints[:10], (said,))
        return PlaceAnswer(text, PlaceStatus.FOUND, (hint,), hint.reasons)

    def _middle(self, match: NameMatch) -> Candidate:
        street = self._names.streets[match.street]
        lines = self._graph.edge_geometry[street.edges]
        middle = shapely.centroid(shapely.multilinestrings(lines))
        nearest = lines[int(np.argmin(shapely.distance(lines, middle)))]
        x_m, y_m = shapely.get_coordinates(nearest.interpolate(nearest.project(middle)))[0]
        west, south, east, north = shapely.total_bounds(lines)
        said = Message(N_("Only the street {street} is known; this is its middle."), {"street": street.title})
        reasons = (said, match.reason) if match.reason else (said,)
        spread_m = float(np.hypot(east - west, north - south)) / 2
        confidence = _STREET_SCORE * match.score
        return Candidate(float(x_m), float(y_m), confidence, (street.title,), reasons, Precision.STREET, spread_m)


def _ranked(pairs: dict[tuple[int, int], _Pair]) -> list[_Pair]:
    return sorted(pairs.values(), key=lambda pair: (-pair[0], pair[1].street, pair[2].street))


def _decided(text: str, found: list[Candidate]) -> PlaceAnswer:
    """Take the best candidate if no other place is nearly as good."""
    best = found[0]
    apart: list[Candidate] = []
    for candidate in found:
        away = [np.hypot(candidate.x_m - other.x_m, candidate.y_m - other.y_m) for other in apart]
        if candidate.confidence >= _RIVAL * best.confidence and min(away, default=np.inf) > _ONE_PLACE_M:
            apart.append(candidate)
    if best.confidence < PLACED:
        return PlaceAnswer(text, PlaceStatus.FAILED, tuple(apart[:10]), best.reasons)
    if len(apart) > 1:
        said = Message(N_("{count} places fit the description equally well."), {"count": len(apart)})
        return PlaceAnswer(text, PlaceStatus.AMBIGUOUS, tuple(apart[:10]), (said,))
    return PlaceAnswer(text, PlaceStatus.FOUND, (best,), best.reasons)


def _cuts(text: str) -> list[tuple[str, str]]:
    """Cut a text without a joining word wherever two names may stand side by side."""
    return [(text[:place], text[place:]) for place in range(2, len(text) - 1)]
