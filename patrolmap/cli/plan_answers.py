"""A plan as the command line tells it: its JSON document and its lines."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.plan_words import quality_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import Leg, PatrolPlan, Route, UnmetVisit
    from patrolmap.planner.fairness import Fairness
    from patrolmap.planner.predictability import Predictability

__all__ = ["plan_answer"]

_OFFSET: Final = dt.timezone(dt.timedelta(hours=8))
"""China Standard Time, which every shift is in."""


def plan_answer(
    plan: PatrolPlan,
    fairness: Fairness | None = None,
    predictability: Predictability | None = None,
    variants: Sequence[PatrolPlan] = (),
) -> Answer:
    """
    Tell a plan on the command line.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    fairness : Fairness or None
        Its fairness; None to leave it out.
    predictability : Predictability or None
        Of the last plans; None to leave it out.
    variants : sequence of PatrolPlan, default ()
        Variants of it that were kept too.

    Returns
    -------
    Answer
        Its JSON document and its lines.
    """
    unmet_required = sum(one.visit.required for one in plan.unmet)
    totals = {
        "teams": len(plan.routes),
        "stops": sum(len(route.stops) for route in plan.routes),
        "prize": sum(route.prize for route in plan.routes),
        "unmet": len(plan.unmet),
        "unmet_required": unmet_required,
        "length_m": sum(route.length_m for route in plan.routes),
    }
    data = {
        "plan_id": plan.plan_id,
        "shift": {
            "shift_id": plan.shift.shift_id,
            "name": plan.shift.name,
            "mode": plan.shift.mode.value,
            "start": _iso(plan, plan.shift.window.start_s),
            "end": _iso(plan, plan.shift.window.end_s),
        },
        "complete": plan.complete,
        "notices": [tr(notice) for notice in plan.notices],
        "totals": totals,
        "routes": [_route_json(plan, route) for route in plan.routes],
        "unmet": [_unmet_json(plan, one) for one in plan.unmet],
        "seed": plan.provenance.seed,
        "parameters": plan.provenance.parameters,
    }
    lines = _lines(plan, totals)
    if fairness is not None:
        data["fairness"] = _fairness_json(fairness)
    if predictability is not None:
        data["predictability"] = _predictability_json(predictability)
    lines += [tr(line) for line in quality_lines(fairness, predictability)]
    if variants:
        data["variants"] = [_variant_json(plan, one) for one in variants]
        lines += [
            tr("Variant {plan_id}: prize {prize}.", plan_id=one.plan_id, prize=f"{_prize(one):g}") for one in variants
        ]
    return Answer(data, tuple(lines))


def _route_json(plan: PatrolPlan, route: Route) -> dict[str, Any]:
    return {
        "team_id": route.team_id,
        "team": route.team_name,
        "members": route.members,
        "mode": route.mode.value,
        "zone": route.zone,
        "depart": _iso(plan, route.depart_s),
        "end": _iso(plan, route.end_s),
        "break_s": route.break_s,
        "break_start": None if route.break_start_s is None else _iso(plan, route.break_start_s),
        "length_m": route.length_m,
        "prize": route.prize,
        "stops": [
            {
                "number": number,
                "visit_id": stop.visit.visit_id,
                "place_id": stop.visit.place_id,
                "kind": stop.visit.kind,
                "name": stop.visit.name,
                "required": stop.visit.required,
                "prize": stop.visit.prize,
                "arrive": _iso(plan, stop.arrive_s),
                "start": _iso(plan, stop.start_s),
                "leave": _iso(plan, stop.leave_s),
                "locked": stop.locked,
                "dwell_s": stop.visit.dwell_s,
                "leg": _leg_json(stop.leg),
            }
            for number, stop in enumerate(route.stops, start=1)
        ],
        "way_home": _leg_json(route.way_home) if route.way_home else None,
    }


def _fairness_json(fairness: Fairness) -> dict[str, Any]:
    least = fairness.least_served
    return {
        "longest_team_id": fairness.longest_team_id,
        "longest_team": fairness.longest_team,
        "longest_work_s": fairness.longest_work_s,
        "mean_work_s": fairness.mean_work_s,
        "idle_teams": fairness.idle_teams,
        "cells_wanted": fairness.cells_wanted,
        "cells_served": fairness.cells_served,
        "least_served_cell": None
        if least is None
        else {
            "cell_id": least.cell_id,
            "name": least.name,
            "visits_wanted": least.wanted,
            "visits_met": least.met,
            "share": least.share,
            "dwell_s": least.dwell_s,
        },
    }


def _predictability_json(meter: Predictability) -> dict[str, Any]:
    return {
        "plans": meter.plans,
        "visits_compared": meter.places,
        "entropy_who_and_when": meter.who_and_when,
        "entropy_who": meter.who,
        "entropy_when": meter.when,
        "warning": tr(meter.warning) if meter.warning is not None else None,
    }


def _variant_json(plan: PatrolPlan, variant: PatrolPlan) -> dict[str, Any]:
    prize = _prize(variant)
    best = _prize(plan)
    return {"plan_id": variant.plan_id, "prize": prize, "loss_share": 1 - prize / best if best else 0.0}


def _prize(plan: PatrolPlan) -> float:
    return sum(route.prize for route in plan.routes)


def _leg_json(leg: Leg) -> dict[str, Any]:
    return {"length_m": leg.length_m, "travel_s": leg.travel_s}


def _unmet_json(plan: PatrolPlan, one: UnmetVisit) -> dict[str, Any]:
    from patrolmap.services.plan_remedies import remedies_for

    return {
        "visit_id": one.visit.visit_id,
        "place_id": one.visit.place_id,
        "kind": one.visit.kind,
        "name": one.visit.name,
        "required": one.visit.required,
        "prize": one.visit.prize,
        "code": one.code,
        "reason": tr(one.reason),
        "remedy": tr(one.remedy) if one.remedy else None,
        "remedies": [tr(remedy.label) for remedy in remedies_for(plan, one)],
        "missing_s": one.missing_s,
    }


def _lines(plan: PatrolPlan, totals: dict[str, Any]) -> list[str]:
    lines = [
        tr(
            "Plan {plan_id}: {teams} {teams:team|teams}, {stops} {stops:stop|stops}, prize {prize}, {kilometres} km; unmet: {unmet}, of them required: {required}.",
            plan_id=plan.plan_id,
            teams=totals["teams"],
            stops=totals["stops"],
            prize=f"{totals['prize']:g}",
            kilometres=f"{totals['length_m'] / 1000:.1f}",
            unmet=totals["unmet"],
            required=totals["unmet_required"],
        )
    ]
    lines += [tr(notice) for notice in plan.notices]
    if not plan.complete:
        lines.append(tr("The search was cancelled; this is the best plan so far."))
    for route in plan.routes:
        if route.stops:
            text = Message(
                N_("{team}: {depart} to {end}, {stops} {stops:stop|stops}, {kilometres} km"),
                {
                    "team": route.team_name,
                    "depart": f"{plan.moment(route.depart_s):%H:%M}",
                    "end": f"{plan.moment(route.end_s):%H:%M}",
                    "stops": len(route.stops),
                    "kilometres": f"{route.length_m / 1000:.1f}",
                },
            )
            lines.append(tr(text))
    for one in plan.unmet:
        if one.visit.required:
            remedy = tr(one.remedy) if one.remedy else ""
            lines.append(
                tr("Unmet: {name}. {reason} {remedy}", name=one.visit.name, reason=tr(one.reason), remedy=remedy)
            )
    return lines


def _iso(plan: PatrolPlan, seconds: float) -> str:
    return plan.moment(seconds).replace(tzinfo=_OFFSET).isoformat()
