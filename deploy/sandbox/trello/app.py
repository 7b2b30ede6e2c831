"""The sandbox as an ASGI application: reads a request, hands it to gate, control or page, and writes the answer."""

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from . import control, rest, seed
from .config import Config
from .delivery import Delivery
from .gate import Gate
from .http import Answer, Incoming, Upload, as_text
from .page import routes as page
from .snapshot import Snapshot
from .store import TABLES, Store

__all__ = ["Sandbox", "create_app", "rest"]

MOST_BODY = 11 * 1024 * 1024  # bytes


class Sandbox:
    """The parts put together; callable as an ASGI application."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store = Store(config)
        self.gate = Gate(self.store, config)
        self.delivery = Delivery(self.store)
        self.snapshot = Snapshot(self.store, config.state) if config.state else None
        if not (self.snapshot and self.snapshot.load()):
            seed.plant(self.store, config.seed)

    def start(self) -> None:
        """Start the threads that save and deliver."""
        self.delivery.start()
        if self.snapshot:
            self.snapshot.start()

    def stop(self) -> None:
        """Save once more and end the threads."""
        self.delivery.stop()
        if self.snapshot:
            self.snapshot.stop()

    def reset(self) -> None:
        """Back to the seed, with no faults, no log and nothing counted; knobs stay."""
        with self.store.lock:
            self.store.load({name: {} for name in TABLES})
            seed.plant(self.store, self.config.seed)
        self.gate.faults.clear()
        self.gate.forget_requests()
        self.gate.rates.clear()

    def answer(self, incoming: Incoming) -> Answer:
        """The answer to one fully read request."""
        if incoming.path.startswith("/1/"):
            return self.gate.answer(incoming)
        if _is_foreign(incoming):
            return as_text("Only this sandbox's own page may do that.", 403)
        if incoming.path.startswith("/_control/"):
            return control.answer(self, incoming)
        return page.answer(self, incoming)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry: lifespan and HTTP."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        incoming = await _read(Request(scope, receive))
        answer = await run_in_threadpool(self.answer, incoming) if incoming else as_text("too large", 413)
        await _write(answer, incoming.method if incoming else "", receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await run_in_threadpool(self.stop)
        await send({"type": "lifespan.shutdown.complete"})


def create_app(config: Config) -> Sandbox:
    """The sandbox as an ASGI application, filled from its state file or its seed."""
    return Sandbox(config)


def _is_foreign(incoming: Incoming) -> bool:
    """A page of another site, open in the same browser, must not steer the sandbox."""
    origin, host = incoming.headers.get("origin"), incoming.headers.get("host")
    return incoming.method != "GET" and origin is not None and origin.partition("://")[2] != host


async def _read(request: Request) -> Incoming | None:
    """The whole request, None when it is too large to be meant."""
    if int(request.headers.get("content-length") or 0) > MOST_BODY:
        return None
    form: dict[str, object] = {}
    upload = None
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as sent:
            for name, value in sent.items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    upload = Upload(value.filename or "file", kind, await value.read())
                else:
                    form[name] = value
    body = b"" if form or upload else await request.body()
    url = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}{request.scope['path']}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(request.method, url, request.scope["path"], request.url.query, headers, body, form, upload)


async def _write(answer: Answer, method: str, receive: Receive, send: Send) -> None:
    if answer.cut == "silent":
        with anyio.move_on_after(answer.hold):
            while (await receive())["type"] != "http.disconnect":
                pass
    if answer.cut in ("silent", "drop"):
        _hang_up(send)
        return
    headers = {"content-type": answer.kind, "content-length": str(len(answer.body)), **answer.headers}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    body = b"" if method == "HEAD" else answer.body
    if answer.cut == "half":
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        _hang_up(send, politely=True)
        return
    await send({"type": "http.response.body", "body": body})


def _hang_up(send: Send, *, politely: bool = False) -> None:
    """Cut the connection. ASGI has no word for it, so this reaches for uvicorn's transport behind `send`."""
    cycle = getattr(send, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise RuntimeError("connections can only be cut when the sandbox runs on uvicorn")
    # What was written must still leave before a half answer ends; a dropped one may end at once.
    transport.close() if politely else transport.abort()
