"""Archives that spreadsheets are: what is in one, before anything of it is unpacked.

Rules: neither many parts nor much content; nothing that is encrypted; no macros. An XML part with a
document type of its own, in which entities could grow, is refused where it is read (`defusedxml`).
"""

import io
import zipfile

from node.spreadsheets.book import Unreadable
from node.spreadsheets.limits import ARCHIVE_PARTS, UNPACKED_BYTES

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive; `Unreadable` if it is broken, a bomb, or locked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("damaged") from error
    if len(parts) > ARCHIVE_PARTS or sum(one.file_size for one in parts) > UNPACKED_BYTES:
        raise Unreadable("bomb", mb=UNPACKED_BYTES // 1_048_576)
    if any(one.flag_bits & 1 for one in parts):
        raise Unreadable("password")
    return archive


def form_of(archive: zipfile.ZipFile) -> str:
    """Which spreadsheet it is: xlsx or ods; `Unreadable` says what else it is."""
    names = {name.lower() for name in archive.namelist()}
    if any(mark in name for name in names for mark in _MACROS[:2]):
        raise Unreadable("macros")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Unreadable("format", found=".xlsb")
    if "mimetype" in names and archive.read("mimetype").strip().startswith(_ODS):
        if any(name.startswith(_MACROS[2:]) and not name.endswith("/") for name in names):
            raise Unreadable("macros")
        return "ods"
    if any(name.endswith(".iwa") for name in names):
        raise Unreadable("format", found=".numbers")
    if "word/document.xml" in names:
        raise Unreadable("format", found=".docx")
    raise Unreadable("unknown")
