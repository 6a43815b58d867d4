"""The colours and measures of the window, light and dark: the one table that palette, style sheet and icons read."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DARK", "LIGHT", "THEMES", "Tokens"]


@dataclass(frozen=True)
class Tokens:
    """
    One theme. Every colour is ``#rrggbb``.

    Parameters
    ----------
    name : str
        ``light`` or ``dark``.
    window, panel, field, raised : str
        Grounds: of the window, of docks and panels, of input fields and lists, of what stands out.
    line, line_strong : str
        Hairlines between things, and edges of input fields.
    text, muted, faint : str
        Text, secondary text, disabled text. Text and muted reach a contrast of 4.5 on every ground.
    accent, accent_text, accent_soft : str
        What is active, text on it, and a tint of it for selected rows.
    good, warning, bad : str
        States, each told by an icon or a word too.
    good_soft, warning_soft, bad_soft : str
        Grounds of messages in that state.
    """

    name: str
    window: str
    panel: str
    field: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    accent_soft: str
    good: str
    warning: str
    bad: str
    good_soft: str
    warning_soft: str
    bad_soft: str


LIGHT: Final = Tokens(
    name="light",
    window="#eef0f2",
    panel="#f8f9fa",
    field="#ffffff",
    raised="#ffffff",
    line="#dde1e5",
    line_strong="#b9c1c9",
    text="#1c252d",
    muted="#55626e",
    faint="#98a2ab",
    accent="#1f5f99",
    accent_text="#ffffff",
    accent_soft="#dce9f4",
    good="#1f7a4d",
    warning="#8a5a00",
    bad="#b3261e",
    good_soft="#e3f2e9",
    warning_soft="#fbf0d9",
    bad_soft="#fbe6e4",
)

DARK: Final = Tokens(
    name="dark",
    window="#1a1e22",
    panel="#21262b",
    field="#191d21",
    raised="#2b3137",
    line="#343b42",
    line_strong="#4b545d",
    text="#e4e8eb",
    muted="#a3aeb8",
    faint="#6c7780",
    accent="#74b3e8",
    accent_text="#0d1a26",
    accent_soft="#26415a",
    good="#6fcf9b",
    warning="#e8b95a",
    bad="#f28b82",
    good_soft="#1e3429",
    warning_soft="#3a301a",
    bad_soft="#402523",
)

THEMES: Final[Mapping[str, Tokens]] = MappingProxyType({"light": LIGHT, "dark": DARK})
