"""Plans in a table of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.services.plan_compare import PlanNumbers

__all__ = ["TITLES", "differences", "texts_of"]

TITLES: Final = (
    N_("Prize"), N_("Required met"), N_("Unmet visits"), N_("Stops"), N_("Teams out"), N_("Longest duty"),
    N_("Way (km)"),
)  # fmt: skip


def texts_of(numbers: PlanNumbers) -> tuple[str, ...]:
    """
    Write the numbers of a plan.

    Parameters
    ----------
    numbers : PlanNumbers
        A plan in numbers.

    Returns
    -------
    tuple of str
        One for each of `TITLES`, in the present language.
    """
    say = QLocale().toString
    hours = f"{numbers.longest_s // 3600}:{numbers.longest_s // 60 % 60:02d}"
    return (
        say(numbers.prize, "f", 1),
        f"{numbers.required_met} / {numbers.required}",
        str(numbers.unmet),
        str(numbers.stops),
        str(numbers.teams_out),
        tr("{hours} h, {team}", hours=hours, team=numbers.longest_team) if numbers.longest_team else "–",
        say(numbers.length_m / 1000, "f", 1),
    )


def differences(first: PlanNumbers, second: PlanNumbers) -> tuple[str, ...]:
    """
    Write what the second plan has more or less.

    Parameters
    ----------
    first, second : PlanNumbers
        Two plans in numbers.

    Returns
    -------
    tuple of str
        One for each of `TITLES`; empty where they are alike.
    """
    minutes = round((second.longest_s - first.longest_s) / 60)
    gains = (
        (second.prize - first.prize, "{:+.1f}"),
        (second.required_met - first.required_met, "{:+d}"),
        (second.unmet - first.unmet, "{:+d}"),
        (second.stops - first.stops, "{:+d}"),
        (second.teams_out - first.teams_out, "{:+d}"),
        (minutes, "{:+d} min"),
        ((second.length_m - first.length_m) / 1000, "{:+.1f}"),
    )
    return tuple(form.format(gain).replace("-", "−") if abs(gain) >= 0.05 else "" for gain, form in gains)
