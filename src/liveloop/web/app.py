"""How are the pages, the guard and the desk put together into one app?"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.routing import APIRoute

from liveloop.base.clock import Clock, system_clock
from liveloop.base.settings import Settings
from liveloop.exam.load import shelves_of
from liveloop.web import (
    archive,
    attempts,
    baseline,
    cases,
    designs,
    drills,
    forecast,
    library,
    mocks,
    narratives,
    offers,
    pages,
    plan,
    progress,
    review,
    session,
    today,
    writings,
)
from liveloop.web.desk import Drills, open_desk
from liveloop.web.engine import Engine
from liveloop.web.execution import Execution
from liveloop.web.guard import Guard
from liveloop.web.refusals import RESPONSES, word_refusals
from liveloop.web.shelf import read_shelf
from liveloop.web.token import read_secret

if TYPE_CHECKING:
    from liveloop.exam.sandbox import Sandbox


def make_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    sandbox: Sandbox | None = None,
    engine: Engine | None = None,
    read_drills: Drills | None = None,
) -> FastAPI:
    """Make the app; what is slow to start starts in the background once it runs.

    Parameters
    ----------
    sandbox
        A started sandbox to use; None starts one at the level that the settings ask for, and ends it with the app.
    engine, read_drills
        What executes and what is asked, for the tests of the pages; None stands for the real ones.

    Raises
    ------
    BadInput
        When the app starts and its home cannot be used.
    """
    works = engine or Execution(settings, clock=clock, sandbox=sandbox)

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        desk = open_desk(settings, clock=clock, engine=works, drills=read_drills or reader(settings))
        app.state.desk = desk
        warming = threading.Thread(target=desk.warm, name="warm", daemon=True)
        warming.start()
        try:
            yield
        finally:
            desk.leaving.set()
            warming.join()
            desk.close()

    app = FastAPI(
        title="liveloop",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=live,
        generate_unique_id_function=name_operation,
        responses=RESPONSES,
    )
    word_refusals(app)
    practice = (plan, baseline, review, mocks, forecast, designs, cases, narratives, writings)
    for page in (session, today, drills, attempts, *practice, progress, archive, offers, library, pages):
        app.include_router(page.router)
    app.state.bundle = pages.Bundle()
    hosts = (*settings.hosts, settings.host)
    app.add_middleware(
        Guard,
        secret=read_secret(settings.home),
        hosts=hosts,
        longest_body_bytes=settings.longest_body_bytes,
        longer_bodies=archive.LONGER_BODIES,
    )
    return app


def name_operation(route: APIRoute) -> str:
    """Name an operation as its function: the front end's types are called so."""
    return route.name


def reader(settings: Settings) -> Drills:
    """Say where the drills are read from: the shipped shelves, then the candidate's own."""
    return lambda: read_shelf(*shelves_of(settings))
