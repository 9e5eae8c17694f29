"""Does a corpus of the user's own replace the grammar, and is a bad one refused in words?"""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liveloop.base.errors import BadInput
from liveloop.worlds.checks import broken, check_world
from liveloop.worlds.corpus import read_corpus
from liveloop.worlds.truth import unseal
from liveloop.worlds.world import World


def written(folder, text, name="corpus.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_texts_follow_the_truth(tmp_path, kind):
    table = pa.table({"text": ["good one", "bad two words", None], "label": ["ham", "spam", "ham"], "id": [1, 2, 3]})
    path = tmp_path / f"corpus.{kind}"
    if kind == "csv":
        path.write_text("text,label,id\ngood one,ham,1\nbad two words,spam,2\n,,3\n")
    else:
        pq.write_table(table, path)
    world = World.from_settings({"accounts": 20, "days": 28, "traffic.corpus": str(path)})
    draw = world.draw(2)
    harmful = unseal(draw).messages["harmful"].to_pylist()
    messages = draw.tables["messages"]
    wanted = ["bad two words" if bad else "good one" for bad in harmful]
    assert messages["text"].to_pylist() == wanted
    assert messages["tokens"].to_pylist() == [len(text.split()) for text in wanted]
    assert broken(check_world(world, draw)) == ()


@pytest.mark.parametrize("labels", [("true", "false"), ("1", "0"), ("Harmful", " benign "), ("1.0", "0.0")])
def test_labels_have_many_spellings(tmp_path, labels):
    corpus = read_corpus(written(tmp_path, f"text,label\na,{labels[0]}\nb c,{labels[1]}\n"))
    assert (corpus.harmful.tolist(), corpus.harmless.tolist(), corpus.words.tolist()) == ([0], [1], [1, 2])


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("text,label\na,maybe\nb,0\n", "c.csv", "unknown label 'maybe'"),
        ("text,label\na,1\n", "c.csv", "only one class"),
        ("words,label\na,1\n", "c.csv", "no column 'text'"),
        ("text\na\n", "c.csv", "no column 'label'"),
        ("text,text,label\na,b,1\nc,d,0\n", "c.csv", "2 columns 'text'"),
        ("", "c.csv", "cannot be read"),
        ("text,label\na,1,2\n", "c.csv", "cannot be read"),
        (b"text,label\n\xff\xfe,1\n", "c.csv", ""),
        (b"PAR1 no", "c.parquet", "cannot be read"),
        ("x", "c.txt", "unknown kind of file '.txt'"),
    ],
)
def test_a_bad_corpus_is_refused_in_words(tmp_path, text, name, words):
    with pytest.raises(BadInput, match=r".") as refused:
        read_corpus(written(tmp_path, text, name))
    assert words in str(refused.value)


def test_a_column_of_numbers_is_no_text(tmp_path):
    pq.write_table(pa.table({"text": [1, 2], "label": [True, False]}), tmp_path / "c.parquet")
    with pytest.raises(BadInput, match="is not text"):
        read_corpus(tmp_path / "c.parquet")


def test_a_missing_corpus_is_refused(tmp_path):
    world = World.from_settings({"accounts": 2, "traffic.corpus": str(tmp_path / "none.csv")})
    with pytest.raises(BadInput, match="cannot be read"):
        world.draw(1)
