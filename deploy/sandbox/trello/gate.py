"""The way into the REST API: fault, who is asking, rate, the work, and a line in the request log, in this order."""

import threading
import time
from collections import deque

from . import auth, faults
from .call import Call, dispatch
from .config import Config, Json
from .errors import Refused
from .http import Answer, Incoming, as_json, as_text
from .rates import Rates
from .store import Store


class Gate:
    """Answers /1/ requests for the one key and token of the sandbox."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config
        self._lock = threading.Lock()
        self.rates = Rates(store.knobs)
        self.faults = faults.Faults()
        self.log: deque[Json] = deque(maxlen=5000)

    def answer(self, incoming: Incoming) -> Answer:
        """The answer to one request, spoiled if a fault was ordered for it."""
        started = time.time()
        fault = self.faults.pick(incoming.method, incoming.path)
        answer = faults.apply(fault, lambda: self._work(incoming)) if fault else self._work(incoming)
        self._note(incoming, answer, fault.kind if fault else None, started)
        return answer

    def _work(self, incoming: Incoming) -> Answer:
        try:
            auth.check(incoming, self._config, self._store.knobs)
            if refusal := self.rates.check(incoming.path):
                return refusal
            return self.perform(incoming, self.owner())
        except Refused as refused:
            return as_text(refused.text, refused.status)

    def perform(self, incoming: Incoming, member: Json) -> Answer:
        """Do the work as `member`, without asking who that is; also the way the board page acts."""
        params = {name: value for name, value in incoming.params().items() if name not in ("key", "token")}
        path = incoming.path.removeprefix("/1")
        call = Call(self._store, incoming.method, path, params, member, upload=incoming.upload)
        result = dispatch(call)
        if isinstance(result, Answer):
            return result
        with self._store.lock:
            return as_json(result)

    def owner(self) -> Json:
        """The member the token belongs to."""
        with self._store.lock:
            return self._store.rows("members", owner=True)[0]

    def requests(self) -> list[Json]:
        """The log, oldest first."""
        with self._lock:
            return list(self.log)

    def forget_requests(self) -> None:
        """Empty the log."""
        with self._lock:
            self.log.clear()

    def _note(self, incoming: Incoming, answer: Answer, fault: str | None, started: float) -> None:
        try:
            params = incoming.params()
        except Refused:
            params = {"_body": "unreadable"}
        secrets = (self._config.token, self._config.secret)
        line = {
            "method": incoming.method,
            "path": _masked(incoming.path, secrets),
            "params": {name: value for name, value in params.items() if name not in ("key", "token")},
            "status": answer.status,
            "cut": answer.cut,
            "fault": fault,
            "at": started,
            "seconds": round(time.time() - started, 4),
        }
        with self._lock:
            self.log.append(line)


def _masked(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
