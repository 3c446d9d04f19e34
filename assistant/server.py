"""`policyqa serve`: the web app on one address, in one process."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType
from typing import Any

from assistant.settings import SETTINGS_FILE, Settings
from index.errors import InputError


def run_server(assistant: Any, settings: Settings, host: str, port: int) -> None:
    """Serves until interrupted. Raises `InputError` where the port is taken, the address is not this machine's or
    strangers could come in."""
    import uvicorn

    from assistant.api import create_app
    from assistant.state.database import Database
    from assistant.web.limiting import is_loopback

    is_local = is_loopback(host)
    check_access(settings, host, is_local)
    _check_address(host, port)

    database = Database.open(settings.database_address)

    _keep_to_one_thread()
    assistant.ask(
        "第一条讲什么"
    )  # loads jieba's dictionary and the lexicons (0.7 s) before the first visitor waits for them
    app = create_app(assistant, settings, database, is_local)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    print(f"政策问答已启动：{address}（按 Ctrl+C 停止）", flush=True)
    if code := app.state.door.accounts.local_code:
        print(f"资料库（管理员）：{address}/sign-in?code={code}", flush=True)
    signal.signal(signal.SIGTERM, _leave)  # uvicorn finishes what is under way and then raises it again
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends the program as Ctrl+C does: raw uploads are deleted, a rebuild's process is stopped."""
    sys.exit(0)


def check_access(settings: Settings, host: str, is_local: bool) -> None:
    """Raises `SettingsError` for accounts that cannot be used, and `InputError` where others could reach an app without
    a password that nobody said is open to all."""
    from assistant.state.accounts import check_accounts, has_accounts

    check_accounts(settings)
    if not is_local and not has_accounts(settings) and not settings.open_to_all:
        raise InputError(
            f"--host {host} 会让别的电脑也能访问，但还没有设口令：请运行 policyqa password，把它打印的散列写进 {SETTINGS_FILE}"
            "；如果网络上的人都可以使用，请设 POLICYQA_OPEN_TO_ALL=1"
        )


def _keep_to_one_thread() -> None:
    """Makes NumPy work each answer out on the thread that asks, as FAISS does (`index.dense`).

    Its other threads wait in a loop for work: with them an answer took 40 ms of processor time on two cores instead of
    15, and with fifty at once 70 to 180 ms instead of 16 to 20.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


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
