"""Names of methods that find hotspots, in words; in tables and records they stand short, such as ``kde h=300 m, 365 d``."""

from __future__ import annotations

import re
from typing import Final

from patrolmap.messages import N_, Message

__all__ = ["method_message"]

_NUMBER: Final = r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_FORMS: Final = (
    (rf"kde h={_NUMBER} m, {_NUMBER} d", N_("kernel density ({a} m, {b} days)")),
    (rf"nkde h={_NUMBER} m, {_NUMBER} d", N_("density along streets ({a} m, {b} days)")),
    (rf"gi d={_NUMBER} m, {_NUMBER} d", N_("local clusters Gi* ({a} m, {b} days)")),
    (rf"blend s={_NUMBER} m, half-life {_NUMBER} d", N_("fading density ({a} m, half-life {b} days)")),
    (rf"risk {_NUMBER} classes, {_NUMBER} d", N_("risk by surroundings ({a} kinds of place, {b} days)")),
    (rf"sepp, {_NUMBER} d", N_("self-exciting model ({a} days)")),
    (rf"average count, {_NUMBER} d", N_("average count of each cell ({a} days)")),
    (r"last period count", N_("count of the last period")),
)


def method_message(name: str) -> Message:
    """
    Write the name of a method in words.

    Parameters
    ----------
    name : str
        As in a back-test or the field ``method`` of a hotspot.

    Returns
    -------
    Message
        Words with its distances in metres and its memory in days; the name itself if it is of no known form.
    """
    for form, words in _FORMS:
        found = re.fullmatch(form, name)
        if found:
            return Message(words, dict(zip("ab", found.groups(), strict=False)))
    return Message("{name}", {"name": name})
