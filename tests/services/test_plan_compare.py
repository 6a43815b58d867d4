"""Claims about two plans beside each other, on plans small enough to compare by eye."""

from __future__ import annotations

from dataclasses import replace

from patrolmap.services.plan_compare import change_lines, compare_plans, plan_numbers
from tests.desktop.tiny import make_plan


def test_numbers_are_counted():
    """Three stops of prize 5, one of them optional; the unmet one is required; the second team is out longer."""
    found = plan_numbers(make_plan())
    assert (found.prize, found.required, found.required_met, found.unmet) == (15.0, 3, 2, 1)
    assert (found.stops, found.teams_out) == (3, 2)
    longest = max(make_plan().routes, key=lambda route: route.end_s - route.depart_s)
    assert (found.longest_team, found.longest_s) == (longest.team_name, longest.end_s - longest.depart_s)


def test_a_plan_beside_itself_has_no_changes():
    """Nothing gained, nothing lost, and the words say so."""
    found = compare_plans(make_plan(), make_plan())
    assert (found.teams, found.met, found.missed) == ((), (), ())
    assert change_lines(found)[0].template.startswith("No differences")


def test_a_moved_stop_is_lost_here_and_gained_there():
    """The last stop of the first team goes to the second: both are named; a met visit stays met."""
    before = make_plan()
    first, second = before.routes
    moved = first.stops[1]
    after = replace(
        before,
        routes=(
            replace(first, stops=first.stops[:1]),
            replace(second, stops=(*second.stops, moved)),
        ),
    )
    found = compare_plans(before, after)
    assert [(one.team_id, one.gained, one.lost, one.moved) for one in found.teams] == [
        ("T1", (), ("Place 2",), 0),
        ("T2", ("Place 2",), (), 0),
    ]
    assert (found.met, found.missed) == ((), ())


def test_later_starts_and_new_visits_are_told():
    """A stop ten minutes later counts as moved, less than a minute does not; an unmet visit that is met is named."""
    before = make_plan()
    first, second = before.routes
    stop = first.stops[0]
    later = replace(first, stops=(replace(stop, start_s=stop.start_s + 600), first.stops[1]))
    nearly = replace(second, stops=(replace(second.stops[0], start_s=second.stops[0].start_s + 59),))
    met = replace(second.stops[0], visit=before.unmet[0].visit)
    after = replace(before, routes=(later, replace(nearly, stops=(*nearly.stops, met))), unmet=())
    found = compare_plans(before, after)
    assert [(one.team_id, one.moved) for one in found.teams] == [("T1", 1), ("T2", 0)]
    assert found.met == ("Place 4",)
    assert found.second.required_met == 3
