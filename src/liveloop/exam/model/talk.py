"""How is a model asked until it has replied in the form that was asked for, or has refused?

At most one second try for a reply that is not of the form, one wait for a service that says it is busy, and one change
of each optional field that a service does not take. Everything else is a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from liveloop.exam.model.access import Access
from liveloop.exam.model.ask import Asked, Criterion
from liveloop.exam.model.cost import output_limit
from liveloop.exam.model.nomarks import NoMarks
from liveloop.exam.model.post import LATER, Heard, Line, Unreached
from liveloop.exam.model.reply import Given, OffForm, Reply, read_marks
from liveloop.exam.model.seen import prose
from liveloop.exam.model.speak import first_form, other_form, read, request, wrong_words

BUSY = (429, 503, 529)
LONGEST_WORDS = 200
NO_SCHEMA = "The service does not hold a reply to a schema; the form of this one was checked here."
AGAIN = "The first reply was not of the form asked for ({wrong}); this is the second, and both were paid."


class Talk:
    """Hold one conversation. `replies` are those that came, None for one that did not come whole."""

    def __init__(self, access: Access, line: Line) -> None:
        self.access, self.line = access, line
        self.form = first_form(access)
        self.waited = False
        self.replies: list[Reply | None] = []
        self.remarks: list[str] = []

    def marks(self, asked: Asked, criteria: Sequence[Criterion]) -> dict[str, Given]:
        """Ask for marks, once more when the reply is not of the form."""
        ids, limit = [one.id for one in criteria], output_limit(criteria, self.line.bounds)
        try:
            return read_marks(self.reply(asked, limit).text, ids)
        except OffForm as refusal:
            kind = refusal.kind
            self.remarks.append(AGAIN.format(wrong=refusal))
        try:
            return read_marks(self.reply(asked.again(kind), limit).text, ids)
        except OffForm as refusal:
            allowed = "JSON of the form asked for; another model may keep to it"
            raise NoMarks(f"two replies were not of the form asked for: {refusal}", allowed=allowed) from None

    def reply(self, asked: Asked, limit: int) -> Reply:
        """Get one whole reply."""
        heard = self.heard(asked, limit)
        self.replies.append(None)
        reply = self.replies[-1] = read(self.access, heard.body)
        said = f", saying: {reply.words}" if reply.words else ""
        if reply.ended == "refused":
            raise NoMarks(f"the model refused to mark the text{said}", allowed="another text, or another model")
        if reply.ended == "cut off":
            raise NoMarks(f"the reply was cut off at {limit:,} tokens", allowed="a shorter text or fewer criteria")
        if not reply.text.strip():
            raise NoMarks("the reply is empty", allowed=LATER)
        return reply

    def heard(self, asked: Asked, limit: int) -> Heard:
        """Send until something comes that is no refusal, waiting and changing the form as far as that is allowed."""
        while True:
            heard = self.send(asked, limit)
            words = wrong_words(heard.body)
            changed = other_form(self.form, self.access, words) if heard.status in (400, 422) else None
            if heard.status == 200:
                return heard
            if changed is not None:
                if not changed.schema and self.form.schema:
                    self.remarks.append(NO_SCHEMA)
                self.form = changed
            elif heard.status in BUSY and not self.waited:
                self.pause(heard, words)
            else:
                raise refused(heard, words, self.access)

    def send(self, asked: Asked, limit: int) -> Heard:
        """Send once. What was sent may be paid even if nothing comes back, so it counts as a reply of unknown cost."""
        url, headers, body = request(self.access, asked, self.form, limit)
        self.replies.append(None)
        try:
            heard = self.line.post(url, headers, body)
        except Unreached:
            self.replies.pop()
            raise
        self.replies.pop()
        return heard

    def pause(self, heard: Heard, words: str) -> None:
        """Wait as long as a busy service asks for, once; refuse when that is too long or not said."""
        self.waited = True
        longest, seconds = self.line.bounds.longest_wait_seconds, asked_wait(heard)
        if seconds is None:
            raise refused(heard, words, self.access)
        if seconds > longest:
            wrong = f"the service is busy and asks to wait {seconds:g} s (status {heard.status})"
            raise NoMarks(wrong, allowed=f"a wait of at most {longest:g} s; {LATER}")
        if self.line.cord.wait(seconds):
            raise NoMarks("the time is up", allowed=LATER)


def asked_wait(heard: Heard) -> float | None:
    """Read how many seconds a service asks to wait; None when it does not say, or says a date."""
    try:
        seconds = float(heard.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


def refused(heard: Heard, words: str, access: Access) -> NoMarks:
    """Word the refusal of a service. Its own words are left out where they speak of the key."""
    status, host = heard.status, access.url.split("/")[2]
    if status in (401, 403):
        wrong = "does not accept the key" if status == 401 else "does not allow this key to ask this model"
        return NoMarks(
            f"{host} {wrong} (status {status})", allowed="a valid LIVELOOP_MODEL_KEY for LIVELOOP_MODEL_NAME"
        )
    if 300 <= status < 400:
        wrong = (
            f"{host} answers with a redirect (status {status}), which is not followed: key and text would go with it"
        )
        return NoMarks(wrong, allowed="the address of the service itself in LIVELOOP_MODEL_URL")
    key = access.key.get_secret_value() if access.key else ""
    said = prose(words.replace(key, "[key]") if key else words, LONGEST_WORDS)
    said = f": {said}" if said else ""
    if status in BUSY or status >= 500:
        why = "is busy" if status in BUSY else "failed"
        return NoMarks(f"{host} {why} (status {status}){said}", allowed=LATER)
    if status == 404:
        allowed = "a LIVELOOP_MODEL_URL and a LIVELOOP_MODEL_NAME that the service knows"
        return NoMarks(f"{host} knows no such address or model (status 404){said}", allowed=allowed)
    return NoMarks(f"{host} refused the request (status {status}){said}")
