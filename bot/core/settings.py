"""Every setting Inkling reads from the environment or a .env file; the only place that does so."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    """Read `24h`, `90s`, `2d` or bare seconds."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", value)):
        return timedelta(seconds=float(match[1]) * _UNITS[match[2] or "s"])
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Settings(BaseSettings):
    """The settings table of the README is generated from these fields and their descriptions."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = Field("", description="Postgres 15 or newer with pgvector")
    redis_url: str = Field("", description="Redis or Valkey: doorbell for workers and shared limiter")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="bot token of the one workspace (`xoxb-`)")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="checks that requests come from Slack")
    slack_app_token: SecretStr = Field(SecretStr(""), description="app-level token (`xapp-`); turns Socket Mode on")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack Web API base, ends in `/api/`")
    trello_api_key: str = Field("", description="Trello API key")
    trello_api_secret: SecretStr = Field(SecretStr(""), description="Trello app secret; signs requests and webhooks")
    trello_token: SecretStr = Field(SecretStr(""), description="Trello token of the member that makes the cards")
    trello_api_url: str = Field("https://api.trello.com", description="Trello origin, without `/1`")
    trello_board: str = Field("", description="default board, id or name")
    trello_list: str = Field("", description="default list, id or name")
    openai_api_key: SecretStr = Field(SecretStr(""), description="key of the model server, if it wants one")
    openai_base_url: str = Field("", description="any OpenAI-compatible server, ends in `/v1`")
    inkling_model_fast: str = Field("", description="model for small choices; empty: the server's first")
    inkling_model_smart: str = Field("", description="model that writes drafts; empty: as fast")
    inkling_model_embed: str = Field("", description="model for embeddings; empty: the embedder's, if there is one")
    inkling_embedder: str = Field(
        "", description="folder with `model.onnx` and `tokenizer.json`; empty and no model: full-text search alone"
    )
    inkling_model_profile: Literal["full", "small"] = Field("full", description="`small`: few-shot, small choices")
    inkling_model_timeout: Duration = Field(timedelta(seconds=60), description="longest wait for one model call")
    inkling_model_patience: Duration = Field(
        timedelta(minutes=15), description="how long a report waits for a model that is down before quotations serve"
    )
    inkling_url: str = Field("", description="public address of the desk; empty: this machine and the port")
    inkling_secret_key: SecretStr = Field(SecretStr(""), description="key of the digests of masked personal data")
    inkling_port: int = Field(8000, description="port of the web process")
    inkling_review_channel: str = Field("", description="Slack channel where drafts are announced to PMs")
    inkling_reaction: str = Field("ticket", description="emoji that makes a report of a message; empty: none does")
    inkling_answer_wait: Duration = Field(timedelta(hours=24), description="wait for an answer, then draft without")
    inkling_priority_rules: str = Field(
        "", description="file of your own priority rules; empty: the built-in `workers/chain/priority.toml`"
    )
    inkling_learning: Literal["on", "off"] = Field(
        "on", description="whether house rules and approved tickets shape new drafts"
    )
    inkling_log: Literal["text", "json"] = Field("text", description="how log lines look")
    inkling_workers: int = Field(2, ge=1, le=64, description="processes per queue group of one `inkling worker`")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A variable that is empty is as good as none, but for the reaction, which it turns off."""
        return {name: value for name, value in given.items() if value != "" or name == "inkling_reaction"}

    @property
    def reaction(self) -> str:
        """The emoji's name as Slack sends it, however it was written: `:ticket:` is ticket."""
        return self.inkling_reaction.strip().strip(":").lower()

    @property
    def database(self) -> str:
        """DATABASE_URL as SQLAlchemy wants it (psycopg 3)."""
        return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", self.database_url)

    @property
    def url(self) -> str:
        """The address people open, without a trailing slash."""
        return (self.inkling_url or f"http://127.0.0.1:{self.inkling_port}").rstrip("/")

    @property
    def has_model(self) -> bool:
        """Whether any model server is configured; without one, quotations serve."""
        return bool(self.openai_base_url or self.openai_api_key.get_secret_value())

    @property
    def has_trello(self) -> bool:
        """Whether cards can be delivered at all."""
        return bool(self.trello_api_key and self.trello_token.get_secret_value())


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
