"""Where are facts kept so that several processes add to them, and each sees at once what the others added?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pyarrow as pa

from liveloop.base.closing import Closing
from liveloop.base.errors import BadInput, first_line
from liveloop.features.log import body_of, facts_in

AT_ONCE = 256  # batches in one answer of Redis
SECONDS = 10
ALLOWED = "a Redis that answers, and a stream of facts that nothing else writes in, trims or evicts"
Said = TypeVar("Said")


class SharedLog(Closing):
    """A stream in Redis of batches of facts, each written whole or not at all, in one order for all who read it.

    It is kept as well as Redis keeps it: set it up to write to disk (`appendonly yes`) and never to evict
    (`maxmemory-policy noeviction`). A stream from which something was removed is refused. A connection that breaks
    while a batch is added leaves open whether it was: facts that have an identity may be added again without harm.

    Parameters
    ----------
    url
        As `redis://localhost:6379/0`; its words are in no refusal.
    key
        The name of the stream.

    Raises
    ------
    BadInput
        When the extra is not installed, or Redis says no; also later, by everything that asks it.
    """

    def __init__(self, url: str, key: str = "liveloop:facts") -> None:
        try:
            import redis  # noqa: PLC0415 - an extra
            from redis.backoff import NoBackoff  # noqa: PLC0415
            from redis.retry import Retry  # noqa: PLC0415
        except ImportError as missing:
            raise BadInput("redis is not installed", where="SharedLog",
                           allowed="pip install 'liveloop[redis]'") from missing  # fmt: skip
        self.key, self._wrong = key, redis.RedisError
        try:
            self._client: Any = redis.Redis.from_url(
                url, retry=Retry(NoBackoff(), 0), socket_timeout=SECONDS, socket_connect_timeout=SECONDS
            )  # tried again, a batch might be in twice
        except ValueError as error:
            raise BadInput("it is no address of Redis", where="url", allowed="redis://HOST:PORT/NUMBER") from error
        self.asked(lambda client: client.ping())

    def append(self, source: str, facts: pa.Table) -> None:
        """Write facts down."""
        body = body_of(facts).to_pybytes()
        self.asked(lambda client: client.xadd(self.key, {"source": source, "body": body}))

    def follow(self) -> Following:
        """Begin to read at the first batch."""
        return Following(self)

    def read(self) -> Iterator[tuple[str, pa.Table]]:
        """Give all that was written, in its order."""
        return self.follow().news()

    def asked(self, ask: Callable[[Any], Said]) -> Said:
        """Ask Redis; what it refuses is refused."""
        try:
            return ask(self._client)
        except self._wrong as error:
            raise BadInput(f"Redis says: {first_line(error)}", where=self.key, allowed=ALLOWED) from error

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()


class Following:
    """A reader of a shared log, which knows how far it has read."""

    def __init__(self, log: SharedLog) -> None:
        self._log, self._last, self._taken = log, "-", 0
        if log.asked(lambda client: client.exists(log.key)):
            info = log.asked(lambda client: client.xinfo_stream(log.key))
            self._refuse_removed(int(info["length"]), int(info.get("entries-added", info["length"])))

    def news(self) -> Iterator[tuple[str, pa.Table]]:
        """Give what was added since, in one order for all; a batch that is not taken is given again."""
        while True:
            length, entries = self._log.asked(self._next)
            for number, fields in entries:
                place = number.decode()
                if not {b"source", b"body"} <= set(fields):
                    raise BadInput(f"entry {place} is no batch of facts", where=self._log.key, allowed=ALLOWED)
                try:
                    source = fields[b"source"].decode()
                except UnicodeDecodeError as error:
                    raise BadInput(f"the source of entry {place} is no text in UTF-8", where=self._log.key,
                                   allowed=ALLOWED) from error  # fmt: skip
                yield source, facts_in(fields[b"body"], f"entry {place}", self._log.key)
                self._last, self._taken = f"({place}", self._taken + 1
            if len(entries) < AT_ONCE:
                self._refuse_removed(length, self._taken)
                return

    def _next(self, client: Any) -> Any:  # noqa: ANN401 - a client of Redis
        pipe = client.pipeline(transaction=True)
        pipe.xlen(self._log.key)
        pipe.xrange(self._log.key, min=self._last, count=AT_ONCE)
        return pipe.execute()

    def _refuse_removed(self, length: int, added: int) -> None:
        if length != added:
            raise BadInput(f"of {added} batches {length} are left", where=self._log.key, allowed=ALLOWED)
