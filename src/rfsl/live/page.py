"""The page of a live run, and of a dropped log, served to browsers of this machine."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

from rfsl.errors import ConfigError, install_extra
from rfsl.figures.palette import REGIONS, SOURCE_AREA
from rfsl.live.outputs import Update

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

#: A browser is told of an update within this time.
_LOOK_S = 0.2
#: A line without content, which shows a browser that the connection stands.
_ALIVE_S = 10.0
#: A page loads nothing from elsewhere, and nothing may embed it.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: Largest log that can be dropped.
_MOST_BYTES = 1_000_000_000

_FOLLOW = """
const source = new EventSource("events");
source.onmessage = event => {
  const shown = JSON.parse(event.data);
  show(shown);
  const when = new Date(shown.record.time).toLocaleTimeString();
  say(shown.record.ended ? "The flight has ended. Last update at " + when
                         : "Update " + shown.record.update + " at " + when);
  document.body.dataset.update = shown.record.update;
};
source.onerror = () => say("No connection to rfsl live: this page tries again", true);
"""
_DROP = """
const drop = byId("drop"), input = byId("file");
async function send(file) {
  if (!file) return;
  say("Reads " + file.name + " …");
  try {
    const answer = await fetch("log?name=" + encodeURIComponent(file.name),
      { method: "POST", body: file, headers: { "X-Rfsl": "1" } });
    const found = await answer.json();
    if (answer.ok) { show(found); say(file.name); } else say(found.error, true);
  } catch (error) { say("No connection to rfsl serve", true); }
  document.body.dataset.update = Number(document.body.dataset.update || 0) + 1;
}
input.onchange = () => send(input.files[0]);
drop.ondragover = event => { event.preventDefault(); drop.classList.add("over"); };
drop.ondragleave = () => drop.classList.remove("over");
drop.ondrop = event => {
  event.preventDefault(); drop.classList.remove("over"); send(event.dataTransfer.files[0]);
};
"""
_DROP_ZONE = (
    '<div id="drop"><label>Drop the log of a flight here, or choose it: '
    '<input type="file" id="file"></label></div>'
)

#: What is made of a dropped log: its name and content become an update.
Dropped = Callable[[str, bytes], Update]


@dataclass
class Board:
    """The last update, and the expected errors of all, for any number of browsers."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _shown: str = ""
    _history: list[tuple[float, float]] = field(default_factory=list)
    version: int = 0

    def tell(self, update: Update) -> None:
        """Show an update."""
        record = update.record
        with self._lock:
            if record["expected_error_m"] is not None:
                point = (record["flight_time_s"], record["expected_error_m"])
                if not self._history or self._history[-1][0] < point[0]:
                    self._history.append(point)
            self._shown = shown(update, self._history)
            self.version += 1

    @property
    def content(self) -> str:
        """What a browser shows, as JSON in one line; empty before the first update."""
        with self._lock:
            return self._shown


def shown(update: Update, history: list[tuple[float, float]]) -> str:
    """An update and the expected errors (s, m) so far, as the page reads them."""
    values = {"record": update.record, "features": update.features, "history": history}
    return json.dumps(values, allow_nan=False)


@dataclass
class PageServer:
    """A server in a thread of its own.

    Attributes:
        address: what a browser opens.
    """

    address: str
    _stop: Callable[[], None]

    @classmethod
    def start(cls, app: Callable[[threading.Event], Starlette], host: str, port: int) -> PageServer:
        """Serve an app.

        Args:
            app: makes it; its event says that open connections have to end.
            host, port: where it listens; port 0 takes a free one.

        Raises:
            ConfigError: the extra is not installed, or the port is taken.
        """
        try:
            import uvicorn
        except ImportError as error:
            needed = install_extra("live")
            raise ConfigError(f"a page needs starlette and uvicorn: {needed}") from error
        try:
            listening = socket.create_server((host, port))
        except OSError as error:
            raise ConfigError(
                f"the page cannot listen on {host}:{port} ({error.strerror}); name another port"
            ) from error
        stopping = threading.Event()
        config = uvicorn.Config(
            app(stopping), log_level="warning", lifespan="off", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="page", daemon=True
        )
        thread.start()

        def stop() -> None:
            stopping.set()
            server.should_exit = True
            thread.join(timeout=5.0)
            listening.close()

        return cls(f"http://{host}:{listening.getsockname()[1]}/", stop)

    def stop(self) -> None:
        """End it, and the connections that are open."""
        self._stop()


