"""Log lines with ids bound to them; never the text of a report, never a secret."""

import logging
import sys
from typing import cast

import structlog

from bot.core.settings import settings


def configure() -> None:
    """Set up logging for one process; call it once, from an entry point."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings().inkling_log == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Bolt writes whole request bodies, httpx2 and urllib3 whole addresses with keys in them.
    for noisy in ("slack_bolt", "slack_sdk", "httpx2", "httpx", "urllib3", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one room, named after it."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))
