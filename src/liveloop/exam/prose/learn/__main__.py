"""How are the weights made anew? `python -m liveloop.exam.prose.learn content/concepts.toml`."""

from __future__ import annotations

import sys
from pathlib import Path

from liveloop.exam.prose.concepts import load_concepts
from liveloop.exam.prose.learn.examples import digest, read_lines, read_passages
from liveloop.exam.prose.learn.train import Material, learn
from liveloop.exam.prose.learned import FILE, save
from liveloop.exam.prose.lexicon import shipped_lexicon

TRUSTED = "dev-"  # passages by which the rules were made


def main(concepts: Path) -> None:
    """Learn, write the weights, and print how they do on authors that they were not learned from."""
    kinds = {concept.id: concept.kind for concept in load_concepts(concepts)}
    lines, passages = read_lines(kinds), read_passages(kinds)
    material = Material(kinds, lines, passages, shipped_lexicon(), digest())
    trusted = {one.file for one in passages if one.file.startswith(TRUSTED)}
    learned, counts = learn(material, sorted(trusted))
    save(learned)
    sys.stdout.write(f"{len(lines)} lines, {len(passages)} passages -> {FILE.name}, {FILE.stat().st_size} bytes\n")
    for kind in sorted(set(kinds.values())):
        hit, false, missed = (counts[kind, what] for what in ("hit", "false", "missed"))
        shares = f"precision {hit / (hit + false):.3f}  recall {hit / (hit + missed):.3f}"
        sys.stdout.write(f"{kind:10} {hit + missed:5} pairs of unseen authors  {shares}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