def live_app(board: Board, host: str) -> Callable[[threading.Event], Starlette]:
    """The app of a live run: the page, and a stream of updates."""

    def made(stopping: threading.Event) -> Starlette:
        from starlette.responses import HTMLResponse, StreamingResponse
        from starlette.routing import Route

        async def events(request: Request) -> Response:
            return StreamingResponse(
                _stream(board, stopping), media_type="text/event-stream", headers=_HEADERS
            )

        async def page(request: Request) -> Response:
            content = _page("rfsl live", "Waiting for the first update", "", _FOLLOW)
            return HTMLResponse(content, headers=_HEADERS)

        return _app([Route("/", page), Route("/events", events)], host)

    return made


async def _stream(board: Board, stopping: threading.Event) -> AsyncIterator[str]:
    """The last update, and each new one, as server-sent events."""
    version, quiet_s = 0, 0.0
    while not stopping.is_set():
        if board.version != version:
            version, quiet_s = board.version, 0.0
            yield f"data: {board.content}\n\n"
        elif quiet_s >= _ALIVE_S:
            quiet_s = 0.0
            yield ": alive\n\n"
        await asyncio.sleep(_LOOK_S)
        quiet_s += _LOOK_S


def drop_app(dropped: Dropped, host: str) -> Callable[[threading.Event], Starlette]:
    """The app of `rfsl serve`: the page, and what it makes of a dropped log.

    Args:
        dropped: may raise an error for the user, who reads its text.
    """

    def made(stopping: threading.Event) -> Starlette:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import HTMLResponse, JSONResponse, Response
        from starlette.routing import Route

        from rfsl.errors import RfslError

        async def page(request: Request) -> Response:
            state = "Nothing leaves this machine"
            return HTMLResponse(_page("rfsl serve", state, _DROP_ZONE, _DROP), headers=_HEADERS)

        async def log(request: Request) -> Response:
            # Another site cannot send this header without being asked first, and is refused.
            if request.headers.get("X-Rfsl") != "1":
                return JSONResponse({"error": "not from this page"}, 403, _HEADERS)
            content = bytearray()
            async for chunk in request.stream():
                content += chunk
                if len(content) > _MOST_BYTES:
                    return JSONResponse({"error": "the log is too large"}, 413, _HEADERS)
            name = request.query_params.get("name", "flight")
            try:
                update = await run_in_threadpool(dropped, name, bytes(content))
            except RfslError as error:
                return JSONResponse({"error": str(error)}, 422, _HEADERS)
            return Response(shown(update, []), media_type="application/json", headers=_HEADERS)

        return _app([Route("/", page), Route("/log", log, methods=["POST"])], host)

    return made


def _app(routes: list[Any], host: str) -> Starlette:
    """An app that answers under its own address only, so that no other site can stand for it."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    allowed = ["127.0.0.1", "localhost", host] if host in ("127.0.0.1", "localhost") else ["*"]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=allowed)
    return Starlette(routes=routes, middleware=[guard])


@cache
def _page(title: str, state: str, drop: str, script: str) -> str:
    template = resources.files("rfsl.live").joinpath("live.html").read_text(encoding="utf-8")
    return Template(template).substitute(
        title=escape(title),
        state=escape(state),
        drop=drop,
        script=script,
        area_color=SOURCE_AREA,
        inner_color=REGIONS[0],
        outer_color=REGIONS[1],
    )
