"""What the Bolt app listens to, one file per kind of request; each listener keeps the request and acknowledges it."""

from slack_bolt import App

from bot.slack.listeners import actions, commands, events, review, shortcuts, views


def register(app: App) -> None:
    """Attach every listener; the first that matches a request answers it."""
    for room in (events, commands, shortcuts, review, actions, views):
        room.register(app)
