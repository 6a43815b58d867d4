"""Several PDFs one behind the other in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.sheets.pdf_objects import joined, read_objects, written
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["join_pdfs"]


def join_pdfs(path: Path, parts: Sequence[Path]) -> None:
    """
    Put the pages of several files into one; what they look like and say does not change.

    Parameters
    ----------
    path : Path
        The file; replaced only when the new one is complete. Title and maker are those of the first part.
    parts : sequence of Path
        At least one, from `patrolmap.sheets.pdf.write_pdf`.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_files({path: written(joined([read_objects(part.read_bytes()) for part in parts]))})
