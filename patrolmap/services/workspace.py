"""What the program remembers between two starts: language, theme, recent projects, how the window was left.

Kept as one JSON file in the user's configuration folder. Whatever in it cannot be understood is left out, never an
error: nobody should be kept from work by a preference.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import platformdirs

__all__ = [
    "RECENT_LIMIT",
    "BasemapChoice",
    "Bookmark",
    "Preferences",
    "load_preferences",
    "preferences_path",
    "save_preferences",
    "tile_store_path",
]

RECENT_LIMIT: Final = 8
_SWITCHES: Final = frozenset({"plain_map", "tour_done", "network_maps"})
_TEXTS: Final = frozenset({"language", "theme", "output_folder", "projects_folder", "coordinates", "tile_key"})

Bookmark: TypeAlias = tuple[str, float, float, float, float]
"""Name of a view of the map and its bounds ``min_x, min_y, max_x, max_y``, metres of the project."""


@dataclass(frozen=True)
class BasemapChoice:
    """
    The background of a project's map.

    Kept on this computer, not in the project: a project from elsewhere must not name files or servers to be opened.

    Parameters
    ----------
    path : str, default ""
        MBTiles or PMTiles file, or a template of addresses on the network; empty for no background.
    gcj02 : bool, default False
        Whether its tiles are drawn in GCJ-02, as those of Chinese online maps are.
    opacity : float, default 1.0
        0 to 1.
    credit : str, default ""
        Whom to name beside tiles of the network; files name their source themselves.
    """

    path: str = ""
    gcj02: bool = False
    opacity: float = 1.0
    credit: str = ""


@dataclass(frozen=True)
class Preferences:
    """
    What the user chose.

    Parameters
    ----------
    language : str, default ""
        ``zh`` or ``en``; empty to follow the system.
    theme : str, default "system"
        ``light``, ``dark`` or ``system``.
    recent : tuple of str, default ()
        Paths of projects, the newest first.
    output_folder : str, default ""
        Where sheets were last written; empty before the first time.
    window : dict of str to str, default {}
        State of the window, opaque texts.
    bookmarks : dict of str to tuple of Bookmark, default {}
        Views of the map for each path of a project.
    projects_folder : str, default ""
        Where projects are kept; empty for the documents.
    plain_map : bool, default False
        Whether the map is painted without the web engine.
    tour_done : bool, default False
        Whether the tour of the window was seen or skipped.
    coordinates : str, default ""
        System of the coordinates in the status bar, one of `patrolmap.services.coordinate_text.SYSTEM_TITLES`.
    basemaps : dict of str to BasemapChoice, default {}
        Background of the map for each path of a project.
    network_maps : bool, default False
        Whether background maps may be asked of the network; nothing else of the program ever asks it.
    tile_key : str, default ""
        The user's key for background maps that want one.
    """

    language: str = ""
    theme: str = "system"
    recent: tuple[str, ...] = ()
    output_folder: str = ""
    window: dict[str, str] = field(default_factory=dict)
    bookmarks: dict[str, tuple[Bookmark, ...]] = field(default_factory=dict)

    projects_folder: str = ""
    plain_map: bool = False
    tour_done: bool = False
    coordinates: str = ""
    basemaps: dict[str, BasemapChoice] = field(default_factory=dict)
    network_maps: bool = False
    tile_key: str = ""

    def basemap_of(self, path: Path) -> BasemapChoice:
        """
        Give the background of a project's map.

        Parameters
        ----------
        path : Path
            Project file.

        Returns
        -------
        BasemapChoice
            Empty where none was chosen.
        """
        return self.basemaps.get(str(path.resolve()), BasemapChoice())

    def bookmarks_of(self, path: Path) -> tuple[Bookmark, ...]:
        """
        List the views of a project.

        Parameters
        ----------
        path : Path
            Project file.

        Returns
        -------
        tuple of Bookmark
            In the order in which they were kept.
        """
        return self.bookmarks.get(str(path.resolve()), ())

    def with_recent(self, path: Path) -> Preferences:
        """
        Put a project at the head of the recent ones.

        Parameters
        ----------
        path : Path
            Project file.

        Returns
        -------
        Preferences
            A copy with at most `RECENT_LIMIT` recent projects, each once.
        """
        text = str(path.resolve())
        others = tuple(one for one in self.recent if one != text)
        return replace(self, recent=(text, *others)[:RECENT_LIMIT])

    def existing_recent(self) -> tuple[Path, ...]:
        """
        List the recent projects that are still there.

        Returns
        -------
        tuple of Path
            The newest first.
        """
        return tuple(path for path in map(Path, self.recent) if path.is_file())


def preferences_path() -> Path:
    """
    Find the file of the preferences.

    Returns
    -------
    Path
        ``preferences.json`` in ``PATROLMAP_CONFIG`` if that is set, else in the user's configuration folder. It
        may not exist yet.
    """
    chosen = os.environ.get("PATROLMAP_CONFIG")
    folder = Path(chosen) if chosen else Path(platformdirs.user_config_dir("patrolmap", appauthor=False))
    return folder / "preferences.json"


def tile_store_path() -> Path:
    """
    Find the folder of tiles from the network.

    Returns
    -------
    Path
        ``tiles`` in ``PATROLMAP_CONFIG`` if that is set, else in the user's cache. It may not exist yet.
    """
    chosen = os.environ.get("PATROLMAP_CONFIG")
    return (Path(chosen) if chosen else Path(platformdirs.user_cache_dir("patrolmap", appauthor=False))) / "tiles"


def load_preferences(path: Path | None = None) -> Preferences:
    """
    Read the preferences.

    Parameters
    ----------
    path : Path or None
        The file; None for the user's own.

    Returns
    -------
    Preferences
        With defaults for whatever is missing or not understood.
    """
    try:
        data = json.loads((path or preferences_path()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    return Preferences(**_understood(data)) if isinstance(data, dict) else Preferences()


def save_preferences(preferences: Preferences, path: Path | None = None) -> None:
    """
    Write the preferences, whole or not at all.

    Parameters
    ----------
    preferences : Preferences
        What to keep.
    path : Path or None
        The file; None for the user's own. Its folder is made.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    target = path or preferences_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".preferences-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(preferences), stream, ensure_ascii=False, indent=1)
    Path(draft).replace(target)


