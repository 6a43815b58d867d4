"""Import profiles: kept in the project, carried to other projects in the user's own folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import InputError
from patrolmap.ingest.profiles import MappingProfile, profile_from_document, told_by_profile
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.services.workspace import preferences_path
from patrolmap.whole_files import unwritable, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.source import Source
    from patrolmap.project.store import ProjectStore

__all__ = [
    "PROFILES_KEY",
    "ImportWish",
    "drop_profile",
    "find_profile",
    "keep_profile",
    "project_profiles",
    "read_profiles",
    "share_profile",
    "shared_profiles",
    "write_profiles",
]

PROFILES_KEY: Final = "import_profiles"
"""The setting of a project that keeps its profiles: name to document."""

_MAX_CHARACTERS: Final = 4 * 1024**2


@dataclass(frozen=True)
class ImportWish:
    """
    What the user said about an import, joined with a profile.

    Parameters
    ----------
    layer : str
        The layer to fill.
    mapping : mapping of str to str
        Field to column, to ``=value``, or to an empty text.
    crs, encoding : str, default "auto"
        As in `patrolmap.services.importing.import_file`.
    sheet : str or None, default None
        As there.
    profile : MappingProfile or None, default None
        The profile to apply.
    """

    layer: str
    mapping: Mapping[str, str]
    crs: str = "auto"
    encoding: str = "auto"
    sheet: str | None = None
    profile: MappingProfile | None = None

    def with_profile(self, profile: MappingProfile | None) -> ImportWish:
        """
        Let a profile say what the user left open.

        Parameters
        ----------
        profile : MappingProfile or None
            The profile; None changes nothing.

        Returns
        -------
        ImportWish
            The joined wish.
        """
        if profile is None:
            return self
        crs = profile.crs if self.crs.strip().lower() == "auto" else self.crs
        encoding = profile.encoding if self.encoding.strip().lower() == "auto" else self.encoding
        return replace(self, crs=crs, encoding=encoding, sheet=self.sheet or profile.sheet, profile=profile)

    def mapping_for(self, source: Source) -> Mapping[str, str]:
        """
        Tell the mapping for a file.

        Parameters
        ----------
        source : Source
            The file.

        Returns
        -------
        mapping of str to str
            What the user said; the whole mapping if there is a profile.

        Raises
        ------
        InputError
            If the profile is for another layer, or the file lacks some of its headings.
        """
        if self.profile is None:
            return self.mapping
        return told_by_profile(self.profile, source, self.layer, self.mapping)

    def as_profile(self, name: str, mapping: Mapping[str, str]) -> MappingProfile:
        """
        Make a profile of a mapping that was used.

        Parameters
        ----------
        name : str
            What the user calls it.
        mapping : mapping of str to str
            The mapping used.

        Returns
        -------
        MappingProfile
            With the system, encoding and sheet of this wish.

        Raises
        ------
        InputError
            If the name is empty.
        """
        document = MappingProfile(name, self.layer, dict(mapping), self.crs, self.encoding, self.sheet).document()
        if not name.strip():
            raise InputError(N_("An import profile needs a name."))
        return profile_from_document(document)


def project_profiles(project: ProjectStore) -> dict[str, MappingProfile]:
    """
    List the profiles that a project keeps.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    dict of str to MappingProfile
        By name, sorted.
    """
    kept = project.setting(PROFILES_KEY, {})
    return _by_name(kept.values() if isinstance(kept, dict) else ())


def shared_profiles(path: Path | None = None) -> dict[str, MappingProfile]:
    """
    List the profiles in the user's own folder, for all projects.

    Parameters
    ----------
    path : Path or None, default None
        The file; None for the user's own.

    Returns
    -------
    dict of str to MappingProfile
        By name, sorted; empty before the first was shared.

    Raises
    ------
    InputError
        If the file is there and cannot be read.
    """
    target = path or _shared_path()
    return read_profiles(target) if target.exists() else {}


def find_profile(project: ProjectStore, name: str) -> MappingProfile:
    """
    Find a profile by its name, in the project first, then in the user's own folder.

    Parameters
    ----------
    project : ProjectStore
        The project.
    name : str
        Its name.

    Returns
    -------
    MappingProfile
        The profile.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    known = {**shared_profiles(), **project_profiles(project)}
    if name.strip() in known:
        return known[name.strip()]
    names = list(known)
    raise InputError(
        N_("There is no import profile “{name}”."),
        remedy=N_("There are: {names}.") if known else N_("Save one with --save-profile."),
        name=name,
        names=names,
    )


