"""Does everything leave as one file, and come back the same, byte for byte?"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.coach.conftest import NOW, make_attempt, make_debrief
from tests.coach.test_journal_written import FORECAST, MARK, OUTCOME, REVIEW, WRITING

from liveloop.base.clock import fixed_clock
from liveloop.base.errors import BadInput
from liveloop.coach import archive
from liveloop.coach.archive import ROWS, pack, refuse_while_examining, unpack
from liveloop.coach.journal import Document, Draft, PersonMark, Reply, open_journal, own
from liveloop.coach.journal.export import export, tally
from liveloop.coach.journal.tables import metadata
from liveloop.coach.writing.marks import newest

LEASE = timedelta(seconds=10)
ODD = (
    "\r\n a\rb\n\tc \x0b\x0c\x1c\x85\u2028\u2029",
    "é 🙂 𝔘 \ufeff\u202e",
    '"\\u0041\\"',
    " ",
    "-- '; DROP TABLE marks; --",
)
BODIES = ('{"a":1}', '{ "a" : 1.0, "a":2 }', '["\\u00e9","é"]', '"\\ud800"', "1e400", '{"x":1e22,"y":NaN}', " null\r\n")


def fill(journal, owner):
    """Write every sort of row, and the odd ones twice."""
    for number, text in enumerate(ODD, 1):
        journal.write_attempt(make_attempt(number, text=text, drill_id=text, confidence=None if number == 2 else 0.1))
        journal.write_draft(Draft(f"drl_{9 - number}", text, number / 10, NOW))
        journal.write_reply(Reply("att_1", NOW, text, text))
    for number in (1, 2, 3):
        journal.claim(f"att_{number}", owner, now=NOW, lease=LEASE)
    journal.write_debrief(make_debrief("att_2", pushback=ODD[1]), owner)
    journal.write_debrief(replace(make_debrief("att_1"), seconds=1e22), owner)
    journal.write_failure("att_3", owner, ODD[0])
    for _ in range(2):  # the same may be said twice
        journal.write_marks([PersonMark("att_1", ODD[0], 0.1, NOW), PersonMark("att_2", "talk", 1, NOW)])
        journal.write_review(REVIEW)
        journal.write_forecasts([FORECAST, replace(FORECAST, chance=1 / 3, loop_id=ODD[1])])
    journal.write_review(replace(REVIEW, at=NOW - LEASE, seconds=None))
    for number, body in enumerate(BODIES):
        journal.write_document(Document(f"narrative/{ODD[number % 5]}{9 - number}", body, NOW + number * LEASE))
        journal.write_outcome(replace(OUTCOME, id=f"out_{9 - number}", body=body, by=ODD[number % 5], mark=None))
    for number, text in enumerate(ODD):
        body = json.dumps({"Root cause": text, text: "\r\n"}, ensure_ascii=number % 2 == 0)
        journal.write_writing(replace(WRITING, id=f"wri_{9 - number}", title=text, body=body, seconds=None))
        journal.write_writing_marks(
            [replace(MARK, writing_id=f"wri_{9 - number}", quote=text, who=text, by="peer")] * 2
        )
    journal.write_writing(replace(WRITING, id="wri_0", body='{"half":"\\ud800"}', title="../../etc/passwd"))


@pytest.fixture
def full(journal, owner):
    fill(journal, owner)
    return journal


def tables(path):
    """Read every table as it stands, but for whose examination it was."""
    with sqlite3.connect(path) as stranger:
        found = {
            table.name: stranger.execute(f"SELECT * FROM {table.name} ORDER BY 1").fetchall()
            for table in metadata.sorted_tables
            if table.name != "examinations"
        }
        found["stops"] = stranger.execute("SELECT attempt_id, tries, failed, owner FROM examinations").fetchall()
    stranger.close()
    return found


def test_deleted_and_read_back_it_is_the_same(full, path):
    before, rows = pack(full), tables(path)
    assert all(rows.values()) and all(tally(full).values())
    full.erase()
    assert not any(tables(path).values())
    assert unpack(full, before).rows == sum(tally(full).values())
    assert pack(full) == before
    assert tables(path) == rows  # not only the archive: each text in each table
    assert unpack(full, before).rows == 0
    assert pack(full) == before


def test_every_table_leaves(full):
    sorts = {json.loads(line)["row"] for line in export(full)} - {"journal"}
    assert sorts == set(tally(full)) and len(sorts) == len(metadata.tables)


def test_the_same_journal_gives_the_same_bytes(full, tmp_path):
    before = pack(full)
    assert pack(full) == before
    with open_journal(tmp_path / "other" / "journal.db") as other:
        unpack(other, before)
        assert pack(other) == before
        other.write_review(REVIEW)
        assert pack(other) != before


def test_it_can_be_read_without_liveloop(full):
    with zipfile.ZipFile(io.BytesIO(pack(full))) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert names[:2] == ["README.txt", ROWS]
        assert names[-1] == "writings/0006-case-etc-passwd.md"
        assert "5 attempt\n" in packed.read("README.txt").decode()
        page = packed.read("writings/0001-case-a-b-c.md").decode()
        lines = packed.read(ROWS).decode().splitlines()
    assert page.startswith("# a b c\n\ncase cas_1, handed in 2026-01-07 12:00 UTC\n\n## Root cause\n\n" + ODD[0])
    assert page.endswith("## Marks\n\n" + '- metric: 0.50 by peer a b c: "a b c"\n' * 2)
    assert [json.loads(line)["row"] for line in lines][:2] == ["journal", "attempt"]
    assert [json.loads(line)["id"] for line in lines if '"row": "writing"' in line][:2] == ["wri_9", "wri_8"]


def test_what_is_there_stays_and_what_is_newer_wins(full, path):
    packed = pack(full)
    full.write_document(Document(f"narrative/{ODD[0]}9", '"later"', NOW + timedelta(days=1)))
    full.write_document(Document(f"narrative/{ODD[1]}8", '"earlier"', NOW - timedelta(days=1)))
    full.write_attempt(make_attempt(77))
    taken = unpack(full, packed)
    assert (taken.added, taken.replaced) == (0, (f"narrative/{ODD[1]}8",))
    assert full.document(f"narrative/{ODD[0]}9").body == '"later"'
    assert full.document(f"narrative/{ODD[1]}8").body == BODIES[1]
    assert len(full.entries()) == 6


def test_what_was_said_twice_comes_as_often_as_it_is_missing(full, tmp_path):
    with open_journal(tmp_path / "other" / "journal.db") as other:
        other.write_review(REVIEW)
        other.write_attempt(full.attempt("att_1"))
        other.write_marks([PersonMark("att_1", ODD[0], 0.1, NOW)] * 3)
        unpack(other, pack(full))
        assert other.reviews().count(REVIEW) == full.reviews().count(REVIEW) == 2
        assert (tally(other)["mark"], tally(full)["mark"]) == (5, 4)  # three were here, where the archive has two


def test_a_debrief_that_comes_ends_the_examination_here(full, owner, tmp_path):
    with open_journal(tmp_path / "other" / "journal.db") as other:
        for number in (1, 3):
            other.write_attempt(full.attempt(f"att_{number}"))
            other.claim(f"att_{number}", owner, now=NOW, lease=LEASE)
        unpack(other, pack(full))
        assert not other.write_debrief(make_debrief(signal="no"), owner)
        assert other.debrief("att_1") == full.debrief("att_1")
        assert other.entry("att_3").state == "examining"  # why it stopped elsewhere does not stop it here


def make_zip(files, *, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, text in files:
            made.writestr(name, text)
    return packed.getvalue()


HEAD = '{"row": "journal", "version": "0002"}\n'
REVIEW_LINE = '{"row": "review", "card_id": "c", "rating": 3, "at": "2026-01-07T12:00:00+00:00", "seconds": null}\n'


def damaged(data):
    return data[:60] + bytes(byte ^ 255 for byte in data[60:70]) + data[70:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no archive"),
        (b"PK\x03\x04" + b"x" * 100, "no archive"),
        (b'{"row": "journal", "version": "0002"}', "no archive"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE * 500)])[:-30], "no archive"),
        (damaged(make_zip([(ROWS, HEAD + "".join(f"{n}{REVIEW_LINE}" for n in range(99)))])), "no archive|not a row"),
        (make_zip([("README.txt", "hello")]), "holds 0 files"),
        (make_zip([(ROWS, "")]), "is empty"),
        (make_zip([(ROWS, REVIEW_LINE)]), "does not say which version"),
        (make_zip([(ROWS, "[" * 100_000)]), "does not say which version"),
        (make_zip([(ROWS, HEAD.replace("0002", "0099"))]), "written by version 0099"),
        (make_zip([(ROWS, b"\xff\xfe")]), "no archive"),
        (make_zip([(ROWS, HEAD), ("../../evil", "x")]), "evil"),
        (make_zip([(ROWS, HEAD), ("/etc/passwd", "x")]), "passwd"),
        (make_zip([(ROWS, HEAD), ("C:evil", "x")]), "evil"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE + REVIEW_LINE.replace(": 3", ": 5"))]), r"line 3, rating: is 5"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE + REVIEW_LINE.replace(": 3", ": 3.5"))]), "line 3, rating"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE.replace("+00:00", ""))]), "without a zone"),
        (
            make_zip([(ROWS, HEAD + REVIEW_LINE.replace("2026-01-07T12:00:00+00:00", "0001-01-01T00:00+14:00"))]),
            "line 2",
        ),
        (make_zip([(ROWS, HEAD + REVIEW_LINE.replace("null", "NaN"))]), "NaN"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE.replace('"c"', '"\\ud800"'))]), "line 2"),
        (make_zip([(ROWS, HEAD + REVIEW_LINE + '{"row": ["review"]}')]), "line 3"),
    ],
)
def test_what_is_no_archive_is_refused_whole(full, data, words):
    before = pack(full)
    with pytest.raises(BadInput, match=words):
        unpack(full, data)
    assert pack(full) == before


def test_a_bomb_is_refused_before_it_is_unpacked(journal, monkeypatch):
    monkeypatch.setattr(archive, "LONGEST_UNPACKED_BYTES", 100_000)
    bomb = make_zip([(ROWS, HEAD), ("writings/long.md", b"\0" * 200_000)])
    assert len(bomb) < 1000
    with pytest.raises(BadInput, match="unpacked it has 200,038 bytes"):
        unpack(journal, bomb)
    # A bomb that lies about its size ends where it says that it does, and its checksum does not fit then.
    liar = make_zip([(ROWS, HEAD + " " * 200_000)])
    size = (len(HEAD) + 200_000).to_bytes(4, "little")
    assert liar.count(size) == 2
    with pytest.raises(BadInput, match="no archive, or a damaged one"):
        unpack(journal, liar.replace(size, (50_000).to_bytes(4, "little")))
    monkeypatch.setattr(archive, "LONGEST_LINE_BYTES", 1000)
    with pytest.raises(BadInput, match="line is too long"):
        unpack(journal, make_zip([(ROWS, HEAD + " " * 2000)]))
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    with pytest.raises(BadInput, match="3 files"):
        unpack(journal, make_zip([(ROWS, HEAD), ("a", ""), ("b", "")]))


def test_an_encrypted_archive_is_refused(journal):
    data = bytearray(make_zip([(ROWS, HEAD)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadInput, match="encrypted"):
        unpack(journal, bytes(data))


def test_an_archive_of_the_first_version_is_read(journal):
    attempt = (
        '{"row": "attempt", "id": "att_1", "drill_id": "drl_1", "kind": "sql", "text": "select 1", "confidence": null, '
        '"started_at": null, "handed_in_at": "2026-01-07T12:01:00+00:00"}\n'
    )
    assert unpack(journal, make_zip([(ROWS, HEAD.replace("0002", "0001") + attempt)])).added == 1
    assert journal.attempt("att_1") == make_attempt(started_at=None, confidence=None)


def test_nothing_is_deleted_while_an_attempt_is_examined(full, owner):
    clock = fixed_clock(NOW)
    refuse_while_examining(full, clock)
    other = own(full.path.parent / "examiners")
    full.claim("att_4", other, now=NOW, lease=LEASE)
    with pytest.raises(BadInput, match="1 of your attempts is being examined"):
        refuse_while_examining(full, clock)
    refuse_while_examining(full, fixed_clock(NOW + LEASE))  # no sign of life for a whole lease
    other.leave()
    refuse_while_examining(full, clock)
    assert {file.stem for file in (full.path.parent / "examiners").iterdir()} == {owner.name}


def test_an_older_row_that_comes_later_is_not_the_newest(journal, tmp_path):
    day = timedelta(days=1)
    with open_journal(tmp_path / "other" / "journal.db") as other:
        other.write_attempt(make_attempt(1, handed_in_at=NOW - day, started_at=None))
        other.write_attempt(make_attempt(2))
        other.write_marks([PersonMark("att_2", "talk", 0.0, NOW - day)])
        other.write_reply(Reply("att_2", NOW - day, "why", "earlier"))
        other.write_review(replace(REVIEW, at=NOW - day))
        other.write_forecasts([replace(FORECAST, at=NOW - day)])
        other.write_outcome(replace(OUTCOME, id="out_0", at=NOW - day))
        other.write_writing(replace(WRITING, id="wri_0", at=NOW - day))
        other.write_writing(replace(WRITING, id="wri_1", at=NOW))
        other.write_writing_marks([replace(MARK, writing_id="wri_1", by="self", mark=0.0, at=NOW - day)])
        packed = pack(other)
    journal.write_attempt(make_attempt(2))
    journal.write_marks([PersonMark("att_2", "talk", 1.0, NOW)])
    journal.write_reply(Reply("att_2", NOW, "why", "later"))
    journal.write_review(replace(REVIEW, at=NOW))
    journal.write_forecasts([replace(FORECAST, at=NOW)])
    journal.write_outcome(replace(OUTCOME, id="out_1", at=NOW))
    journal.write_writing(replace(WRITING, id="wri_1", at=NOW))
    journal.write_writing_marks([replace(MARK, writing_id="wri_1", by="self", mark=1.0, at=NOW)])
    unpack(journal, packed)
    assert [entry.id for entry in journal.entries()] == ["att_2", "att_1"]
    assert journal.marks("att_2") == {"talk": 1.0}
    assert [reply.text for reply in journal.replies("att_2")] == ["earlier", "later"]
    assert [writing.id for writing in journal.writings()] == ["wri_1", "wri_0"]
    found = journal.writing_marks("wri_1")
    assert [mark.mark for mark in found] == [0.0, 1.0]
    assert [mark.mark for mark in newest(reversed(found), "self").values()] == [1.0]
    for rows in (journal.reviews(), journal.forecasts(), journal.outcomes()):
        assert [row.at for row in rows] == [NOW - day, NOW]


def test_what_is_saved_in_the_future_is_refused(journal):
    def line(at):
        return HEAD + json.dumps({"row": "document", "name": "plan", "body": {}, "saved_at": at.isoformat()}) + "\n"

    clock, day = fixed_clock(NOW), timedelta(days=1)
    with pytest.raises(BadInput, match="line 2, saved_at: 2026-01-08 12:00 UTC is still to come"):
        unpack(journal, make_zip([(ROWS, line(NOW + day + timedelta(seconds=1)))]), clock=clock)
    assert str(unpack(journal, make_zip([(ROWS, line(NOW))]), clock=clock)) == "1 row added"
    assert str(unpack(journal, make_zip([(ROWS, line(NOW + day))]), clock=clock)) == "0 rows added, 1 replaced: plan"
    assert str(unpack(journal, make_zip([(ROWS, line(NOW))]), clock=clock)) == "0 rows added"


@pytest.mark.parametrize("row", ["review", "forecast", "outcome", "writing", "attempt"])
def test_a_row_of_any_sort_from_the_future_is_refused(journal, row):
    ahead = NOW + timedelta(days=2)
    lines = {
        "review": {"card_id": "crd_1", "rating": 3, "at": ahead.isoformat(), "seconds": None},
        "forecast": json.loads(json.dumps(vars(FORECAST), default=str)) | {"at": ahead.isoformat()},
        "outcome": json.loads(json.dumps(vars(OUTCOME), default=str)) | {"at": ahead.isoformat()},
        "writing": json.loads(json.dumps(vars(WRITING), default=str)) | {"at": ahead.isoformat()},
        "attempt": json.loads(json.dumps(vars(make_attempt()), default=str)) | {"handed_in_at": ahead.isoformat()},
    }
    data = make_zip([(ROWS, HEAD + json.dumps({"row": row} | lines[row]) + "\n")])
    with pytest.raises(BadInput, match="2026-01-09 12:00 UTC is still to come") as refusal:
        unpack(journal, data, clock=fixed_clock(NOW))
    assert refusal.value.where in ("line 2, at", "line 2, handed_in_at")
    assert "2026-01-08 12:00 UTC at the latest" in refusal.value.allowed
    assert str(unpack(journal, data, clock=fixed_clock(ahead))) == "1 row added"
    assert str(unpack(journal, data, clock=fixed_clock(NOW))) == "0 rows added"  # what is there already does no harm
