"""`python -m deploy.sandbox.services --var DIR`: the embedded services alone, until it is told to stop."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from deploy.sandbox.services import ServiceError, services


def main() -> int:
    """Run until Ctrl-C or SIGTERM; 0 after a clean stop, 1 with a sentence when a service cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.services",
        description="Run the embedded Postgres and Redis, print their addresses, and stop them on Ctrl-C or SIGTERM.",
    )
    parser.add_argument("--var", type=Path, required=True, help="folder for data, logs and the password")
    parser.add_argument("--test", action="store_true", help="faster, and careless with the data")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with services(options.var, test=options.test, progress=lambda text: print(text, file=sys.stderr)) as running:
            print(f"DATABASE_URL={running.database_url}\nREDIS_URL={running.redis_url}", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
