"""The control API under /_control/: look inside, order faults, change numbers; for tests and the demo alone."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from .config import Json
from .http import Answer, Incoming, as_json, as_text

if TYPE_CHECKING:
    from .app import Sandbox


def answer(sandbox: "Sandbox", incoming: Incoming) -> Answer:
    """Answer a control request; 404 with the list of what there is for anything else, 400 for unusable values."""
    key = f"{incoming.method} {incoming.path.removeprefix('/_control/').strip('/')}"
    if key not in _ROUTES:
        return as_text("There is: " + ", ".join(_ROUTES), 404)
    try:
        values = json.loads(incoming.body or b"{}")
        if not isinstance(values, dict):
            raise ValueError("expected a JSON object")
        return as_json(_ROUTES[key](sandbox, values))
    except (ValueError, TypeError) as error:
        return as_text(str(error), 400)


def _state(sandbox: "Sandbox", _: Json) -> object:
    with sandbox.store.lock:
        tables = {name: list(rows.values()) for name, rows in sandbox.store.tables.items()}
        return {
            **json.loads(json.dumps(tables)),
            "config": sandbox.store.knobs.as_json(),
            "faults": sandbox.gate.faults.as_json(),
            "deliveries": list(sandbox.delivery.log),
            "deliveries_waiting": sandbox.delivery.waiting(),
            "version": sandbox.store.version,
        }


def _requests(sandbox: "Sandbox", _: Json) -> object:
    return sandbox.gate.requests()


def _forget_requests(sandbox: "Sandbox", _: Json) -> object:
    sandbox.gate.forget_requests()
    return {}


def _faults(sandbox: "Sandbox", _: Json) -> object:
    return sandbox.gate.faults.as_json()


def _add_fault(sandbox: "Sandbox", values: Json) -> object:
    return sandbox.gate.faults.add(values)


def _clear_faults(sandbox: "Sandbox", _: Json) -> object:
    sandbox.gate.faults.clear()
    return {}


def _change(sandbox: "Sandbox", values: Json) -> object:
    sandbox.store.knobs.change(values)
    return sandbox.store.knobs.as_json()


def _forget_rates(sandbox: "Sandbox", _: Json) -> object:
    sandbox.gate.rates.clear()
    return {}


def _reset(sandbox: "Sandbox", _: Json) -> object:
    sandbox.reset()
    return {}


_ROUTES: dict[str, Callable[["Sandbox", Json], object]] = {
    "GET state": _state,
    "GET requests": _requests,
    "DELETE requests": _forget_requests,
    "GET faults": _faults,
    "POST faults": _add_fault,
    "DELETE faults": _clear_faults,
    "POST config": _change,
    "DELETE rates": _forget_rates,
    "POST reset": _reset,
}
