"""Several PDFs one behind the other in one file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter

from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["join_pdfs"]


def join_pdfs(path: Path, parts: Sequence[Path]) -> None:
    """
    Put the pages of several files into one; what they look like and say does not change.

    Each part brings the letters that it uses: some tens of kilobytes that the others may bring too.

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
    readers = [PdfReader(part) for part in parts]
    writer = PdfWriter()
    for reader in readers:
        writer.append(reader, import_outline=False)
    writer.metadata = readers[0].metadata
    whole = io.BytesIO()
    writer.write(whole)
    write_files({path: whole.getvalue()})
