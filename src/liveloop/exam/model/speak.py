"""How are the two protocols spoken: what is sent where, and what does a reply mean?

Anthropic's Messages API (`output_config.format`) and the Chat Completions API that OpenAI made and many services speak
(`response_format` of type `json_schema`). Not every service takes a schema, and not every one of the second kind the
newer name of the limit on the output; `Form` says which are used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from liveloop.exam.model.access import DEFAULT_URLS, Access
from liveloop.exam.model.ask import Asked
from liveloop.exam.model.nomarks import NoMarks
from liveloop.exam.model.reply import Ended, Reply
from liveloop.exam.model.seen import prose

ANTHROPIC_VERSION = "2023-06-01"
LIMITS = ("max_completion_tokens", "max_tokens")
SCHEMA_WORDS = ("response_format", "json_schema", "output_config", "output_format", "structured output", "schema")
LONGEST_WORDS = 300


@dataclass(frozen=True)
class Form:
    """Which of the optional fields a service is sent, and whether the name of the limit was changed for it."""

    schema: bool
    limit: str
    changed: bool = False


def first_form(access: Access) -> Form:
    """Choose what to begin with: the limit's newer name only where it is known to be wanted."""
    newer = access.provider == "openai" and access.url == DEFAULT_URLS["openai"]
    return Form(schema=True, limit=LIMITS[0] if newer else LIMITS[1])


def other_form(form: Form, access: Access, words: str) -> Form | None:
    """Choose another form for a service that refused a request with these words; None when the form is not why."""
    words = words.lower()
    if access.provider == "openai" and not form.changed and any(name in words for name in LIMITS):
        return replace(form, limit=LIMITS[1 - LIMITS.index(form.limit)], changed=True)
    if form.schema and any(word in words for word in SCHEMA_WORDS):
        return replace(form, schema=False)
    return None


def request(access: Access, asked: Asked, form: Form, output_tokens: int) -> tuple[str, dict[str, str], bytes]:
    """Word one request: address, headers, body."""
    headers = {
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",  # a connection made before could not be ended by this conversation's cord
    }
    key = access.key.get_secret_value() if access.key else ""
    if access.provider == "anthropic":
        headers |= {"anthropic-version": ANTHROPIC_VERSION} | ({"x-api-key": key} if key else {})
        return f"{access.url}/v1/messages", headers, encode(anthropic_body(access, asked, form, output_tokens))
    headers |= {"authorization": f"Bearer {key}"} if key else {}
    return f"{access.url}/chat/completions", headers, encode(openai_body(access, asked, form, output_tokens))


def anthropic_body(access: Access, asked: Asked, form: Form, output_tokens: int) -> dict[str, Any]:
    """Word the body of a request to the Messages API."""
    body: dict[str, Any] = {
        "model": access.model,
        "max_tokens": output_tokens,
        "system": asked.system,
        "messages": [{"role": "user", "content": asked.user}],
    }
    if form.schema:
        body["output_config"] = {"format": {"type": "json_schema", "schema": asked.schema}}
    return body


def openai_body(access: Access, asked: Asked, form: Form, output_tokens: int) -> dict[str, Any]:
    """Word the body of a request to a Chat Completions API."""
    body: dict[str, Any] = {
        "model": access.model,
        form.limit: output_tokens,
        "messages": [{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}],
    }
    if form.schema:
        described = {"name": "marks", "strict": True, "schema": asked.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": described}
    return body


def encode(body: dict[str, Any]) -> bytes:
    """Write a body as JSON; letters beyond ASCII stay one letter, so that the bytes bound the tokens."""
    return json.dumps(body, ensure_ascii=False).encode()


class AnthropicUsage(BaseModel):
    """What a reply of the Messages API cost."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None

    @property
    def all_input(self) -> int:
        """Add up what was read; what comes out of a cache is counted apart."""
        return self.input_tokens + (self.cache_creation_input_tokens or 0) + (self.cache_read_input_tokens or 0)


class AnthropicBlock(BaseModel):
    """One block of a reply of the Messages API; only text is read."""

    type: str
    text: str = ""


class AnthropicStop(BaseModel):
    """Why a model refused."""

    explanation: str | None = None


class AnthropicReply(BaseModel):
    """A reply of the Messages API, as far as it is read here."""

    content: list[AnthropicBlock]
    model: str
    usage: AnthropicUsage | None = None
    stop_reason: str | None
    stop_details: AnthropicStop | None = None


class OpenaiUsage(BaseModel):
    """What a reply of a Chat Completions API cost."""

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class OpenaiMessage(BaseModel):
    """The message of a reply of a Chat Completions API."""

    content: str | None = None
    refusal: str | None = None


class OpenaiChoice(BaseModel):
    """One of the replies; one is asked for."""

    message: OpenaiMessage
    finish_reason: str | None = None


class OpenaiReply(BaseModel):
    """A reply of a Chat Completions API, as far as it is read here."""

    choices: list[OpenaiChoice] = Field(min_length=1)
    model: str = ""
    usage: OpenaiUsage | None = None


ENDS: dict[str | None, Ended] = {
    "max_tokens": "cut off",
    "model_context_window_exceeded": "cut off",
    "length": "cut off",
    "refusal": "refused",
    "content_filter": "refused",
}
ANTHROPIC, OPENAI = TypeAdapter(AnthropicReply), TypeAdapter(OpenaiReply)


def read(access: Access, body: bytes) -> Reply:
    """Read a body that came with status 200."""
    try:
        return read_anthropic(body) if access.provider == "anthropic" else read_openai(body)
    except ValidationError:
        wrong = f"what {access.url} sent is no reply of the {access.provider} protocol"
        raise NoMarks(
            wrong, allowed="a LIVELOOP_MODEL_URL whose service speaks LIVELOOP_MODEL_PROVIDER's protocol"
        ) from None


def read_anthropic(body: bytes) -> Reply:
    """Read a reply of the Messages API."""
    reply = ANTHROPIC.validate_json(body)
    text = "".join(block.text for block in reply.content if block.type == "text")
    ended = ENDS.get(reply.stop_reason, "whole")
    words = (reply.stop_details.explanation or "") if reply.stop_details else ""
    counts = (reply.usage.all_input, reply.usage.output_tokens) if reply.usage else (None, None)
    return Reply(text, ended, prose(words or text, LONGEST_WORDS), reply.model, *counts)


def read_openai(body: bytes) -> Reply:
    """Read a reply of a Chat Completions API."""
    reply = OPENAI.validate_json(body)
    choice, usage = reply.choices[0], reply.usage
    refusal, text = choice.message.refusal or "", choice.message.content or ""
    ended = "refused" if refusal else ENDS.get(choice.finish_reason, "whole")
    counts = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
    return Reply(text, ended, prose(refusal or text, LONGEST_WORDS), reply.model, *counts)


class Told(BaseModel):
    """The words of an error, which both protocols put in the same place."""

    message: str


class Wrong(BaseModel):
    """The body of an error."""

    error: Told


def wrong_words(body: bytes) -> str:
    """Read the words of a service on what is wrong; empty when there are none."""
    try:
        return Wrong.model_validate_json(body).error.message
    except ValidationError:
        return ""
