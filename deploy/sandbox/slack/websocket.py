"""The server side of a WebSocket (RFC 6455) as a uvicorn protocol, so that Socket Mode needs no further library."""

import asyncio
import base64
import hashlib
import struct
from typing import cast
from urllib.parse import parse_qs, urlsplit

from uvicorn.server import ServerState

from .sockets import Hub

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG, CONTINUED = 1, 8, 9, 10, 0
LARGEST = 1_000_000


def frame(opcode: int, data: bytes) -> bytes:
    """One whole, unmasked frame as servers send it."""
    if len(data) < 126:
        size = struct.pack("!B", len(data))
    elif len(data) < 65536:
        size = struct.pack("!BH", 126, len(data))
    else:
        size = struct.pack("!BQ", 127, len(data))
    return bytes([0x80 | opcode]) + size + data


def take_frame(buffer: bytearray) -> tuple[bool, int, bytes] | None:
    """Remove the first whole frame from `buffer`: (last of its message, opcode, data), or None to wait for more.

    Raises ValueError for what a client may not send: unmasked, extended or oversized frames.
    """
    if len(buffer) < 2:
        return None
    first, second = buffer[0], buffer[1]
    if first & 0x70 or not second & 0x80:
        raise ValueError("frames must be masked and plain")
    size, at = second & 0x7F, 2
    extended = {126: ("!H", 2), 127: ("!Q", 8)}.get(size)
    if extended:
        form, width = extended
        if len(buffer) < at + width:
            return None
        size, at = struct.unpack_from(form, buffer, at)[0], at + width
    if size > LARGEST:
        raise ValueError("frame too large")
    if len(buffer) < at + 4 + size:
        return None
    mask, data = buffer[at : at + 4], bytes(buffer[at + 4 : at + 4 + size])
    del buffer[: at + 4 + size]
    return bool(first & 0x80), first & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


class SocketLink(asyncio.Protocol):
    """One Socket Mode connection; `hub` is set by the subclass that `link_class` makes."""

    hub: Hub
    transport: asyncio.Transport

    def __init__(self, server_state: ServerState, **_given_by_uvicorn: object) -> None:
        self._loop = asyncio.get_running_loop()
        self._connections = server_state.connections
        self._buffer = bytearray()
        self._message = bytearray()
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The HTTP connection asked to become a WebSocket."""
        # By what it can do it is a Transport, although uvloop's does not say so.
        self.transport = cast("asyncio.Transport", transport)
        self._connections.add(self)  # type: ignore[arg-type]  # uvicorn names its own, needs shutdown()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio gives it
        """Either side is gone."""
        self._connections.discard(self)
        self.hub.detach(self)

    def shutdown(self) -> None:
        """uvicorn is stopping."""
        self._goodbye(1012)

    def data_received(self, data: bytes) -> None:
        """Bytes of the handshake, then of frames."""
        self._buffer += data
        if not self._open:
            self._shake_hands()
        if self._open:
            try:
                while part := take_frame(self._buffer):
                    last, opcode, content = part
                    self._take(opcode, content, last=last)
            except ValueError:
                self._goodbye(1002)

    def send(self, text: str) -> None:
        """Send a text message; from any thread."""
        self._loop.call_soon_threadsafe(self._write, frame(TEXT, text.encode()))

    def close(self, after: float = 0) -> None:
        """Close after `after` seconds; from any thread."""
        self._loop.call_soon_threadsafe(self._loop.call_later, after, self._goodbye, 1000)

    def _shake_hands(self) -> None:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        target = urlsplit(request.split(" ")[1])
        ticket = parse_qs(target.query).get("ticket", [""])[0]
        if target.path != "/link" or not self.hub.admit(ticket):
            self._write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.transport.close()
            return
        key = headers.get("sec-websocket-key", "").encode()
        accept = base64.b64encode(hashlib.sha1(key + MAGIC, usedforsecurity=False).digest())
        self._write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self._buffer, self._open = bytearray(rest), True
        self.hub.attach(self)

    def _take(self, opcode: int, data: bytes, *, last: bool) -> None:
        if opcode == PING:
            self._write(frame(PONG, data))
        elif opcode == CLOSE:
            self._goodbye(1000)
        elif opcode in (TEXT, CONTINUED):
            self._message += data
            if len(self._message) > LARGEST:
                raise ValueError("message too large")
            if last:
                text, self._message = self._message.decode(errors="replace"), bytearray()
                self.hub.received(text)

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def _goodbye(self, code: int) -> None:
        if self._open:
            self._write(frame(CLOSE, struct.pack("!H", code)))
        self.transport.close()


def link_class(hub: Hub) -> type[asyncio.Protocol]:
    """The protocol class to give uvicorn as `ws=`, tied to one hub."""
    return type("HubLink", (SocketLink,), {"hub": hub})
