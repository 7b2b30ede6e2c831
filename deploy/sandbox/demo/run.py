"""Starting the demo: services, stand-ins, model, Inkling itself, seeds; and ending all of it."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from bot.core.settings import settings
from bot.slack.manifest import manifest
from deploy.sandbox.demo.embedder import fetch_meanwhile
from deploy.sandbox.demo.family import Family
from deploy.sandbox.demo.parts import Parts, plan
from deploy.sandbox.model.fetch import fetch
from deploy.sandbox.model.parts import ModelError
from deploy.sandbox.services import services

# Who reviews in the seeded company, as the Slack stand-in knows them.
_PM = "T0ROOMQUILL/U0PRODUCT1"


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


@dataclass(frozen=True)
class Demo:
    """A running demo: its parts, its processes, and where things are."""

    parts: Parts
    family: Family
    var: Path
    rung: str

    @property
    def url(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.parts.web_port}"

    @property
    def slack(self) -> str:
        """Where the Slack stand-in is; empty when a real workspace is connected."""
        return f"http://127.0.0.1:{self.parts.slack_port}" if self.parts.slack_port else ""

    @property
    def trello(self) -> str:
        """Where the Trello stand-in is; empty when a real board is connected."""
        return f"http://127.0.0.1:{self.parts.trello_port}" if self.parts.trello_port else ""

    def link(self) -> str:
        """A fresh sign-in link for pm, who may decide in the Slack stand-in, too."""
        arguments = ["user", "add", "pm", "--role", "admin", *(["--slack", _PM] if self.slack else [])]
        return self.family.run("people", "workers.cli", arguments, self.parts.env).strip().splitlines()[-1]

    def token(self, name: str) -> str:
        """A fresh bearer token."""
        return self.family.run("people", "workers.cli", ["user", "token", name], self.parts.env).strip()


def answers(url: str) -> bool:
    """Whether a GET of `url` gives 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - loopback addresses made here
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _model(demo_var: Path, parts: Parts, family: Family, choice: str) -> str:
    """Start the embedded model, or go without; returns the rung that will write drafts: model, basic or none."""
    if not parts.model_port:
        return "model"
    if choice == "none":
        return "none"
    own = os.environ.get("INKLING_LOCAL_MODEL", "")
    if own and not Path(own).is_file():
        say(f"  INKLING_LOCAL_MODEL={own} is no file. Inkling works without it, with quotations only.")
        return "none"
    if not own:
        try:
            own = str(fetch(demo_var.parent / "model", lambda text: say(f"  {text}")))
        except (ModelError, OSError) as error:
            say(f"  The embedded model could not be had: {error}. Inkling works without it, with quotations only.")
            return "none"
    arguments = ["serve", "--model", own, "--port", str(parts.model_port)]
    family.start("model", "deploy.sandbox.model", arguments, parts.env)
    parts.env |= {
        "OPENAI_BASE_URL": f"http://127.0.0.1:{parts.model_port}/v1",
        "OPENAI_API_KEY": "embedded",
        "INKLING_MODEL_FAST": "basic",
        "INKLING_MODEL_SMART": "basic",
        "INKLING_MODEL_PROFILE": "small",
        "INKLING_MODEL_TIMEOUT": "180s",
    }
    return "basic"


def _stand_ins(var: Path, parts: Parts, family: Family) -> None:
    keys = parts.keys
    if parts.slack_port:
        arguments = ["--port", str(parts.slack_port), "--state", str(var / "slack.json")]
        arguments += ["--bot-token", keys["bot_token"], "--app-token", keys["app_token"]]
        arguments += ["--signing-secret", keys["signing_secret"]]
        arguments += ["--events-url", f"http://127.0.0.1:{parts.web_port}/slack/events"]
        installed = var / "slack-manifest.json"
        installed.write_text(json.dumps(manifest(f"http://127.0.0.1:{parts.web_port}")))
        arguments += ["--manifest", str(installed)]
        family.start("slack", "deploy.sandbox.slack", arguments, parts.env)
    if parts.trello_port:
        arguments = ["--port", str(parts.trello_port), "--state", str(var / "trello.json"), "--key", keys["trello_key"]]
        arguments += ["--secret", keys["trello_secret"], "--token", keys["trello_token"]]
        family.start("trello", "deploy.sandbox.trello", arguments, parts.env)


def _inkling(parts: Parts, family: Family) -> None:
    family.run("migrate", "workers.cli", ["migrate"], parts.env)
    family.start("web", "workers.cli", ["web"], parts.env)
    family.start("worker", "workers.cli", ["worker"], parts.env)
    family.start("beat", "workers.cli", ["beat"], parts.env)


@contextmanager
def running(var: Path, model: str = "auto") -> Iterator[Demo]:
    """A demo that is ready; everything it started ends with the block."""
    began = time.monotonic()
    var.mkdir(parents=True, exist_ok=True)
    parts = plan(settings(), var)
    with ExitStack() as stack:
        say("Starting the database and the queue." if parts.services else "Using the database and the queue given.")
        running_services = stack.enter_context(
            services(var, want=parts.services, progress=lambda text: say(f"  {text}"))
        )
        if running_services.database_url:
            parts.env["DATABASE_URL"] = running_services.database_url
        if running_services.redis_url:
            parts.env["REDIS_URL"] = running_services.redis_url
        family = Family(var / "log")
        stack.callback(family.stop)
        _stand_ins(var, parts, family)
        rung = _model(var, parts, family, model)
        say("Starting Inkling: web, workers, relay.")
        _inkling(parts, family)
        family.run("seed", "deploy.sandbox.demo.seed", [], parts.env)
        demo = Demo(parts, family, var, rung)
        for name, address in (("slack", demo.slack), ("trello", demo.trello)):
            if address:
                family.wait_for(name, partial(answers, address), 30)
        family.wait_for("worker", lambda: answers(f"{demo.url}/readyz"), 60)
        if rung == "basic":
            say("Loading the embedded model.")
            family.wait_for("model", lambda: answers(f"http://127.0.0.1:{parts.model_port}/health"), 120)
        say(f"Ready after {time.monotonic() - began:.0f} s.")
        ended = Event()
        stack.callback(ended.set)
        fetch_meanwhile(parts, family, say, ended)
        yield demo
