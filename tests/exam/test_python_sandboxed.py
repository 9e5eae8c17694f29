"""What does a hostile or hanging attempt do to its neighbours, in the real sandbox?"""

import importlib.util
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("python_stage", Path(__file__).with_name("python_stage.py"))
stage = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(stage)
PROBES = ("disagrees", "empty-group")


def found(text, sandbox):
    return stage.found(text, drill=stage.toy(probes=PROBES), box=sandbox)


def with_first_lines(lines):
    return stage.REFERENCE.replace("    known_at =", f"{lines}\n    known_at =", 1)


def test_a_right_attempt_is_left_in_peace(sandbox):
    assert found(stage.REFERENCE, sandbox) == {}


def test_one_call_that_hangs_does_not_take_the_others_with_it(sandbox):
    text = with_first_lines("    while not len(events):\n        pass")
    assert "empty-group" in found(text, sandbox) and "disagrees" not in found(text, sandbox)


def test_one_call_that_leaves_does_not_take_the_others_with_it(sandbox):
    text = with_first_lines("    import os\n    if not len(events):\n        os._exit(0)")
    assert "empty-group" in found(text, sandbox) and "disagrees" not in found(text, sandbox)


def test_who_rewrites_the_judge_rewrites_only_their_own_values(sandbox):
    forged = (
        "import json\nfrom liveloop.exam.sandbox import cell_python, tagged\n"
        "cell_python.encode = tagged.encode = lambda value: ['same', 'as', 'expected']\n"
        'json.dumps = lambda *given, **named: \'{"load": null, "calls": []}\'\n'
        "def summarise(*given):\n    return 1\n"
    )
    assert "disagrees" in found(forged, sandbox)
