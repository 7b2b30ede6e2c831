"""What a file is told to be by its first bytes, and how large a picture says it is."""

import pytest

from bot.core.media import dimensions, is_page, media_type
from tests.support.pictures import png

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10) + b"\xff\xc0\x00\x11\x08\x00\x21\x01\x02\x03"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (png(), "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a\x05\x00\x04\x00", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "application/octet-stream"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b'{"panel": "rot"}', "text/plain"),
        ("Tür".encode(), "text/plain"),
        ("Tür".encode("latin-1"), "application/octet-stream"),
        (b"a\0b", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>", "text/html"),
        (b"<!-- a --><html lang=en>", "text/html"),
        (b"", "text/plain"),
    ],
)
def test_a_file_is_known_by_its_bytes(content: bytes, found: str) -> None:
    """Names and promises play no part."""
    assert media_type(content) == found


def test_a_log_that_speaks_of_pages_is_none() -> None:
    """Only what begins as a page is one."""
    assert not is_page(b"12:00 got <html> from the panel")


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(640, 480), (640, 480)),
        (JPEG, (0x102, 0x21)),
        (b"GIF89a\x05\x00\x04\x00", (5, 4)),
        (png()[:20], None),
        (JPEG[:12], None),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(40), None),
        (b"text", None),
    ],
)
def test_the_size_of_a_picture_stands_in_its_header(content: bytes, size: tuple[int, int] | None) -> None:
    """What is cut or broken has none, and takes no time."""
    assert dimensions(content) == size
