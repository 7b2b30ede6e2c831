"""The Web API at /api/<method>: one module per family of methods; importing the package fills the table."""

from deploy.sandbox.slack.call import METHODS

from . import assistant, chat, conversations, files, identity, reactions, views

__all__ = ["METHODS", "assistant", "chat", "conversations", "files", "identity", "reactions", "views"]
