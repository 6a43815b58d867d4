"""The lines of a lock that Windows needs, for a pip that runs on another system and would choose for that one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.markers import Environment, Marker
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["windows_lines"]

_WINDOWS: Final = Environment(
    implementation_name="cpython",
    implementation_version="3.11.9",
    os_name="nt",
    platform_machine="AMD64",
    platform_python_implementation="CPython",
    platform_release="10",
    platform_system="Windows",
    platform_version="10.0.19045",
    python_full_version="3.11.9",
    python_version="3.11",
    sys_platform="win32",
)
_LINE: Final = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)\s*(?:;\s*(?P<marker>.*?))?\s*(?P<hashes>--hash=.*)$"
)


def windows_lines(lock: str, only: Collection[str] | None = None) -> list[str]:
    """
    Choose from a lock what Windows with CPython 3.11 needs.

    Parameters
    ----------
    lock : str
        Text of a requirements file with exact versions, markers and hashes.
    only : collection of str, optional
        Names, in small letters with hyphens; None takes all.

    Returns
    -------
    list of str
        ``name==version --hash=...``, one a package, without markers.

    Raises
    ------
    ValueError
        If a line cannot be understood, or a name is not in the lock.
    """
    found = {}
    for line in lock.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        told = _LINE.match(line)
        if told is None:
            raise ValueError(f"not a locked requirement: {line[:80]}")
        if told["marker"] is None or Marker(told["marker"]).evaluate(dict(_WINDOWS)):
            hashes = " ".join(told["hashes"].split())
            found[str(canonicalize_name(told["name"]))] = f"{told['name']}=={told['version']} {hashes}"
    if only is None:
        return list(found.values())
    if missing := sorted(set(only) - set(found)):
        raise ValueError(f"not in the lock: {', '.join(missing)}")
    return [line for name, line in found.items() if name in only]
