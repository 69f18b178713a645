"""Photos without what the camera wrote beside the picture: place, time, device, comments, previews, films.

The picture itself is not decoded: its bytes stay as they are, and so do its colours and the way it is to be turned. Sources: ITU-T T.81,
annex B, for the segments of a JPEG; the PNG specification, third edition, for chunks; TIFF 6.0 for what stands in Exif.
"""

import re
import struct
import zlib
from collections.abc import Iterator

EXIF = b"Exif\0\0"
PNG_START = b"\x89PNG\r\n\x1a\n"
# JPEG. APP0 JFIF is the measure of a pixel, APP2 ICC_PROFILE and APP14 Adobe tell what the colours mean.
SOI, EOI, SOS, COM = b"\xff\xd8", 0xD9, 0xDA, 0xFE
APPLICATION = range(0xE0, 0xF0)
KEPT_APPLICATION = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# The next marker that means something: FF 00 and RSTn are part of a coded picture, TEM and a second SOI of nothing, FF FF fills up.
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
MOST_PARTS = 100_000  # segments or chunks; what has more is made to keep us busy
# PNG. All that says how the picture is to be shown; texts, times, Exif and what programs add of their own are not among it.
SHOWN = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
     b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT")
)  # fmt: skip
TURN = 0x0112  # the tag of the orientation, 1 to 8; 1 is upright
MOST_TAGS = 512


class Damaged(ValueError):
    """The file ends too early, or holds no picture."""


def bare(content: bytes, media_type: str) -> bytes:
    """The same picture without metadata; anything but a JPEG or a PNG as it is. The same bytes come of what is bare already.

    Raise Damaged for a file that no program could show.
    """
    try:
        if media_type == "image/jpeg":
            return _bare_jpeg(content)
        if media_type == "image/png":
            return _bare_png(content)
    except struct.error as error:
        raise Damaged from error
    return content


def _bare_jpeg(content: bytes) -> bytes:
    """What stands behind the end of the picture goes, too: phones put films and further pictures there."""
    turned, kept, frame, scan = 1, list[bytes](), False, False
    for marker, piece in _segments(content):
        if marker in APPLICATION or marker == COM:
            body = piece[4:]
            if marker == 0xE1 and body.startswith(EXIF) and turned == 1:
                turned = _turn(body[len(EXIF) :])
            wanted = KEPT_APPLICATION.get(marker)
            if wanted is None or not body.startswith(wanted):
                continue
        frame, scan = frame or marker in FRAMES, scan or marker == SOS
        kept.append(piece)
    if not (frame and scan):
        raise Damaged
    # JFIF wants to stand first; Exif follows it.
    at = 1 if kept[0][1] == 0xE0 else 0
    return b"".join((SOI, *kept[:at], _exif_segment(turned), *kept[at:]))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with all that belongs to it, a scan with its coded picture, up to the end of the picture."""
    end = len(SOI)
    for _ in range(MOST_PARTS):
        found = MARKER.search(content, end)  # bytes that belong to nothing are passed over, as decoders do
        if found is None:
            return
        at = found.start()
        marker = content[at + 1]
        if marker == EOI:
            yield marker, content[at : at + 2]
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise Damaged
        if marker == SOS:
            behind = MARKER.search(content, end)
            end = len(content) if behind is None else behind.start()
        yield marker, content[at:end]
    raise Damaged


def _bare_png(content: bytes) -> bytes:
    """The chunks that show the picture; of Exif only the turn."""
    at, kept, turned, picture = len(PNG_START), list[bytes](), 1, False
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or (at == len(PNG_START)) != (kind == b"IHDR"):
            raise Damaged
        if kind == b"eXIf":
            turned = _turn(content[at + 8 : end - 4])
        if kind in SHOWN:
            kept.append(content[at:end])
        picture = picture or kind == b"IDAT"
        at = end
        if kind == b"IEND":
            break
    else:
        raise Damaged
    if not picture:
        raise Damaged
    return b"".join((PNG_START, kept[0], _exif_chunk(turned), *kept[1:]))


def _turn(tiff: bytes) -> int:
    """How the picture is to be turned, by its Exif; 1 where that cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(min(count, MOST_TAGS)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == TURN and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _tiff(turned: int) -> bytes:
    """Exif that holds the turn and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, TURN, 3, 1, turned, 0, 0)


def _exif_segment(turned: int) -> bytes:
    if turned == 1:
        return b""
    body = EXIF + _tiff(turned)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _exif_chunk(turned: int) -> bytes:
    if turned == 1:
        return b""
    body = b"eXIf" + _tiff(turned)
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
