"""Does the app say where it is open, and refuse a port that is taken?"""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

COMMAND = [sys.executable, "-m", "liveloop.cli", "open"]


def test_the_app_says_where_it_is_open_and_stops(tmp_path):
    environment = {**os.environ, "LIVELOOP_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [*COMMAND, "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as app:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", app.stdout.readline())[0]
            with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
                assert answer.status == 200
        finally:
            app.send_signal(signal.SIGINT)
            code = app.wait(timeout=60)
    assert code in (0, 130)  # as a shell expects after Ctrl-C, or ended before the signal was passed on


def test_a_port_in_use_is_refused(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "LIVELOOP_HOME": str(tmp_path)}
        done = subprocess.run(
            [*COMMAND, "--port", str(port)], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "Allowed" in done.stderr
    assert "Traceback" not in done.stderr
