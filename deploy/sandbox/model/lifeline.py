"""Ends a server of this folder when the process that started it is gone, however that came about."""

import os
import signal
import threading
import time


def end_with_parent(seconds: float = 0.5) -> None:
    """Watch the parent from a thread and send ourselves SIGTERM when it is gone.

    Unlike Linux' parent-death signal this works everywhere, and does not mind which thread of the parent started us.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
