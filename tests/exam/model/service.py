"""What do services of language models do on the wire? A local stand-in that holds a client to both protocols."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

KEY = "sk-test-THIS-IS-THE-KEY-0123456789"


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Turn(Closed):
    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class AnthropicFormat(Closed):
    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class AnthropicConfig(Closed):
    format: AnthropicFormat


class AnthropicBody(Closed):
    model: str
    max_tokens: int = Field(ge=1)
    messages: list[Turn] = Field(min_length=1)
    system: str
    output_config: AnthropicConfig | None = None


class OpenaiTurn(Closed):
    role: Literal["system", "user", "assistant", "developer"]
    content: str


class OpenaiSchema(Closed):
    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    strict: bool
    schema_: dict[str, Any] = Field(alias="schema")


class OpenaiFormat(Closed):
    type: Literal["json_schema"]
    json_schema: OpenaiSchema


class OpenaiBody(Closed):
    model: str
    messages: list[OpenaiTurn] = Field(min_length=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    response_format: OpenaiFormat | None = None


def refuse_schema(schema: dict[str, Any]) -> None:
    """Hold a schema to what both services take."""
    known = {"type", "properties", "required", "additionalProperties", "items", "enum"}
    if unknown := set(schema) - known:
        raise ValueError(f"schema: {sorted(unknown)[0]} is not supported")
    if schema["type"] == "object":
        if schema.get("additionalProperties") is not False or schema.get("required") != list(schema["properties"]):
            raise ValueError("schema: every object needs additionalProperties false and all its fields required")
        for inner in schema["properties"].values():
            refuse_schema(inner)
    if schema["type"] == "array":
        refuse_schema(schema["items"])


@dataclass(frozen=True)
class Received:
    """A request that kept to the protocol."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    bytes: int

    @property
    def system(self) -> str:
        return self.body["system"] if "system" in self.body else self.body["messages"][0]["content"]

    @property
    def user(self) -> str:
        return self.body["messages"][-1]["content"]

    @property
    def ids(self) -> list[str]:
        return [json.loads(line)["criterion"] for line in self.system.splitlines() if line.startswith('{"criterion')]

    @property
    def text(self) -> str:
        """The candidate's text, as a reader who keeps to the two marks of its ends finds it."""
        word = re.search(r"lines <<<TEXT (\w{32})>>>", self.system)[1]
        return re.fullmatch(rf"<<<TEXT {word}>>>\n(.*)\n<<<END {word}>>>", self.user, re.DOTALL)[1]


@dataclass(frozen=True)
class Say:
    """Reply with a text; `stop` is in the protocol's own words."""

    text: str | None
    stop: str = ""
    usage: tuple[int, int] | None = (1200, 300)
    refusal: str | None = None


