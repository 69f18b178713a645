"""Small real pictures, bare or with what cameras write beside them."""

import struct
import zlib
from base64 import b64decode

# One grey pixel, as libjpeg writes it: JFIF, quantisation, frame, Huffman tables, scan.
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/"
    "wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEI"
    "I0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKz"
    "tLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z"
)


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG_START = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
DATA = chunk(b"IDAT", zlib.compress(b"\0\x80"))
PNG = PNG_START + HEADER + DATA + chunk(b"IEND", b"")


def exif(turned: int, order: str = ">") -> bytes:
    """What a phone writes: its maker, the turn, and a place (a pointer to GPS data)."""
    start = b"MM\0*" if order == ">" else b"II*\0"
    tags = (
        struct.pack(f"{order}HHII", 0x010F, 2, 8, 50),
        struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0),
        struct.pack(f"{order}HHII", 0x8825, 4, 1, 58),
    )
    return (
        start
        + struct.pack(f"{order}IH", 8, len(tags))
        + b"".join(tags)
        + b"\0\0\0\0"
        + b"HUAWEI\0\0"
        + b"GPS N39.9042"
    )


def photo(turned: int = 6, order: str = ">", *, behind: bytes = b"") -> bytes:
    """The JPEG as a phone hands it over."""
    about = segment(0xE1, b"Exif\0\0" + exif(turned, order)) + segment(
        0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>N39.9042</x>"
    )
    return (
        JPEG[:20]
        + about
        + segment(0xED, b"Photoshop 3.0\0IPTC")
        + segment(0xFE, "王敏家".encode())
        + JPEG[20:]
        + behind
    )