def keep_profile(project: ProjectStore, profile: MappingProfile) -> None:
    """
    Keep a profile in the project; one of the same name is replaced.

    Parameters
    ----------
    project : ProjectStore
        The project.
    profile : MappingProfile
        The profile.
    """
    known = project_profiles(project)
    if known.get(profile.name) != profile:
        _set(project, {**known, profile.name: profile}, Message(N_("Import profile {name}"), {"name": profile.name}))


def drop_profile(project: ProjectStore, name: str) -> None:
    """
    Take a profile out of the project.

    Parameters
    ----------
    project : ProjectStore
        The project.
    name : str
        Its name.

    Raises
    ------
    InputError
        If the project has none of that name.
    """
    known = project_profiles(project)
    if name not in known:
        raise InputError(N_("There is no import profile “{name}”."), name=name)
    rest = {other: profile for other, profile in known.items() if other != name}
    _set(project, rest, Message(N_("Import profile {name} deleted"), {"name": name}))


def share_profile(profile: MappingProfile, path: Path | None = None) -> None:
    """
    Keep a profile in the user's own folder, where all projects find it.

    Parameters
    ----------
    profile : MappingProfile
        The profile; one of the same name is replaced.
    path : Path or None, default None
        The file; None for the user's own, whose folder is made.

    Raises
    ------
    InputError
        If the file cannot be read or written.
    """
    target = path or _shared_path()
    write_profiles(target, {**shared_profiles(target), profile.name: profile})


def read_profiles(path: Path) -> dict[str, MappingProfile]:
    """
    Read profiles from a file that `write_profiles` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to MappingProfile
        By name, sorted.

    Raises
    ------
    InputError
        If it cannot be read, or holds no profiles.
    """
    try:
        with path.open(encoding="utf-8-sig") as stream:
            data = json.loads(stream.read(_MAX_CHARACTERS))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            N_("The import profiles in {path} cannot be read."),
            why=N_("The system says: {detail}."),
            path=str(path),
            detail=str(error),
        ) from error
    documents = data.get("profiles") if isinstance(data, dict) else None
    if not isinstance(documents, list):
        raise InputError(N_("“{name}” holds no import profiles."), name=path.name)
    return _by_name(documents)


def write_profiles(path: Path, profiles: Mapping[str, MappingProfile]) -> None:
    """
    Write profiles to a file, whole or not at all.

    Parameters
    ----------
    path : Path
        The file; its folder is made.
    profiles : mapping of str to MappingProfile
        The profiles.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    text = json.dumps({"profiles": [one.document() for one in profiles.values()]}, ensure_ascii=False, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    write_files({path: text.encode()})


def _shared_path() -> Path:
    return preferences_path().with_name("import_profiles.json")


def _by_name(documents: Any) -> dict[str, MappingProfile]:
    profiles = [profile_from_document(document) for document in documents]
    return {profile.name: profile for profile in sorted(profiles, key=lambda one: one.name)}


def _set(project: ProjectStore, profiles: Mapping[str, MappingProfile], label: Message) -> None:
    documents: dict[str, Any] = {name: profile.document() for name, profile in profiles.items()}
    project.apply(SetSetting(PROFILES_KEY, documents or None), label)
