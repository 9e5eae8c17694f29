"""Who serves this page, and by which token does it know its own pages?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from liveloop.web.desk import AtDesk
from liveloop.web.shapes import Health, SessionPage
from liveloop.web.token import COOKIE, accepts, make_token

router = APIRouter(tags=["session"])


@router.get("/health")
async def get_health() -> Health:
    """Say that the app answers; on the event loop itself, so that a blocked loop shows."""
    return Health("ok")


@router.get("/api/session")
def get_session(request: Request, response: Response, desk: AtDesk) -> SessionPage:
    """Give the token that changes need; the same one to every tab."""
    token = request.cookies.get(COOKIE, "")
    if not accepts(desk.secret, token):
        token = make_token(desk.secret)
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/api")
    standing = desk.engine.standing()
    return SessionPage(token, desk.version, standing.level, standing.why)
