"""What the bytes of a table are, whatever the name says: a workbook, text, or something that has to be saved anew first.

The first bytes of files: https://en.wikipedia.org/wiki/List_of_file_signatures ; an .xls, an .et of WPS and a workbook with a password
are all compound files (https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb), the last one with a stream "EncryptedPackage"
(https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto).
"""

import io
import zipfile
from typing import Literal

from schedules.words import Words, phrase

Kind = Literal["workbook", "text"]
ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORD, SLIDES = "WordDocument".encode("utf-16-le"), "PowerPoint Document".encode("utf-16-le")
OLD_SHEETS = tuple(bytes((9, version)) for version in (0, 2, 4))  # Excel 2 to 4, before compound files
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
WORKBOOK = "xl/workbook.xml"
STRICT = (
    b"http://purl.oclc.org/ooxml/"  # ISO/IEC 29500 part 1; all other workbooks are of part 4, "transitional"
)
LOCK = "~$"  # before the name of the small file that WPS and Excel keep while a table is open
HEAD = 4096  # bytes in which a page or an XML sheet shows itself
SAVE_AS = phrase("open it in WPS or Excel, choose 'Save as', the type .xlsx, and hand that file in")


class WrongKind(Exception):
    """The file is no table that can be read: `what` it is, and the way `out`."""

    def __init__(self, what: Words, out: Words = SAVE_AS) -> None:
        super().__init__(str(what))
        self.what, self.out = what, out


def kind_of(data: bytes) -> Kind:
    """Whether the bytes are an .xlsx or text. Raise WrongKind for everything else."""
    if data.startswith(ZIP):
        return _packed(data)
    if data.startswith(COMPOUND):
        raise _compound(data)
    if data.startswith(OLD_SHEETS):
        raise WrongKind(phrase("this is a sheet of an old Excel (.xls)"))
    if data.startswith(b"%PDF"):
        raise WrongKind(
            phrase("this is a PDF, which holds no table to read"),
            phrase("ask for the Excel file that it was made from"),
        )
    if data.startswith(PICTURES) or data[4:8] == b"ftyp" or (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
        raise WrongKind(
            phrase("this is a picture, which holds no table to read"),
            phrase("ask for the Excel file that it was taken of"),
        )
    if data.startswith(PACKED):
        raise WrongKind(
            phrase("this is a packed file"), phrase("unpack it and hand in the .xlsx or .csv inside")
        )
    _refuse_pages(data[:HEAD])
    return "text"


def _packed(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            strict = WORKBOOK in names and STRICT in packed.open(WORKBOOK).read(HEAD)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise WrongKind(
            phrase("the workbook is damaged or not whole"),
            phrase("copy it once more, or save it anew in WPS"),
        ) from error
    if strict:
        raise WrongKind(
            phrase("this workbook is a 'Strict Open XML' one"),
            phrase(
                "open it in WPS or Excel, choose 'Save as', the type 'Excel workbook (.xlsx)', and hand that file in"
            ),
        )
    if WORKBOOK in names or any(name.startswith("xl/") for name in names):
        return "workbook"
    if any(name.startswith("Index/") for name in names) or "Index.zip" in names:
        raise WrongKind(
            phrase("this is a sheet of Apple Numbers"), phrase("export it as Excel (.xlsx) there")
        )
    if "content.xml" in names:
        raise WrongKind(phrase("this is an OpenDocument file (.ods)"))
    if any(name.startswith("word/") for name in names):
        raise WrongKind(
            phrase("this is a Word document"),
            phrase("copy the table into a new sheet in WPS or Excel and save that as .xlsx"),
        )
    if "[Content_Types].xml" in names:
        raise WrongKind(phrase("this is no workbook"))
    raise WrongKind(phrase("this is a packed file"), phrase("unpack it and hand in the .xlsx or .csv inside"))


def _compound(data: bytes) -> WrongKind:
    if ENCRYPTED in data:
        return WrongKind(
            phrase("this workbook has a password"),
            phrase("take the password off in WPS or Excel and save it anew"),
        )
    if WORD in data or SLIDES in data:
        return WrongKind(
            phrase("this is a Word document"),
            phrase("copy the table into a new sheet in WPS or Excel and save that as .xlsx"),
        )
    return WrongKind(phrase("this is a sheet in the old form of Excel (.xls) or WPS (.et)"))


def _refuse_pages(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"mime-version:")):
        raise WrongKind(phrase("this is a web page that was saved under the name of a table"))
    if start.startswith(b"<?xml"):
        raise WrongKind(phrase("this is an XML file"))
    if start.startswith(b"{\\rtf"):
        raise WrongKind(
            phrase("this is a Word document"),
            phrase("copy the table into a new sheet in WPS or Excel and save that as .xlsx"),
        )
