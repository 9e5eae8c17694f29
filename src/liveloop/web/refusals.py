"""In which words, and with which status, is a request refused?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from liveloop.base.errors import BadInput, TooLong
from liveloop.coach.journal import JournalShut, NotThere
from liveloop.web.guard import HEADERS
from liveloop.web.shapes import Refusal

STATUS: tuple[tuple[type[BadInput], int], ...] = ((NotThere, 404), (TooLong, 413), (JournalShut, 503), (BadInput, 422))
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 403, 404, 413, 415, 422, 503)
}


def word_refusals(app: FastAPI) -> None:
    """Have the app answer every refusal with its words."""
    app.add_exception_handler(BadInput, refuse_bad_input)
    app.add_exception_handler(RequestValidationError, refuse_shape)
    app.add_exception_handler(HTTPException, refuse_plainly)
    app.add_exception_handler(Exception, own_up)


async def refuse_bad_input(request: Request, refusal: Exception) -> JSONResponse:
    """Give the words of a BadInput."""
    del request
    assert isinstance(refusal, BadInput)
    status = next(status for kind, status in STATUS if isinstance(refusal, kind))
    return give(status, Refusal(refusal.wrong, refusal.where, refusal.allowed))


async def refuse_shape(request: Request, refusal: Exception) -> JSONResponse:
    """Word the first thing that does not fit the shape that was asked for."""
    del request
    assert isinstance(refusal, RequestValidationError)
    first = refusal.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return give(400, Refusal("the body is not valid JSON", where, "JSON in UTF-8"))
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return give(422, Refusal("there is no such field", where, "the fields that /api/openapi.json describes"))
    return give(422, Refusal(str(first["msg"]), where))


async def refuse_plainly(request: Request, refusal: Exception) -> JSONResponse:
    """Give the words of an HTTP status."""
    del request
    assert isinstance(refusal, HTTPException)
    return give(refusal.status_code, Refusal(str(refusal.detail)))


async def own_up(request: Request, refusal: Exception) -> JSONResponse:
    """Say that the app itself broke, without its insides; the log has them.

    This answer is made outside the guard, so the guard's headers are put on it here.
    """
    del request, refusal
    words = "the app itself broke on this request; its log says where, and what was kept is safe"
    answer = give(500, Refusal(words))
    answer.headers.update(HEADERS | {"cache-control": "no-store"})
    return answer


def give(status: int, refusal: Refusal) -> JSONResponse:
    """Answer."""
    return JSONResponse(asdict(refusal), status)
