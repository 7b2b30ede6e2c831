"""Small real pictures, and files as the Slack stand-in takes them; no tests here."""

import base64
import struct
import zlib
from typing import Any


def png(width: int = 4, height: int = 3, shade: int = 128) -> bytes:
    """A grey PNG that any browser shows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def file(name: str, content: bytes | None = None, **besides: Any) -> dict[str, Any]:
    """A file to share; `besides` as deploy.sandbox.slack.files.upload takes it."""
    return {"name": name, "content": base64.b64encode(png() if content is None else content).decode(), **besides}
