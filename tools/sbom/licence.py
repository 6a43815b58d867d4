"""Licences of packages as SPDX expressions, and whether they may go into a closed installer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["is_shippable", "licence_of"]

_SPDX: Final = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
_LONGEST: Final = 80  # some packages put the whole text there
_FORBIDDEN: Final = re.compile(r"\b(A?GPL|GNU (Affero )?General|SSPL|BUSL|.*-NC\b)", re.IGNORECASE)


def licence_of(metadata: Message) -> str:
    """
    Read the licence of a package.

    Parameters
    ----------
    metadata : Message
        Its core metadata.

    Returns
    -------
    str
        An SPDX expression where the package tells one; empty if nothing is told.
    """
    told = str(metadata.get("License-Expression") or metadata.get("License") or "").strip()
    if told and len(told) <= _LONGEST and "\n" not in told:
        return _SPDX.get(told.lower(), told)
    classes = [str(line).rpartition("::")[2].strip() for line in metadata.get_all("Classifier") or ()]
    lines = [str(line) for line in metadata.get_all("Classifier") or ()]
    found = [name for name, line in zip(classes, lines, strict=True) if line.startswith("License ::")]
    return " AND ".join(_SPDX.get(name.lower(), name) for name in found)


def is_shippable(expression: str) -> bool:
    """
    Tell whether something may be shipped in a closed installer.

    Parameters
    ----------
    expression : str
        Its licence; of alternatives (OR) one is enough, of a sum (AND) each counts.

    Returns
    -------
    bool
        False for GPL, AGPL and the like without an exception for linking, and if nothing is known. The LGPL is fine: the
        libraries are files of their own, which anyone may replace.
    """
    if not expression:
        return False
    flat = expression.replace("(", " ").replace(")", " ")
    return any(all(_is_free(part) for part in re.split(r"\s+AND\s+", choice)) for choice in re.split(r"\s+OR\s+", flat))


def _is_free(licence: str) -> bool:
    return " WITH " in licence or not _FORBIDDEN.match(licence.strip())
