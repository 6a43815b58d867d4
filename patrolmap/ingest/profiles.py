"""Named mappings: what one month's file taught, applied to the next month's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import InputError
from patrolmap.ingest.column_names import COORDINATE_FIELDS, FIELD_NAMES
from patrolmap.ingest.columns import LEFT_OUT, field_called, find_column
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.ingest.source import Source

__all__ = ["MappingProfile", "missing_headings", "profile_from_document", "told_by_profile"]

_VERSION: Final = 1
_NAME_CHARACTERS: Final = 80


@dataclass(frozen=True)
class MappingProfile:
    """
    How files of one kind are imported.

    Parameters
    ----------
    name : str
        What the user calls it.
    layer : str
        The layer that it fills.
    mapping : dict of str to str
        Field to heading, or to ``=value``; a field that is not named has no source.
    crs, encoding : str, default "auto"
        As the import was told.
    sheet : str or None, default None
        Sheet, layer or member; None chooses.
    """

    name: str
    layer: str
    mapping: dict[str, str]
    crs: str = "auto"
    encoding: str = "auto"
    sheet: str | None = None

    def document(self) -> dict[str, Any]:
        """
        Write the profile as JSON values.

        Returns
        -------
        dict of str to Any
            What `profile_from_document` reads.
        """
        return {
            "version": _VERSION,
            "name": self.name,
            "layer": self.layer,
            "mapping": dict(self.mapping),
            "crs": self.crs,
            "encoding": self.encoding,
            "sheet": self.sheet,
        }


def profile_from_document(document: Any) -> MappingProfile:
    """
    Read a profile that was kept in a project or a file.

    Parameters
    ----------
    document : Any
        JSON values.

    Returns
    -------
    MappingProfile
        The profile.

    Raises
    ------
    InputError
        If it is no profile, of a later version, or speaks of a layer or field that does not exist.
    """
    if not isinstance(document, dict) or not _is_sound(document):
        raise InputError(
            N_("That is no import profile that this program can read."),
            remedy=N_("Save the profile again with --save-profile."),
        )
    return MappingProfile(
        document["name"].strip()[:_NAME_CHARACTERS],
        document["layer"],
        dict(document["mapping"]),
        document.get("crs", "auto"),
        document.get("encoding", "auto"),
        document.get("sheet"),
    )


def _is_sound(document: dict[str, Any]) -> bool:
    name, layer, mapping = (document.get(key) for key in ("name", "layer", "mapping"))
    if document.get("version") != _VERSION or not isinstance(name, str) or not name.strip():
        return False
    if not isinstance(layer, str) or layer not in FIELD_NAMES or not isinstance(mapping, dict):
        return False
    wishes = (document.get("crs", "auto"), document.get("encoding", "auto"), document.get("sheet") or "")
    if not all(isinstance(wish, str) for wish in wishes):
        return False
    return all(field in FIELD_NAMES[layer] and isinstance(source, str) for field, source in mapping.items())


def missing_headings(profile: MappingProfile, source: Source, told: Mapping[str, str]) -> tuple[str, ...]:
    """
    Tell which headings of a profile a file does not have.

    Parameters
    ----------
    profile : MappingProfile
        The profile.
    source : Source
        The file.
    told : mapping of str to str
        What the user said beside the profile, which goes before it.

    Returns
    -------
    tuple of str
        Headings in the order of the profile; those of coordinates are not asked for if the file has shapes.
    """
    overruled = {field_called(given) for given in told}
    return tuple(
        heading
        for field, heading in profile.mapping.items()
        if field not in overruled
        and not (source.geometry is not None and field in COORDINATE_FIELDS)
        and heading != LEFT_OUT
        and not heading.startswith("=")
        and find_column(source, heading) is None
    )


def told_by_profile(profile: MappingProfile, source: Source, layer: str, told: Mapping[str, str]) -> dict[str, str]:
    """
    Turn a profile into a whole mapping for a file.

    Parameters
    ----------
    profile : MappingProfile
        The profile.
    source : Source
        The file.
    layer : str
        The layer to fill.
    told : mapping of str to str
        What the user said beside the profile, which goes before it.

    Returns
    -------
    dict of str to str
        Every field of the layer to a heading, to ``=value``, or to an empty text: nothing is left to guess.

    Raises
    ------
    InputError
        If the profile is for another layer, or the file lacks some of its headings.
    """
    if profile.layer != layer:
        raise InputError(
            N_("The profile “{profile}” is for {of}, not for {layer}."),
            remedy=N_("Choose another profile, or import without one."),
            profile=profile.name,
            of=Message(LAYERS[profile.layer].title),
            layer=Message(LAYERS[layer].title),
        )
    missing = missing_headings(profile, source, told)
    if missing:
        raise InputError(
            N_("The profile “{profile}” does not fit “{name}”: it lacks {missing}."),
            why=N_("Its columns are: {columns}."),
            remedy=N_("Say where these fields stand now with --column FIELD=HEADING, and save the profile again."),
            profile=profile.name,
            name=source.name,
            missing=[f"“{heading}”" for heading in missing],
            columns=list(source.columns[:40]),
        )
    return {
        **dict.fromkeys(FIELD_NAMES[layer], LEFT_OUT),
        **profile.mapping,
        **{field_called(k): v for k, v in told.items()},
    }
