"""`policyqa serve`: the web app on one address, in one process."""

from __future__ import annotations

import socket
from typing import Any

from assistant.settings import Settings
from index.errors import InputError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def run_server(assistant: Any, settings: Settings, host: str, port: int) -> None:
    """Serves until interrupted. Raises `InputError` where the port is taken or the address is not this machine's."""
    _check_address(host, port)
    import uvicorn

    from assistant.api import create_app
    from assistant.state.database import Database

    database = Database.open(settings.database_address)

    assistant.ask(
        "第一条讲什么"
    )  # loads jieba's dictionary and the lexicons (0.7 s) before the first visitor waits for them
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    print(f"政策问答已启动：http://{shown}:{port}（按 Ctrl+C 停止）", flush=True)
    app = create_app(assistant, settings, database, is_local=host in LOOPBACK)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def _check_address(host: str, port: int) -> None:
    """Tries the address first: a clear line is better than a traceback after seconds of start-up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise InputError(
                f"不能在 {host}:{port} 上启动（{exc.strerror or exc}）；请换一个端口，如 --port {port % 65535 + 1}"
            ) from exc
