"""What is shipped: nothing under a licence that forbids it, and the lists are those of the lock."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from patrolmap.services.licences import components, licence_texts
from tools.sbom.__main__ import locked
from tools.sbom.licence import is_shippable, licence_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("expression", "shippable"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("GPLv3+", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("GNU Affero General Public License v3", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("MIT AND GPL-2.0-only", False),
        ("BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("SSPL-1.0", False),
        ("CC-BY-NC-4.0", False),
        ("", False),
    ],
)
def test_what_may_be_shipped(expression: str, shippable: bool) -> None:
    assert is_shippable(expression) is shippable


def test_nothing_that_is_installed_for_the_program_forbids_shipping() -> None:
    """By the packages' own metadata, not by our list."""
    told = {}
    for name in locked(ROOT / "requirements" / "runtime.txt"):
        try:
            told[name] = licence_of(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue  # of Windows alone; it is on the list, which the next test looks at
    assert len(told) > 60
    assert {name: licence for name, licence in told.items() if not is_shippable(licence)} == {}


def test_the_bill_of_materials_is_that_of_the_lock_and_all_of_it_may_be_shipped() -> None:
    document = json.loads((ROOT / "assets" / "licences" / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    listed = {part["name"]: part["version"] for part in document["components"] if "purl" in part}
    assert listed == locked(ROOT / "requirements" / "runtime.txt"), "run python -m tools.sbom"
    assert [part.name for part in components() if not is_shippable(part.licence)] == []


def test_every_package_has_its_licence_in_full() -> None:
    heads = {name for line in licence_texts().split("=" * 100)[1::2] for name in line.strip().split(", ")}
    assert set(locked(ROOT / "requirements" / "runtime.txt")) <= heads
    for words in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE", "SIL OPEN FONT LICENSE"):
        assert words in licence_texts().upper()
