"""In which encoding a file's bytes are texts, with the evidence."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from typing import Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message

__all__ = ["Decoded", "DetectedEncoding", "decode", "detect_encoding", "known_encoding"]

_SAMPLE_BYTES: Final = 2 * 1024**2
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TITLES: Final = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "ascii": "ASCII",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030 (GBK)",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252",
}
_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00a0\u00ad")
_ENOUGH_COMMON: Final = 0.6
_MAX_BROKEN: Final = 0.01


@dataclass(frozen=True)
class DetectedEncoding:
    """
    An encoding and why it was taken.

    Parameters
    ----------
    codec : str
        Name for Python.
    evidence : Message
        What speaks for it.
    """

    codec: str
    evidence: Message

    @property
    def title(self) -> str:
        """Name for people."""
        return _TITLES.get(self.codec, self.codec)

    @property
    def choice(self) -> Message:
        """The line of the import report."""
        return Message(N_("Encoding {encoding}: {evidence}."), {"encoding": self.title, "evidence": self.evidence})


@dataclass(frozen=True)
class Decoded:
    """
    The text of a file.

    Parameters
    ----------
    text : str
        Without byte order mark.
    choices : tuple of Message
        Which encoding and why.
    """

    text: str
    choices: tuple[Message, ...]


def decode(data: bytes, name: str, encoding: str = "auto") -> Decoded:
    """
    Turn the bytes of a text file into text.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        File name, for messages.
    encoding : str, default "auto"
        An encoding, or ``auto`` to detect it.

    Returns
    -------
    Decoded
        The text. With a detected encoding single broken bytes become U+FFFD and are counted in the choices.

    Raises
    ------
    InputError
        If the encoding is unknown, or given and wrong.
    """
    if encoding != "auto":
        return _decoded_as_told(data, name, known_encoding(encoding))
    found = detect_encoding(data)
    text = data.decode(found.codec, errors="replace").removeprefix("\ufeff")
    broken = text.count("\ufffd")
    choices = [found.choice]
    if broken:
        choices.append(
            Message(
                N_("{count} {count:character|characters} could not be read in {encoding}."),
                {"count": broken, "encoding": found.title},
            )
        )
    return Decoded(text, tuple(choices))


def known_encoding(encoding: str) -> str:
    """
    Check the name of an encoding.

    Parameters
    ----------
    encoding : str
        As a user writes it, such as ``gbk`` or ``UTF-8``.

    Returns
    -------
    str
        Python's name; the GB family is read as GB18030, which contains it.

    Raises
    ------
    InputError
        If there is no such text encoding.
    """
    cleaned = encoding.strip().lower().removeprefix("ansi ").removeprefix("ansi_")
    cleaned = {"936": "gb18030", "950": "big5hkscs", "65001": "utf-8", "1252": "cp1252"}.get(cleaned, cleaned)
    try:
        codec = codecs.lookup(cleaned).name
        b"a".decode(codec, errors="replace")  # codecs that are no text encodings refuse here
    except (LookupError, ValueError) as error:
        raise InputError(
            N_("“{encoding}” is no known encoding."),
            remedy=N_("Give one of utf-8, gb18030, big5, utf-16, or auto."),
            encoding=encoding,
        ) from error
    return {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}.get(codec, codec)


def detect_encoding(data: bytes) -> DetectedEncoding:
    """
    Tell the encoding of bytes among UTF-8, UTF-16, GB18030, Big5 and Windows-1252.

    Parameters
    ----------
    data : bytes
        A file, or the texts out of a file joined by line ends.

    Returns
    -------
    DetectedEncoding
        Byte order marks decide; then the pattern of zero bytes; then whether it is valid UTF-8; then the share of
        common characters that GB18030 and Big5 would give.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return DetectedEncoding(codec, Message(N_("it starts with the mark of this encoding")))
    if data.isascii() and b"\x00" not in data[:4096]:
        return DetectedEncoding("utf-8", Message(N_("it has only ASCII characters")))
    wide = _utf16_by_zeros(data[:4096])
    if wide:
        return wide
    sample = _without_cut_line(data[:_SAMPLE_BYTES])
    return _utf8(sample) or _double_byte(sample)


