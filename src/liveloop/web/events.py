"""How does a page follow an examination while it runs?

Server-sent events, because they cross every proxy and reconnect by themselves. The journal is the truth: who comes
late, or comes back, gets the end at once; and since another process may examine, it is asked again at every heartbeat.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from liveloop.coach.examiner import Done, News, Progress
from liveloop.web.desk import Desk

BEAT_SECONDS = 2.0
OPENAPI: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "event: progress | debrief | failed, each with a JSON object as data",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


async def follow(desk: Desk, attempt_id: str, *, beat_seconds: float = BEAT_SECONDS) -> AsyncIterator[str]:
    """Give the events of an examination until it ends or the app does."""
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[News] = asyncio.Queue()

    def hear(item: News) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(news.put_nowait, item)

    stop = await asyncio.to_thread(desk.examiner.listen, attempt_id, hear)
    try:
        yield "retry: 1000\n\n"
        while not desk.leaving.is_set():
            item = await next_news(news, beat_seconds)
            if item is None:
                item = await asyncio.to_thread(desk.examiner.outcome, attempt_id)
            if item is None:
                yield ": still here\n\n"
                continue
            yield write_event(item)
            if not isinstance(item, Progress):
                return
    finally:
        stop()


async def next_news(news: asyncio.Queue[News], seconds: float) -> News | None:
    """Wait for the newest news, skipping progress that is past already; None when there is none in time."""
    try:
        item = await asyncio.wait_for(news.get(), seconds)
    except TimeoutError:
        return None
    while isinstance(item, Progress) and not news.empty():
        item = news.get_nowait()
    return item


def write_event(item: News) -> str:
    r"""Write one event.

    Examples
    --------
    >>> write_event(Progress("worlds", 1, 3))
    'event: progress\ndata: {"stage": "worlds", "done": 1, "total": 3}\n\n'
    """
    name = "progress" if isinstance(item, Progress) else "debrief" if isinstance(item, Done) else "failed"
    return f"event: {name}\ndata: {json.dumps(asdict(item))}\n\n"
