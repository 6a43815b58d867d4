"""Fields that several sections of the rings panel share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox

from patrolmap.desktop.forms import spaced
from patrolmap.messages import N_
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, TravelMode, ring_title
from patrolmap.services.rings_demand import Travel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.desktop.dressed import Dresser

__all__ = ["DEMANDS", "choice", "count_field", "mode_choice", "number_field", "ring_choice", "travel_of"]

MODES: Final = (
    (N_("Car, by class of street"), TravelMode.CAR),
    (N_("E-bike"), TravelMode.EBIKE),
    (N_("On foot"), TravelMode.WALK),
)
DEMANDS: Final = (
    (N_("Automatic"), None),
    (N_("Junctions"), "junctions"),
    (N_("Incidents"), "incidents"),
    (N_("Households"), "households"),
    (N_("Sites"), "sites"),
)


def choice(dress: Dresser, options: Sequence[tuple[str, object]]) -> QComboBox:
    """
    Make a field with fixed options.

    Parameters
    ----------
    dress : Dresser
        Keeps the texts in the current language.
    options : sequence of (str, object)
        English texts with what they stand for.

    Returns
    -------
    QComboBox
        Its data are what the options stand for.
    """
    made = QComboBox()
    for place, (title, value) in enumerate(options):
        made.addItem("", value)
        dress.text(partial(made.setItemText, place), title)
    made.setMinimumContentsLength(8)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made


def mode_choice(dress: Dresser) -> QComboBox:
    """
    Make a field for how teams move.

    Parameters
    ----------
    dress : Dresser
        Keeps the texts in the current language.

    Returns
    -------
    QComboBox
        Of `TravelMode`.
    """
    return choice(dress, MODES)


def ring_choice(dress: Dresser, first: str) -> QComboBox:
    """
    Make a field for a ring.

    Parameters
    ----------
    dress : Dresser
        Keeps the texts in the current language.
    first : str
        English text of the option that stands for None.

    Returns
    -------
    QComboBox
        Of ring kinds, and None.
    """
    rings = [(str(ring_title(kind.value).template), kind.value) for kind in RINGS_OUTSIDE_IN]
    return choice(dress, [(first, None), *rings])


def number_field(dress: Dresser, value: float, highest: float, suffix: str, *, step: float = 1.0) -> QDoubleSpinBox:
    """
    Make a field for a number from 0 up.

    Parameters
    ----------
    dress : Dresser
        Keeps the unit in the current language.
    value, highest : float
        The first value and the highest.
    suffix : str
        The unit, English.
    step : float, default 1.0
        Of the arrows.

    Returns
    -------
    QDoubleSpinBox
        With one decimal.
    """
    made = QDoubleSpinBox()
    made.setRange(0.0, highest)
    made.setDecimals(1)
    made.setSingleStep(step)
    made.setValue(value)
    dress.text(lambda unit: made.setSuffix(f" {unit}"), suffix)
    spaced(made)
    return made


def count_field(value: int, highest: int) -> QSpinBox:
    """
    Make a field for a count from 1 up.

    Parameters
    ----------
    value, highest : int
        The first value and the highest.

    Returns
    -------
    QSpinBox
        The field.
    """
    made = QSpinBox()
    made.setRange(1, highest)
    made.setValue(value)
    spaced(made)
    return made


def travel_of(mode: QComboBox, speed: QDoubleSpinBox | None = None) -> Travel:
    """
    Read how teams travel.

    Parameters
    ----------
    mode : QComboBox
        From `mode_choice`.
    speed : QDoubleSpinBox or None
        One speed for all streets, km/h; 0 or None for that of the mode.

    Returns
    -------
    Travel
        For the services.
    """
    kph = speed.value() if speed is not None and speed.value() > 0 else None
    return Travel(TravelMode(mode.currentData()), kph)
