"""Embedded Postgres and Redis for the demo and the tests; nothing here is imported by the product."""

from deploy.sandbox.services.databases import drop_database, fresh_database, make_template, url_of
from deploy.sandbox.services.owner import Services, services
from deploy.sandbox.services.process import InUse, ServiceError

__all__ = [
    "InUse",
    "ServiceError",
    "Services",
    "drop_database",
    "fresh_database",
    "make_template",
    "services",
    "url_of",
]
