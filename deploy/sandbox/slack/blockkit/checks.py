"""The vocabulary of the Block Kit rules: small checks that write Slack's complaints; no block is named here.

A check takes `(errors, value, path)` and appends to `errors` what Slack would say, with a JSON pointer.
"""

from collections.abc import Callable, Mapping

Check = Callable[[list[str], object, str], None]


def say(errors: list[str], words: str, path: str) -> None:
    """One complaint in Slack's form, `must be ... [json-pointer:/blocks/0/text]`."""
    errors.append(f"{words} [json-pointer:{path}]")


def string(most: int, least: int = 1) -> Check:
    """Text of `least` to `most` characters."""

    def check(errors: list[str], value: object, path: str) -> None:
        if not isinstance(value, str):
            say(errors, "must be a string", path)
        elif len(value) > most:
            say(errors, f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            say(errors, f"must be more than {least - 1} characters", path)

    return check


def flag(errors: list[str], value: object, path: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        say(errors, "must be a boolean", path)


def anything(errors: list[str], value: object, path: str) -> None:
    """Kept as it is; Slack takes it or the sandbox has no use for it."""


def integer(low: int, high: int) -> Check:
    """A whole number within limits."""

    def check(errors: list[str], value: object, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            say(errors, "must be an integer", path)
        elif not low <= value <= high:
            say(errors, f"must be between {low} and {high}", path)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(errors: list[str], value: object, path: str) -> None:
        if value not in allowed:
            say(errors, f"must be one of: {', '.join(allowed)}", path)

    return check


def list_of(item: Check, most: int, least: int = 1) -> Check:
    """An array of `least` to `most` things that each pass `item`."""

    def check(errors: list[str], value: object, path: str) -> None:
        if not isinstance(value, list):
            say(errors, "must be an array", path)
            return
        if len(value) > most:
            say(errors, f"no more than {most} items allowed", path)
        if len(value) < least:
            say(errors, f"no fewer than {least} items allowed", path)
        for at, part in enumerate(value):
            item(errors, part, f"{path}/{at}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(errors: list[str], value: object, path: str) -> None:
        if not isinstance(value, dict):
            say(errors, "must be an object", path)
            return
        for name in required:
            if value.get(name) is None:
                say(errors, f"missing required field: {name}", path)
        for name, part in value.items():
            if name not in known:
                say(errors, f"invalid additional property: {name}", path)
            elif part is not None:
                known[name](errors, part, f"{path}/{name}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check applies."""

    def check(errors: list[str], value: object, path: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            say(errors, "missing required field: type", path)
        elif kind not in kinds:
            say(errors, f"unsupported type: {kind}", f"{path}/type")
        else:
            kinds[kind](errors, value, path)

    return check


def plain(most: int, least: int = 1) -> Check:
    """A `plain_text` object."""
    return by_type({"plain_text": record({"type": anything, "text": string(most, least)}, {"emoji": flag})})


def any_text(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object; https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
    mrkdwn = record({"type": anything, "text": string(most)}, {"verbatim": flag})
    return by_type({"plain_text": plain(most), "mrkdwn": mrkdwn})
