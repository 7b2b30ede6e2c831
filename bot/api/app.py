"""The API as an application of its own: every error is JSON with one sentence, and /openapi.json describes it all."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.api import deciding, reading
from bot.api.shapes import Failure
from bot.core import log
from bot.core.errors import InklingError

_log = log.get("api")
_SENTENCES = {
    404: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    405: "This address does not take that method. /api/v1/openapi.json lists what it takes.",
}


def _failure(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    # A sentence may name what was sent, and that may hold half a surrogate pair.
    whole = sentence.encode("utf-8", "replace").decode()
    return JSONResponse(Failure(error=whole).model_dump(), status, headers)


def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InklingError)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return _failure(error.status, error.message, headers)


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return _failure(error.status_code, _SENTENCES.get(error.status_code, str(error.detail)), headers)


def _unusable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    return _failure(422, f"{where or 'The request'}: {first['msg']}. Nothing was changed.")


def _broken(request: Request, error: Exception) -> JSONResponse:
    _log.error("request failed", path=request.url.path, error=type(error).__name__)
    return _failure(500, "Inkling failed on this request and logged why. Nothing was changed; it is safe to try again.")


_app = FastAPI(
    title="Inkling",
    version="1",
    description="Reports from Slack, the tickets they become, and the decisions on them.",
    docs_url=None,
    redoc_url=None,
    responses={status: {"model": Failure} for status in (401, 403, 404, 409, 422)},
)
_app.exception_handler(InklingError)(_known)
_app.exception_handler(HTTPException)(_http)
_app.exception_handler(RequestValidationError)(_unusable)
_app.exception_handler(Exception)(_broken)
_app.include_router(reading.router)
_app.include_router(deciding.router)

router = APIRouter()
router.mount("/api/v1", _app)