def _decoded_as_told(data: bytes, name: str, codec: str) -> Decoded:
    try:
        text = data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            N_("“{name}” is not in the encoding {encoding}: line {line} does not fit."),
            why=N_("It looks like {guess}."),
            remedy=N_("Leave the encoding out, or give the right one."),
            name=name,
            encoding=_TITLES.get(codec, codec),
            line=data.count(b"\n", 0, error.start) + 1,
            guess=detect_encoding(data).title,
        ) from error
    return Decoded(text, (Message(N_("Encoding {encoding}, as told."), {"encoding": _TITLES.get(codec, codec)}),))


def _utf16_by_zeros(head: bytes) -> DetectedEncoding | None:
    even, odd = head[0::2], head[1::2]
    if not odd:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    evidence = Message(N_("every other byte of its ASCII characters is zero"))
    if zeros_odd > 0.2 and zeros_even < 0.05:
        return DetectedEncoding("utf-16-le", evidence)
    if zeros_even > 0.2 and zeros_odd < 0.05:
        return DetectedEncoding("utf-16-be", evidence)
    return None


def _without_cut_line(sample: bytes) -> bytes:
    end = sample.rfind(b"\n")
    return sample[: end + 1] if len(sample) == _SAMPLE_BYTES and end > 0 else sample


def _utf8(sample: bytes) -> DetectedEncoding | None:
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text if character > "\x7f")
    if foreign == 0 or (broken / foreign > _MAX_BROKEN and broken > 1):
        return None
    if broken and foreign <= 2 * broken:
        return None
    return DetectedEncoding(
        "utf-8",
        Message(
            N_("its {count} {count:character|characters} beyond ASCII {count:is|are} valid UTF-8"),
            {"count": foreign - broken},
        ),
    )


def _double_byte(sample: bytes) -> DetectedEncoding:
    shares = {codec: _share_of_common(sample, codec) for codec in ("gb18030", "big5hkscs")}
    best = max(shares, key=lambda codec: shares[codec])
    if shares[best] < _ENOUGH_COMMON:
        return DetectedEncoding(
            "cp1252", Message(N_("it is neither valid UTF-8 nor Chinese text in GB18030 or Big5, so Latin is taken"))
        )
    other = "big5hkscs" if best == "gb18030" else "gb18030"
    values = {"share": round(100 * shares[best]), "other": _TITLES[other], "other_share": round(100 * shares[other])}
    return DetectedEncoding(
        best, Message(N_("{share} % of its characters are common ones; as {other} it would be {other_share} %"), values)
    )


def _share_of_common(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, errors="replace")
    foreign = [character for character in text if character > "\x7f" and character not in _UNSEEN]
    if not foreign:
        return 0.0
    common = _common_characters()
    return sum(character in common for character in foreign) / len(foreign)


@cache
def _common_characters() -> frozenset[str]:
    """First levels of GB 2312 (3,755) and Big5 (5,401), which hold what people write, and full-width signs."""
    simplified = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(byte for lead in range(0xA4, 0xC7) for trail in trails for byte in (lead, trail))
    # The first rows of signs of both tables: degrees, brackets, dashes, circled numbers.
    rows_of_signs = [bytes((lead, trail)) for lead in (0xA1, 0xA2) for trail in range(0xA1, 0xFF)]
    written = "".join(pair.decode(codec, errors="ignore") for pair in rows_of_signs for codec in ("gb18030", "big5"))
    written += simplified.decode("gb2312", errors="ignore") + traditional.decode("big5", errors="ignore")
    signs = {chr(code) for code in (*range(0x3001, 0x3020), *range(0xFF01, 0xFF5F), 0x3000, 0x2014, 0x2018, 0x2019)}
    return frozenset(written) | signs | {"\u201c", "\u201d", "\u2026", "\u00b7", "\u2103", "\u2116"}
