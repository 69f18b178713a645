"""What stays of a photo when metadata go."""

import struct

import pytest
from pictures import DATA, HEADER, JPEG, PNG, PNG_START, chunk, exif, photo, segment

from worker.web.duties.bare_photo import Damaged, bare

TOLD = (b"HUAWEI", b"GPS", b"N39.9042", "王敏家".encode(), b"IPTC", b"mp42")


def turn_of(content):
    at = content.find(b"Exif\0\0")
    return struct.unpack_from(">H", content, at + 6 + 8 + 2 + 8)[0] if at >= 0 else 1


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_photo_of_a_phone_keeps_its_picture_and_its_turn_only(turned, order):
    found = bare(photo(turned, order, behind=b"\0\0\0\x18ftypmp42 a film with GPS"), "image/jpeg")

    assert not [word for word in TOLD if word in found]
    assert turn_of(found) == turned
    assert found.endswith(JPEG[20:])
    assert len(found) == len(JPEG) + (36 if turned != 1 else 0)


def test_what_is_bare_stays_byte_for_byte():
    assert bare(JPEG, "image/jpeg") == JPEG
    assert bare(PNG, "image/png") == PNG
    once = bare(photo(6), "image/jpeg")
    assert bare(once, "image/jpeg") == once
    assert bare(b"%PDF-1.7 ...", "application/pdf") == b"%PDF-1.7 ..."


def test_colours_stay_and_a_progressive_picture_keeps_every_scan():
    icc, adobe = segment(0xE2, b"ICC_PROFILE\0\1\1sRGB"), segment(0xEE, b"Adobe\0d\0\0\0\0\1")
    frame = JPEG[
        JPEG.index(b"\xff\xc0") if b"\xff\xc0" in JPEG else JPEG.index(b"\xff\xdb") : JPEG.index(b"\xff\xda")
    ]
    scan = segment(0xDA, b"\1\1\0\0\0\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    several = (
        b"\xff\xd8"
        + icc
        + adobe
        + frame
        + scan
        + segment(0xFE, b"GPS")
        + segment(0xC4, b"\0" * 17)
        + scan
        + b"\xff\xd9"
    )

    found = bare(several, "image/jpeg")

    assert found == several.replace(segment(0xFE, b"GPS"), b"")
    assert bare(several.replace(icc, segment(0xE2, b"MPF\0") + icc), "image/jpeg") == found


def test_fill_bytes_and_bytes_of_no_segment_are_passed_over():
    assert bare(JPEG[:20] + b"\0\0\xff\xff" + segment(0xE1, b"x") + JPEG[20:], "image/jpeg") == JPEG


def test_a_photo_cut_off_within_its_picture_is_kept():
    assert bare(photo(1)[:-2], "image/jpeg") == JPEG[:-2]


@pytest.mark.parametrize(
    "tiff", [b"", b"II*\0", b"MM\0*\0\0\0\xff", b"MM\0*\0\0\0\x08\xff\xff", exif(9), b"junk" * 9]
)
def test_exif_that_cannot_be_read_goes_as_a_whole(tiff):
    broken = JPEG[:20] + segment(0xE1, b"Exif\0\0" + tiff) + JPEG[20:]

    assert bare(broken, "image/jpeg") == JPEG
    assert bare(PNG_START + HEADER + chunk(b"eXIf", tiff) + DATA + chunk(b"IEND", b""), "image/png") == PNG


def test_a_png_keeps_what_shows_it():
    texts = [chunk(kind, b"GPS HUAWEI") for kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"prVt")]
    physical = chunk(b"pHYs", b"\0" * 9)
    full = PNG_START + HEADER + physical + b"".join(texts) + DATA + chunk(b"IEND", b"") + b"film mp42"

    assert bare(full, "image/png") == PNG_START + HEADER + physical + DATA + chunk(b"IEND", b"")


def test_a_png_keeps_its_turn():
    found = bare(PNG_START + HEADER + chunk(b"eXIf", exif(6)) + DATA + chunk(b"IEND", b""), "image/png")

    assert not [word for word in TOLD if word in found]
    assert struct.unpack_from(">H", found, found.index(b"eXIf") + 4 + 8 + 2 + 8)[0] == 6
    assert bare(found, "image/png") == found


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 64, "image/jpeg"),
        (JPEG[:-30][: JPEG.index(b"\xff\xda")], "image/jpeg"),
        (JPEG[:2] + JPEG[JPEG.index(b"\xff\xda") :], "image/jpeg"),
        (JPEG[:100], "image/jpeg"),
        (PNG_START, "image/png"),
        (PNG[:-1], "image/png"),
        (PNG_START + DATA + chunk(b"IEND", b""), "image/png"),
        (PNG_START + HEADER + chunk(b"IEND", b""), "image/png"),
        (PNG_START + struct.pack(">I", 2**31) + b"IHDR", "image/png"),
        (b"\xff\xd8" + b"\xff" * 9_000_000, "image/jpeg"),
        (b"\xff\xd8" + segment(0xE1, b"") * 200_000, "image/jpeg"),
        (PNG_START + HEADER + chunk(b"tEXt", b"") * 200_000 + DATA + chunk(b"IEND", b""), "image/png"),
    ],
)
def test_what_no_program_could_show_is_damaged(content, media_type):
    with pytest.raises(Damaged):
        bare(content, media_type)
