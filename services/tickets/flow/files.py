"""Pure: what a file is, told by its content. The name and the type that a browser sends are the sender's claims.

Only kinds on this list are kept: pictures, PDF, office documents without macros, sound and video.
"""

import zipfile
from collections.abc import Callable
from typing import IO, Final

HEAD: Final = 64
"""Bytes that tell most kinds."""
_PREFIXES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_OOXML: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHOWN_IN_PLACE: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Pictures that every browser draws and that cannot run anything."""
MACROS: Final = "vbaproject.bin"


def kind_of(file: IO[bytes]) -> str | None:
    """Return the media type that the content shows, None when it is no kind that is kept; reads a few bytes only."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return _by_prefix(head) or _by_container(head) or _zipped(head, file)


def _by_prefix(head: bytes) -> str | None:
    return next((kind for prefix, kind in _PREFIXES if head.startswith(prefix)), None)


def _by_container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":  # ISO base media: phones' photos, sound and video
        return _BRANDS.get(head[8:12], "video/mp4")
    return "application/x-ole-storage" if head.startswith(_OLE) else None  # Word, Excel and PowerPoint until 2003


def _zipped(head: bytes, file: IO[bytes]) -> str | None:
    """An office document is an archive with a telling list of names; any other archive is refused."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    kind = _safely(file, _office)
    file.seek(0)
    return kind


def _safely(file: IO[bytes], look: Callable[[zipfile.ZipFile], str | None]) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            return look(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None


def _office(archive: zipfile.ZipFile) -> str | None:
    names = archive.namelist()
    if any(name.lower().endswith(MACROS) for name in names):
        return None
    if "[Content_Types].xml" in names:
        return next((kind for folder, kind in _OOXML.items() if any(n.startswith(folder) for n in names)), None)
    if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
        kind = archive.read("mimetype").decode("ascii", "replace")
        return kind if kind.startswith(_OPEN_DOCUMENT) else None
    return None
