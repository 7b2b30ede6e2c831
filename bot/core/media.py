"""What a file is by its first bytes, whatever its name says, and how large a picture is; nothing is decoded."""

import re

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
# Start of frame: the segments of a JPEG that tell its size (ITU T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
OTHER, TEXT, PAGE = "application/octet-stream", "text/plain", "text/html"


def media_type(content: bytes) -> str:
    """The type of a file that can be told from it; OTHER when nothing tells."""
    for mark, found in _MARKS:
        if content.startswith(mark):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if is_page(content):
        return PAGE
    return TEXT if _is_text(content) else OTHER


def is_page(content: bytes) -> bool:
    """Whether it begins as an HTML page does."""
    return _PAGE.match(content.removeprefix(b"\xef\xbb\xbf")[:1024]) is not None


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture as its header tells them; None when it does not."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        return _big(content[16:20]), _big(content[20:24])
    if content.startswith(b"GIF8") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return _of_jpeg(content) if content.startswith(b"\xff\xd8") else None


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _FRAMES:
            return _big(content[at + 7 : at + 9]), _big(content[at + 5 : at + 7])
        at += 2 + max(_big(content[at + 2 : at + 4]), 2)
    return None


def _big(digits: bytes) -> int:
    return int.from_bytes(digits, "big")
