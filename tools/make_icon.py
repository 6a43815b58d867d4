"""Make ``assets/installer/patrolmap.ico`` from ``assets/icons/patrolmap.svg``: ``python -m tools.make_icon``.

The icon of a Windows program holds the same picture in several sizes, each as a PNG (the format since Windows Vista).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT: Final = Path(__file__).resolve().parents[1]
SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def main() -> None:
    """Paint every size and write the icon."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    pictures = [_painted(size) for size in SIZES]
    offset = 6 + 16 * len(pictures)
    head = struct.pack("<HHH", 0, 1, len(pictures))
    for size, picture in zip(SIZES, pictures, strict=True):
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    (ROOT / "assets" / "installer" / "patrolmap.ico").write_bytes(head + b"".join(pictures))
    application.quit()


def _painted(size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ROOT / "assets" / "icons" / "patrolmap.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


if __name__ == "__main__":
    main()
