"""What is left when the server is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVER = """
import multiprocessing, socket, tempfile, time
from assistant.server import run_server
from assistant.settings import Settings
from tests.fake_assistant import FakeAssistant

if __name__ == "__main__":
    raw = tempfile.TemporaryDirectory()
    rebuild = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,), daemon=True)
    rebuild.start()
    print(raw.name, rebuild.pid, flush=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run_server(FakeAssistant(), Settings(database="sqlite://"), "127.0.0.1", port)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_a_server_told_to_stop_leaves_no_raw_file_and_no_rebuild(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        folder, pid = server.stdout.readline().split()
        while "政策问答已启动" not in (line := server.stdout.readline()):
            assert line, "the server did not start"
        time.sleep(1)  # the line comes just before it listens
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert not Path(folder).exists()
    assert not Path(f"/proc/{pid}").exists()
