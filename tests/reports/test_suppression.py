"""
Claims about what a report for publication gives away: nothing small, whoever adds and subtracts.

The attacker knows every number that is published, that a hidden count is small or not where the mark says so, how the
counts add up, and has an exact solver: a small count is safe if it can have more than one value.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from patrolmap.hotspots.change import compare_counts, count_interval
from patrolmap.model.small_counts import SMALL_COUNT
from patrolmap.reports.duty_facts import EventFact, EventFacts, PatrolFact, PlaceFact, ProposalFacts, UnmetFact
from patrolmap.reports.facts import (
    ChangeFact,
    CoverageFact,
    HotspotFact,
    HotspotFacts,
    IncidentFacts,
    MonthFact,
    ReportFacts,
    RingFact,
    SourceFact,
)
from patrolmap.reports.suppression import public_facts

DAY = dt.timedelta(days=1)
DATA = dt.date(2025, 10, 1), dt.date(2026, 11, 30)
CATEGORIES, RINGS = ("a", "b", "c", "d"), ("city", "core")
LARGE = 10_000


class Attack:
    """A system of whole numbers of which some sums are known."""

    def __init__(self):
        self.names, self.rows, self.lows, self.highs = [], [], [], []
        self.bounds = []

    def unknown(self, low=0, high=LARGE):
        self.bounds.append((low, high))
        return {len(self.bounds) - 1: 1}

    def know(self, terms, low, high):
        self.rows.append(terms)
        self.lows.append(low)
        self.highs.append(high)

    def tell(self, terms, count, threshold):
        """Take in a published count, or the mark of a hidden one."""
        if count.value is not None:
            self.know(terms, count.value, count.value)
        elif count.shown == f"<{threshold}":
            self.know(terms, 0, threshold - 1)
        else:
            self.know(terms, threshold, LARGE)

    def reach(self, terms):
        """Least and most that a sum can be."""
        matrix = np.zeros((len(self.rows), len(self.bounds)))
        for row, known in enumerate(self.rows):
            for place, factor in known.items():
                matrix[row, place] = factor
        cost = np.zeros(len(self.bounds))
        for place, factor in terms.items():
            cost[place] = factor
        lows, highs = np.array(self.bounds).T
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * cost,
                constraints=LinearConstraint(matrix, self.lows, self.highs),
                integrality=np.ones(len(cost)),
                bounds=(lows, highs),
            )
            assert answer.status == 0, answer.message
            found.append(round(sign * answer.fun))
        return found


def added(many):
    total = {}
    for terms in many:
        for place, factor in terms.items():
            total[place] = total.get(place, 0) + factor
    return total


def spans(first, last):
    length = last - first + DAY
    return (first, last), (first - length, last - length), (first.replace(year=2025), last.replace(year=2025))


def change(part, counts, days):
    low, high = count_interval(counts[0])
    before, year = (compare_counts(one, counts[0], days, days) for one in counts[1:])
    return ChangeFact(
        part, counts[0], low, high, counts[1], before.ratio, before.ratio_low, before.ratio_high,
        counts[2], year.ratio, year.ratio_low, year.ratio_high, 0.1,
    )  # fmt: skip


def facts_of(kind, first, last, rows, spots=2):
    """Count rows of (day, category, ring or -1, hotspot or -1), as the services count."""
    periods = spans(first, last)
    parts = [[row for row in rows if one[0] <= row[0] <= one[1]] for one in periods]
    days = (last - first).days + 1

    def of(choose):
        return [sum(choose(row) for row in part) for part in parts]

    categories = [change(name, of(lambda row, at=at: row[1] == at), days) for at, name in enumerate(CATEGORIES)]
    rings = [change(name, of(lambda row, at=at: row[2] == at), days) for at, name in enumerate(RINGS)]
    months = [dt.date(2025, 10, 1) + 31 * DAY * n for n in range(14)]
    labels = [f"{dt.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1):%Y-%m}" for n, _ in enumerate(months)][-13:]
    trend = []
    for label in labels:
        count = sum(f"{row[0]:%Y-%m}" == label for row in rows)
        trend.append(MonthFact(label, count, *count_interval(count), complete=True))
    hits = sum(row[3] >= 0 for row in parts[0])
    made = [
        HotspotFact(at + 1, f"Street {at}", 1e4, sum(row[3] == at for row in rows), 0, "20:00-22:00", "a 7、b 2", 3)
        for at in range(spots)
    ]
    return ReportFacts(
        "测试区", kind, first, last, "2026-12-01T08:00:00+08:00", "0",
        incidents=IncidentFacts(
            change("", [len(part) for part in parts], days), tuple(categories), tuple(rings), tuple(trend),
            ((1.0,) * 24,) * 7, 3, DATA[0].isoformat(), DATA[1].isoformat(),
        ),
        hotspots=HotspotFacts(
            tuple(made), "kde", f"{DATA[0]} / {DATA[1]}", "", (), 0, 0.02, hits, len(parts[0]),
            hits / len(parts[0]) / 0.02 if parts[0] else None,
        ),
    )  # fmt: skip


class Known:
    """What an attacker knows of incidents: days as pieces between all limits of months and periods."""

    def __init__(self, public, rows, secret):
        self.attack, self.small = Attack(), []
        self.public, self.secret, self.threshold = public, secret, public.threshold
        self.periods = spans(public.first, public.last)
        starts = {dt.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(15)}
        edges = sorted({DATA[0], *starts, *(edge for one in self.periods for edge in (one[0], one[1] + DAY))})
        self.pieces = [(one, two) for one, two in itertools.pairwise(edges) if one >= DATA[0] and two <= DATA[1] + DAY]
        self.atoms = [self.attack.unknown() for _ in self.pieces]
        for atom, (one, two) in zip(self.atoms, self.pieces, strict=True):
            self.suspect(f"days {one} to {two}", atom, sum(one <= row[0] < two for row in rows))

    def suspect(self, name, cell, count):
        if count < self.threshold:
            self.small.append((name, cell, count))

    def inside(self, span):
        pairs = zip(self.atoms, self.pieces, strict=True)
        return added(atom for atom, (one, two) in pairs if span[0] <= one and two <= span[1] + DAY)

    def add_up(self, cells, total):
        self.attack.know(added([*cells, {place: -factor for place, factor in total.items()}]), 0, 0)

    def take_column(self, column, span):
        total, exact = self.inside(span), getattr(self.secret.incidents.total, column)
        self.attack.tell(total, getattr(self.public.incidents.total, column), self.threshold)
        self.suspect(f"total {column}", total, exact)
        for table in ("categories", "rings"):
            cells, left = [], exact
            shown, known = (getattr(one.incidents, table) for one in (self.public, self.secret))
            for one, other in zip(shown, known, strict=True):
                cells.append(self.attack.unknown())
                self.attack.tell(cells[-1], getattr(one, column), self.threshold)
                self.suspect(f"{other.part} {column}", cells[-1], getattr(other, column))
                left -= getattr(other, column)
            if table == "rings":
                cells.append(self.attack.unknown())
                self.suspect(f"in no ring {column}", cells[-1], left)
            self.add_up(cells, total)

    def take_months(self):
        for month in self.public.incidents.months:
            first = dt.date.fromisoformat(f"{month.month}-01")
            cells = self.inside((first, (first + 31 * DAY).replace(day=1) - DAY))
            self.attack.know(cells, month.count, month.count)

    def take_hotspots(self):
        """Hits and misses make the total; hotspots were made from hits and what they caught on other days."""
        hits, misses, apart = (self.attack.unknown() for _ in range(3))
        known, spots = self.secret.hotspots, []
        self.add_up([hits, misses], self.inside(self.periods[0]))
        for one, other in zip(self.public.hotspots.hotspots, known.hotspots, strict=True):
            spots.append(self.attack.unknown())
            self.attack.tell(spots[-1], one.incidents, self.threshold)
            self.suspect(f"hotspot {other.rank}", spots[-1], other.incidents)
        self.add_up(spots, added([hits, apart]))
        if self.public.hotspots.hits is not None:
            self.attack.know(hits, self.public.hotspots.hits, self.public.hotspots.hits)
        self.suspect("hits", hits, known.hits)
        self.suspect("misses", misses, known.incidents - known.hits)
        self.suspect("apart", apart, sum(one.incidents for one in known.hotspots) - known.hits)


def attacked(public, rows, secret):
    """Check each small count that was not published."""
    known = Known(public, rows, secret)
    for column, span in zip(("count", "before", "year_before"), known.periods, strict=True):
        known.take_column(column, span)
    known.take_months()
    known.take_hotspots()
    for name, cell, count in known.small:
        low, high = known.attack.reach(cell)
        assert low <= count <= high, name
        assert low < high, f"{name} must be {low}"


@st.composite
def cases(draw):
    kind = draw(st.sampled_from(("day", "week", "month")))
    last = draw(st.dates(dt.date(2026, 11, 2), DATA[1]))
    first = {"day": last, "week": last - 6 * DAY, "month": last.replace(day=1)}[kind]
    seed = draw(st.integers(0, 2**32 - 1))
    rate = draw(st.sampled_from((0.1, 0.4, 1.5, 6.0)))
    random = np.random.default_rng(seed)
    rows = []
    days = (DATA[1] - DATA[0]).days + 1
    shares = (random.dirichlet([0.3, 1, 1]), [0.7, 0.25, 0.05])
    weights = random.dirichlet(np.full(len(CATEGORIES), 0.4))
    for day in range(days):
        for _ in range(random.poisson(rate)):
            category = int(random.choice(len(CATEGORIES), p=weights))
            rows.append((DATA[0] + day * DAY, category, *(int(random.choice([-1, 0, 1], p=one)) for one in shares)))
    if draw(st.booleans()):
        rows = [row for row in rows if row[0] not in (first - DAY, first - 2 * DAY)]
    return kind, first, last, rows


@settings(max_examples=8)
@given(cases())
def test_no_small_count_of_incidents_can_be_computed(case):
    """Over categories, rings, what lies in none, three periods, months, days between them, and hotspots."""
    secret = facts_of(*case)
    attacked(public_facts(secret, SMALL_COUNT), case[3], secret)


@pytest.mark.parametrize("counts", [(9, 3, 30, 8), (4, 4, 0, 0), (1, 0, 0, 40), (5, 5, 5, 4)])
def test_the_attack_finds_what_plain_suppression_gives_away(counts):
    """With only the small counts hidden the attacker has them: the test can fail."""
    attack = Attack()
    cells = [attack.unknown() for _ in counts]
    for cell, count in zip(cells, counts, strict=True):
        attack.know(cell, *((0, 4) if count < 5 else (count, count)))
    attack.know(added(cells), sum(counts), sum(counts))
    reached = [attack.reach(cell) for cell, count in zip(cells, counts, strict=True) if count < 5]
    found = [low == high for low, high in reached]
    assert any(found) == (counts in {(9, 3, 30, 8), (5, 5, 5, 4)})


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(0, 9), st.integers(0, 9))
def test_no_small_count_of_events_can_be_computed(types, prompt, late):
    """Types, and handled in time, late or not yet, add up to the same number."""
    found = sum(types)
    prompt = min(prompt, found)
    late = min(late, found - prompt)
    events = EventFacts(found, prompt, late, 2, 0, 0, {}, {f"t{n}": one for n, one in enumerate(types)}, ())
    secret = ReportFacts("x", "week", dt.date(2026, 11, 2), dt.date(2026, 11, 8), "", "0", events=events)
    public = public_facts(secret, SMALL_COUNT).events
    attack = Attack()
    total, *ways = (attack.unknown() for _ in range(4))
    kinds = [attack.unknown() for _ in types]
    told = (public.found, public.handled_in_time, public.handled_late, public.in_work, *public.by_type.values())
    exact = (found, prompt, late, found - prompt - late, *types)
    for cell, shown in zip((total, *ways, *kinds), told, strict=True):
        attack.tell(cell, shown, SMALL_COUNT)
    less = dict.fromkeys(total, -1)
    attack.know(added([*ways, less]), 0, 0)
    attack.know(added([*kinds, less]), 0, 0)
    for cell, count in zip((total, *ways, *kinds), exact, strict=True):
        if count < SMALL_COUNT:
            low, high = attack.reach(cell)
            assert low < high


def test_what_only_the_office_should_know_is_not_there():
    """Rings, leaks, posts, sites, plans, proposals, places and units of events, and hashes are in no field."""
    first, last = dt.date(2026, 11, 2), dt.date(2026, 11, 8)
    shift = PatrolFact("PLAN-7", "2026-11-03", "SECRETSHIFT", 5, 40, 33, 4, 3, 20, 18, 30, 28, 31, 25, 6, 2, 3)
    event = EventFact("E1", "x", "SECRETPLACE", "y", "SECRETUNIT", "2026-11-04 10:00", 5.0)
    secret = ReportFacts(
        "x", "week", first, last, "", "0",
        rings=(RingFact("core", 9, 8, (("SECRETLEAK", 9.0),), (PlaceFact("SECRETPOST", on_junction=True),), 5, 2),),
        coverage=tuple(CoverageFact(what, 5.0, 470.0, 499.0) for what in ("sites", "incidents", "households")),
        patrols=(shift,),
        events=EventFacts(9, 5, 4, 1, 5, 20, {"Rated": 5}, {"x": 9}, (event,)),
        proposals=ProposalFacts(
            {"core": (PlaceFact("SECRETPOST", on_junction=True),)}, ("SECRETSITE",), ("SECRETSPOT",),
            (UnmetFact("SECRETVISIT", True, 1, "", ""),),
        ),
        missing={"rings": "SECRETWHY"},
        sources=tuple(SourceFact(part, "s", "f", "p", "SECRETHASH", "") for part in ("rings", "events", "proposals")),
    )  # fmt: skip
    public = public_facts(secret, SMALL_COUNT)
    assert not re.search("SECRET|PLAN-7", repr(asdict(public)))
    assert public.coverage == ()
    assert asdict(public.patrols) == {
        "shifts": 1, "planned": 40, "done": 33, "required_planned": 20, "required_done": 18, "stays": 30,
        "stays_reached": 28, "arrivals": 31, "punctual": 25,
    }  # fmt: skip
    assert public.events.mean_rating == 4.0
