"""Keeps the store on disk: a JSON file replaced atomically soon after a change and once more at the end."""

import json
import os
import threading
from pathlib import Path

from .store import Store

DELAY = 0.3  # seconds; many changes in a row become one write


class Snapshot:
    """Writes `store` to `path` from its own thread, at most `DELAY` after a change."""

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="trello-snapshot", daemon=True)
        store.on_change.append(self._dirty.set)

    def load(self) -> bool:
        """Fill the store from the file; False when there is none. A file that is not ours raises ValueError."""
        if not self._path.exists():
            return False
        try:
            self._store.load(json.loads(self._path.read_text(encoding="utf-8"))["tables"])
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{self._path} is not a state file of the Trello sandbox; move it away") from error
        return True

    def start(self) -> None:
        """Begin watching for changes."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and end the thread."""
        self._stopping.set()
        self._dirty.set()
        self._thread.join(timeout=10)
        self.write()

    def write(self) -> None:
        """Replace the file by the present state, so that a reader sees the old or the new one, never half."""
        with self._writing:
            with self._store.lock:
                text = json.dumps({"format": 1, "tables": self._store.tables}, ensure_ascii=False)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(self._path.name + ".new")
            with draft.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._dirty.wait()
            self._stopping.wait(DELAY)
            self._dirty.clear()
            self.write()
