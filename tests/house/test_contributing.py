"""Does adding a drill go as CONTRIBUTING says?"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"(?:`(?P<file>my-shelf/[^`]+)`:\n\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)


def test_a_drill_is_added_as_the_page_says(tmp_path):
    ran = []
    for step in STEP.finditer((ROOT / "CONTRIBUTING.md").read_text()):
        if step["file"]:
            (tmp_path / step["file"]).write_text(step["text"])
            continue
        for command in re.findall(r"^\$ (.*)$", step["text"], re.MULTILINE):
            words = command.split()
            if words[0] == "liveloop":
                words = [sys.executable, "-m", "liveloop.cli", *words[1:]]
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            ran.append((command, done.stdout))
    assert "1 of 1 drills pass the five questions" in ran[-1][1]
