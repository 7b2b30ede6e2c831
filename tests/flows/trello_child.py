"""A worker that dies: `python -m tests.flows.trello_child TICKET AT before|after` is killed around request AT."""

import itertools
import os
import signal
import sys
from typing import Any

from workers.base import Job
from workers.trello import deliver
from workers.trello.session import Http


def main() -> None:
    ticket_id, at, when = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    numbers, send = itertools.count(1), Http.request

    def deadly(self: Http, *args: Any, **kwargs: Any) -> Any:
        number = next(numbers)
        if number == at and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(self, *args, **kwargs)
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Http.request = deadly  # type: ignore[method-assign] # the child exists to die exactly there
    deliver(Job({"ticket_id": ticket_id}, 1))


if __name__ == "__main__":
    main()