def _understood(data: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for spec in fields(Preferences):
        value = data.get(spec.name)
        if spec.name == "recent" and isinstance(value, list):
            kept["recent"] = tuple(item for item in value if isinstance(item, str))[:RECENT_LIMIT]
        elif spec.name == "window" and isinstance(value, dict):
            kept["window"] = {str(key): item for key, item in value.items() if isinstance(item, str)}
        elif spec.name == "bookmarks" and isinstance(value, dict):
            kept["bookmarks"] = {str(path): _bookmarks(views) for path, views in value.items()}
        elif spec.name == "basemaps" and isinstance(value, dict):
            kept["basemaps"] = {
                str(path): _basemap(choice) for path, choice in value.items() if isinstance(choice, dict)
            }
        elif (spec.name in _SWITCHES and isinstance(value, bool)) or (spec.name in _TEXTS and isinstance(value, str)):
            kept[spec.name] = value
    if kept.get("theme") not in {"light", "dark", "system"}:
        kept.pop("theme", None)
    if kept.get("language") not in {"zh", "en"}:
        kept.pop("language", None)
    return kept


def _basemap(given: dict[str, Any]) -> BasemapChoice:
    path, opacity = given.get("path"), given.get("opacity")
    if isinstance(opacity, bool) or not isinstance(opacity, int | float):
        opacity = 1.0
    credit = given.get("credit")
    return BasemapChoice(
        path if isinstance(path, str) else "",
        given.get("gcj02") is True,
        min(max(float(opacity), 0.0), 1.0),
        credit if isinstance(credit, str) else "",
    )


def _bookmarks(views: Any) -> tuple[Bookmark, ...]:
    good = [view for view in views if isinstance(view, list) and len(view) == 5] if isinstance(views, list) else []
    return tuple(
        (str(name), float(low_x), float(low_y), float(high_x), float(high_y))
        for name, low_x, low_y, high_x, high_y in good
        if all(isinstance(value, int | float) for value in (low_x, low_y, high_x, high_y))
    )
