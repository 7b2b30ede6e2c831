"""The parts of one sandbox, put together; the routes reach everything through it."""

import collections
import threading
import weakref
from asyncio import Transport

from .config import Config, Json
from .delivery import Delivery
from .events import Events
from .faults import Faults
from .limits import Limits
from .sockets import Hub
from .storage import Storage
from .world import World


class Cutter:
    """Knows the open HTTP connections, so that a fault can cut one as a broken network would."""

    def __init__(self) -> None:
        self._open: weakref.WeakValueDictionary[tuple[str, int], Transport] = weakref.WeakValueDictionary()

    def opened(self, client: tuple[str, int], transport: Transport) -> None:
        """Remember a new connection."""
        self._open[client] = transport

    def cut(self, client: tuple[str, int], *, flush: bool = False) -> None:
        """Close the connection of `client`; with `flush`, after what was already written. Runs in the event loop."""
        if transport := self._open.get(client):
            transport.close() if flush else transport.abort()


class Sandbox:
    """World, deliveries, sockets, faults and logs of one workspace."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.world = World(config)
        self.storage = Storage(self.world, config.state_file) if config.state_file else None
        if self.storage:
            self.storage.start()
        self.hub = Hub(config, self.world.bot["app_id"])
        self.delivery = Delivery(config, self.hub)
        self.events = Events(self.world, self.delivery)
        self.faults = Faults()
        self.limits = Limits()
        self.cutter = Cutter()
        self.calls: collections.deque[Json] = collections.deque(maxlen=5000)
        self.stopping = threading.Event()

    def close(self) -> None:
        """End the background threads and write the last snapshot."""
        self.stopping.set()
        self.delivery.close()
        if self.storage:
            self.storage.stop()
