"""The rows of Inkling; importing this module makes all of them known to SQLAlchemy."""

from bot.core.models.base import Base
from bot.core.models.changes import Change
from bot.core.models.digests import Digest
from bot.core.models.files import File
from bot.core.models.inquiries import Inquiry
from bot.core.models.knowledge import Document, Embedding, EmbeddingModel, Passage, Source, Upload
from bot.core.models.learning import HouseRule, HouseRuleVersion
from bot.core.models.people import ApiToken, DeskSession, Home, Person, SignInLink, Workspace
from bot.core.models.plumbing import AuditEvent, AuditSeal, InboxItem, OutboxItem, Problem, WorkerProcess
from bot.core.models.reports import Message, Post, Question, Report
from bot.core.models.runs import ModelCall, Run, Step
from bot.core.models.tickets import DeliveryPart, Draft, Match, Review, Ticket, TicketLink, TicketReport

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "Base",
    "Change",
    "DeliveryPart",
    "DeskSession",
    "Digest",
    "Document",
    "Draft",
    "Embedding",
    "EmbeddingModel",
    "File",
    "Home",
    "HouseRule",
    "HouseRuleVersion",
    "InboxItem",
    "Inquiry",
    "Match",
    "Message",
    "ModelCall",
    "OutboxItem",
    "Passage",
    "Person",
    "Post",
    "Problem",
    "Question",
    "Report",
    "Review",
    "Run",
    "SignInLink",
    "Source",
    "Step",
    "Ticket",
    "TicketLink",
    "TicketReport",
    "Upload",
    "WorkerProcess",
    "Workspace",
]
