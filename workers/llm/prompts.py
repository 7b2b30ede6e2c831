"""Prompts as files: `# system` and `# user` with {placeholders}, one file per version; none is ever changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.core.errors import ConfigurationError

_HOLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Prompt:
    """`name` is step and version, such as `draft/v1`; the system part is the same for every call (servers cache it)."""

    name: str
    system: str
    user: str

    def fill(self, variables: Mapping[str, str]) -> tuple[str, str]:
        """System and user text. Values are put in as they are and never searched for placeholders themselves."""
        wanted = set(_HOLE.findall(self.system)) | set(_HOLE.findall(self.user))
        if wrong := wanted ^ set(variables):
            raise ConfigurationError(f"Prompt {self.name}: {', '.join(sorted(wrong))} is missing or unknown.")
        return tuple(_HOLE.sub(lambda hole: variables[hole[1]], part) for part in (self.system, self.user))  # type: ignore[return-value]  # two parts in, two out


@lru_cache
def load(folder: Path, name: str) -> Prompt:
    """Read `folder/<name>.md`; raises ConfigurationError when the file is not there or not made of the two parts."""
    path = folder / f"{name}.md"
    if not path.is_file():
        raise ConfigurationError(f"There is no prompt called {name}.")
    parts = re.fullmatch(r"# system\n(.+?)\n# user\n(.+)", path.read_text(), re.DOTALL)
    if parts is None:
        raise ConfigurationError(f"Prompt {name} is not made of `# system` and `# user`.")
    return Prompt(name, parts[1].strip(), parts[2].strip())
