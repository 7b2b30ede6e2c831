"""Putting the desk into the web application: its routes, its files, its error pages and what guards every answer."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from bot.core.errors import InklingError
from bot.dashboard import failures
from bot.dashboard.guard import MAX_BODY, SecurityHeaders
from bot.dashboard.routes import router
from bot.dashboard.visit import SignInNeeded


def install(app: FastAPI) -> None:
    """Give the desk to `app`; last of all rooms, since its error pages serve whatever has none of its own."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.exception_handler(SignInNeeded)(failures.sign_in_needed)
    app.exception_handler(InklingError)(failures.known)
    app.exception_handler(HTTPException)(failures.http)
    app.exception_handler(RequestValidationError)(failures.unusable)
    app.exception_handler(Exception)(failures.broken)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)
    app.add_middleware(SecurityHeaders)
