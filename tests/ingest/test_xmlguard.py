"""XML that declares entities is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

_LAUGHS = '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{i} "&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};">'
    for i in range(1, 12)
)
_BOMB = _LAUGHS + ']><osm version="0.6"><node id="1" lat="1" lon="1" user="&a11;"/></osm>'
_THIEF = '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm><node user="&x;"/></osm>'


@pytest.mark.parametrize("text", [_BOMB, _THIEF, '<!DOCTYPE osm SYSTEM "http://example.invalid/osm.dtd"><osm/>'])
def test_declarations(project: ProjectStore, tmp_path: Path, text: str) -> None:
    """A billion laughs, a stolen file and a fetched document type are refused before anything is expanded."""
    path = tmp_path / "map.osm"
    path.write_text(text)
    with pytest.raises(InputError, match="document type declaration"):
        import_file(project, path, "streets")


def test_plain_xml() -> None:
    """A document without declarations passes, comments and all."""
    refuse_entities(io.BytesIO(b'<?xml version="1.0"?><!-- a note --><osm/>'), "map.osm")


@pytest.mark.parametrize("data", [b"<", b"<!-- no end", b"<osm <osm", b"", b"\xff\xfe\x00"])
def test_broken_xml(data: bytes) -> None:
    """What is no XML is called damaged."""
    with pytest.raises(InputError, match="cannot be read as XML"):
        refuse_entities(io.BytesIO(data), "map.osm")