@dataclass(frozen=True)
class Send:
    """Send a status and a body as they are."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drip:
    """Send the head or the body a byte at a time, for ever."""

    head: bool = False


@dataclass(frozen=True)
class Hang:
    """Say nothing."""


@dataclass(frozen=True)
class Drop:
    """Close the connection without a word."""


Act = Say | Send | Drip | Hang | Drop
Model = Callable[[Received], Act]


@dataclass
class Service:
    """A service whose models are those given; the last one stays."""

    models: list[Model] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    knocks: list[str] = field(default_factory=list)
    key: str | None = KEY  # None: no key is wanted, and none may come
    release: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.service = self
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def use(self, *models: Model) -> None:
        self.models, self.received, self.knocks = list(models), [], []
        self.release.set()
        self.release = threading.Event()

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.service.knocks.append(f"GET {self.path}")
        self.put(Send(405))

    def do_POST(self):
        service = self.server.service
        service.knocks.append(f"POST {self.path}")
        raw = self.rfile.read(int(self.headers["content-length"]))
        refusal = self.refusal(raw)
        if refusal is not None:
            return self.put(refusal)
        received = Received(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(raw), len(raw))
        service.received.append(received)
        model = service.models.pop(0) if len(service.models) > 1 else service.models[0]
        return self.act(model(received), received)

    def refusal(self, raw: bytes) -> Send | None:
        """Refuse what a real service would refuse, in the order in which it would."""
        if self.path not in ("/v1/messages", "/v1/chat/completions"):
            return self.wrong(404, "not_found_error", "Not Found")
        anthropic = self.path == "/v1/messages"
        key, given = self.server.service.key, self.headers["x-api-key" if anthropic else "authorization"]
        if given != (key if anthropic or key is None else f"Bearer {key}"):
            return self.wrong(401, "authentication_error", f"Incorrect API key provided: {given}")
        if anthropic and self.headers["anthropic-version"] != "2023-06-01":
            return self.wrong(400, "invalid_request_error", "anthropic-version: header is required")
        if self.headers["content-type"] != "application/json":
            return self.wrong(415, "invalid_request_error", "Unsupported media type")
        try:
            body = (AnthropicBody if anthropic else OpenaiBody).model_validate_json(raw)
            if anthropic and body.output_config:
                refuse_schema(body.output_config.format.schema_)
            if not anthropic and body.response_format:
                refuse_schema(body.response_format.json_schema.schema_)
            if not anthropic and (body.max_tokens is None) == (body.max_completion_tokens is None):
                raise ValueError("set one of max_tokens and max_completion_tokens")
        except (ValidationError, ValueError) as refusal:
            return self.wrong(400, "invalid_request_error", str(refusal))
        return None

    def wrong(self, status: int, kind: str, message: str) -> Send:
        return Send(status, wrong(self.path, kind, message), (("content-type", "application/json"),))

    def act(self, act: Act, received: Received) -> None:
        if isinstance(act, Say):
            return self.put(Send(200, told(received, act), (("content-type", "application/json"),)))
        if isinstance(act, Send):
            return self.put(act)
        self.close_connection = True
        if isinstance(act, Drip):
            return self.drip(act)
        if isinstance(act, Hang):
            self.server.service.release.wait(5)
        return None

    def put(self, send: Send) -> None:
        self.send_response(send.status)
        for name, value in send.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(send.body)))
        self.end_headers()
        self.wfile.write(send.body)

    def drip(self, drip: Drip) -> None:
        release = self.server.service.release
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"x-slow: " if drip.head else b"content-length: 100000\r\n\r\n{"))
        while not release.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()


def wrong(path: str, kind: str, message: str) -> bytes:
    """Word an error as the service of that path does."""
    if path == "/v1/messages":
        return json.dumps(
            {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_0"}
        ).encode()
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": None}}).encode()


def told(received: Received, say: Say) -> bytes:
    """Word a reply as the service of that path does."""
    if received.path == "/v1/messages":
        usage = dict(zip(("input_tokens", "output_tokens"), say.usage, strict=True)) if say.usage else None
        thinking = {"type": "thinking", "thinking": "", "signature": "c2ln"}
        stop = say.stop or ("refusal" if say.refusal else "end_turn")
        body = {
            "id": "msg_0",
            "type": "message",
            "role": "assistant",
            "model": received.body["model"],
            "content": [thinking, {"type": "text", "text": say.text}] if say.text is not None else [],
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": {"type": "refusal", "category": "cyber", "explanation": say.refusal}
            if say.refusal
            else None,
            "usage": usage | {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0} if usage else None,
        }
        return json.dumps(body).encode()
    message = {"role": "assistant", "content": say.text, "refusal": say.refusal, "annotations": []}
    body = {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": received.body["model"],
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": say.stop or "stop"}],
    }
    if say.usage:
        counts = dict(zip(("prompt_tokens", "completion_tokens"), say.usage, strict=True))
        body["usage"] = counts | {"total_tokens": sum(say.usage)}
    return json.dumps(body).encode()


TEXT = """I would randomise accounts, not users, because users of one account talk to each other.

Before that I would check for a sample ratio mismatch,
and use last month's messages as a covariate to reduce variance (CUPED)."""


@dataclass(frozen=True)
class Look:
    id: str
    text: str
    good: str = "Names it and says why."
    weight: float = 1.0


RUBRIC = (
    Look("unit", "Chooses the unit of randomisation by interference.", weight=2.0),
    Look("srm", "Checks for a sample ratio mismatch."),
    Look("variance", "Reduces variance by a covariate."),
)
QUOTES = {
    "unit": ["I would randomise accounts, not users"],
    "srm": ["check for a sample ratio mismatch, and use"],
    "variance": ["use last month's messages as a covariate"],
}


def marks(received: Received, **changes):
    """Give the marks of a reader who found everything."""
    given = [{"criterion": one, "quotes": QUOTES[one], "why": f"Says so of {one}.", "mark": 1} for one in received.ids]
    return [one | changes.get(one["criterion"], {}) for one in given]


def good(received):
    return Say(json.dumps({"marks": marks(received)}))
