"""The Web API at /api/<method>: one module per family of methods; importing the package fills the table."""

from deploy.sandbox.slack.call import METHODS

from . import chat, conversations, files, identity, reactions, views

__all__ = ["METHODS", "chat", "conversations", "files", "identity", "reactions", "views"]
