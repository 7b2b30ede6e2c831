"""One real question to the embedded model, with the times it took: a check for a person or a slow test."""

import json
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.sandbox.model.parts import ModelError
from deploy.sandbox.model.serve import ALIAS
from deploy.sandbox.services.process import free_port

REPORT = "The door panel in room 4 shows a booking as confirmed while it is offline, and then two teams turn up."
SCHEMA = {
    "type": "object",
    "properties": {"kind": {"enum": ["bug", "feature", "question"]}, "title": {"type": "string", "maxLength": 120}},
    "required": ["kind", "title"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Smoke:
    """What was seen: seconds until the model was loaded, its JSON answer, generated tokens and tokens per second."""

    load_seconds: float
    answer: dict[str, str]
    tokens: int
    tokens_per_second: float


def smoke(model: Path) -> Smoke:
    """Serve `model` on a free port, ask for one small JSON, stop it. Raises ModelError when it does not serve."""
    command = [sys.executable, "-m", "deploy.sandbox.model", "serve", "--model", str(model), "--port", str(free_port())]
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as popen:
        try:
            assert popen.stdout is not None
            address = popen.stdout.readline().strip()
            if not address:
                raise ModelError(f"the server ended with {popen.wait()}")
            loaded = time.monotonic() - started
            reply = ask(address)
        finally:
            popen.terminate()
    usage, timings = reply["usage"], reply["timings"]
    answer = json.loads(reply["choices"][0]["message"]["content"])
    return Smoke(loaded, answer, usage["completion_tokens"], timings["predicted_per_second"])


def ask(address: str) -> dict[str, Any]:
    """Ask the server at `address` (".../v1") for a kind and a title of a fixed report."""
    body = {
        "model": ALIAS,
        "temperature": 0,
        "max_tokens": 200,
        "messages": [
            {"role": "system", "content": "Give the kind of the report and a title for it, as JSON."},
            {"role": "user", "content": REPORT},
        ],
        "response_format": {"type": "json_schema", "json_schema": {"name": "ticket", "strict": True, "schema": SCHEMA}},
    }
    request = urllib.request.Request(  # noqa: S310 - the address is our own server's
        f"{address}/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - as above
        reply: dict[str, Any] = json.load(response)
    return reply
