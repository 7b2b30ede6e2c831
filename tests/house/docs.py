"""The parts of the docs made from code: settings, commands, a ticket's life; `python -m tests.house.docs` writes."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from click import Context
from pydantic import SecretStr

from bot.core.settings import Settings
from bot.core.tickets.states import diagram
from bot.slack.manifest import manifest as slack_manifest
from workers.cli import COMMANDS, group

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "docs" / "slack-manifest.json"


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, timedelta):
        seconds = int(default.total_seconds())
        size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0)
        return f"`{seconds // size}{unit}`"
    return f"`{default}`" if default != "" else ""


def settings_table() -> str:
    """Every environment variable with its default and meaning."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(rows)


def commands_table() -> str:
    """Every command with its subcommands."""
    rows = ["| command | what it does |", "| --- | --- |"]
    context = Context(group)
    for name, words in COMMANDS.items():
        command = group.get_command(context, name)
        below: dict[str, Any] = getattr(command, "commands", {})
        rows.append(f"| `inkling {name}` | {words} |")
        rows += [f"| `inkling {name} {sub}` | {below[sub].get_short_help_str(200)} |" for sub in below]
    return "\n".join(rows)


def life() -> str:
    """The state diagram."""
    return f"```mermaid\n{diagram()}\n```"


BLOCKS = {
    "README.md": {"settings": settings_table, "commands": commands_table},
    "docs/life-of-a-ticket.md": {"life": life},
}


def rendered(path: str) -> str:
    """The document with its generated blocks made anew."""
    text = (ROOT / path).read_text()
    for name, make in BLOCKS[path].items():
        found = re.search(rf"(<!-- generated: {name} -->\n).*?(\n<!-- end -->)", text, re.DOTALL)
        assert found, f"{path} has no place for {name}"
        text = text[: found.start()] + found[1] + make() + found[2] + text[found.end() :]
    return text


def manifest() -> str:
    """The Slack app manifest that listeners and scopes in code amount to."""
    return json.dumps(slack_manifest("https://inkling.example.com"), indent=2) + "\n"


if __name__ == "__main__":
    for path in BLOCKS:
        (ROOT / path).write_text(rendered(path))
    MANIFEST.write_text(manifest())
