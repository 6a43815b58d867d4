"""What the page says of the tool in hand: keys, and handles that were dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patrolmap.desktop.map.toolbox import ToolBox
    from patrolmap.desktop.map.web import WebMap

__all__ = ["take_tool_event"]


def take_tool_event(tools: ToolBox, event: dict[str, Any], spot: tuple[float, float], page: WebMap) -> None:
    """
    Hand an event of the page to the tool in hand; without one, what the page's middle shows is chosen or let go.

    Parameters
    ----------
    tools : ToolBox
        The tool in hand.
    event : dict of str to Any
        ``do`` is ``move`` (with ``place``), ``remove``, ``press``, ``delete`` or ``key``.
    spot : tuple of (float, float)
        Where, metres; 0, 0 for what has no place.
    page : WebMap
        Tells what was chosen.
    """
    (x, y), tolerance_m = spot, page.tolerance_m
    done, key = event["do"], str(event.get("key", ""))
    if done == "move":
        tools.move(int(event["place"]), x, y, tolerance_m)
    elif done == "remove":
        tools.remove(int(event["place"]))
    elif done == "press" and not tools.press(x, y, tolerance_m):
        page.picked.emit(x, y, tolerance_m, bool(event["adds"]))
    elif done == "delete" and (handle := tools.handle_at(x, y, tolerance_m)) is not None:
        tools.remove(handle)
    elif done == "key" and not tools.key(key) and key == "Escape":
        page.left.emit()
