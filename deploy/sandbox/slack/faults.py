"""Trouble on order: what the next calls of a method must suffer; decided here, carried out by the Web API."""

import threading
from dataclasses import asdict, dataclass

from .config import Json

KINDS = ("ratelimited", "http_500", "drop_before", "drop_after", "timeout_before", "timeout_after", "half_answer")


@dataclass
class Fault:
    """`times` calls of `method` ("*" for any) get `kind`; `seconds` is Retry-After, or how long a timeout lasts.

    `*_before` means nothing happened, `*_after` that the work was done and the answer never came.
    """

    method: str
    kind: str
    times: int = 1
    seconds: float = 30

    @property
    def after(self) -> bool:
        """Whether the work is done before the trouble starts."""
        return self.kind in ("drop_after", "timeout_after", "half_answer")


class Faults:
    """The orders still open, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Take an order; ValueError for an unknown kind."""
        if fault.kind not in KINDS and not fault.kind.startswith("error:"):
            raise ValueError(f"unknown fault {fault.kind}; one of {', '.join(KINDS)}, error:<code>")
        with self._lock:
            self._orders.append(fault)

    def take(self, method: str) -> Fault | None:
        """Use up one fault of this method."""
        with self._lock:
            for fault in self._orders:
                if fault.method in (method, "*"):
                    fault.times -= 1
                    self._orders = [order for order in self._orders if order.times > 0]
                    return fault
        return None

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders = []

    def listed(self) -> list[Json]:
        """The open orders as JSON."""
        with self._lock:
            return [asdict(fault) for fault in self._orders]
