"""The snapshot file: written whole and atomically soon after a change, read at start."""

import json
import threading
from pathlib import Path

from .world import World

PAUSE = 0.3


class Storage:
    """Keeps `path` at most half a second behind `world`, from one background thread."""

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path = world, path
        self._written = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="slack-snapshot", daemon=True)

    def start(self) -> None:
        """Load what is there (ValueError when it is not a snapshot), then follow changes."""
        if self.path.exists():
            try:
                self.world.restore(json.loads(self.path.read_text(encoding="utf-8")))
            except (ValueError, KeyError) as error:
                raise ValueError(f"{self.path} is not a snapshot of this sandbox: {error!r}") from error
        self._written = self.world.rev
        self._thread.start()

    def stop(self) -> None:
        """Write the last state and end the thread."""
        self._stop.set()
        self._thread.join(timeout=5)
        self._write()

    def _follow(self) -> None:
        while not self._stop.wait(PAUSE):
            if self.world.rev != self._written:
                self._write()

    def _write(self) -> None:
        rev, text = self.world.rev, json.dumps(self.world.snapshot(), ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(self.path.suffix + ".new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)
        self._written = rev
