"""How is a world that does not fit into memory drawn to Parquet, in chunks and by several processes?

Each range of accounts is drawn alone; only the cases for review (a few in a thousand messages) come back, and the queue
is worked once over all of them. The rows do not depend on the size of the ranges or on the number of processes.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from liveloop.base.errors import BadInput
from liveloop.base.tables import Table
from liveloop.worlds.draw import corpus_of, join_cases, ranges
from liveloop.worlds.review import Cases
from liveloop.worlds.scene import enact
from liveloop.worlds.schema import SCHEMA, table
from liveloop.worlds.setup import Setup
from liveloop.worlds.tabulate import tabulate, tabulate_reviews
from liveloop.worlds.traffic import Census, take_census

_MESSAGES_IN_CHUNK = 120_000


@dataclass(frozen=True)
class Streamed:
    """What was written: where, and how many rows of each table."""

    folder: Path
    rows: dict[str, int]
    chunks: int


@dataclass(frozen=True)
class _Job:
    setup: Setup
    seed: int
    folder: Path
    number: int
    first: int
    last: int


def stream(
    world: Setup,
    seed: int,
    folder: Path,
    *,
    chunk_accounts: int | None = None,
    processes: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Streamed:
    """Write a world's tables as Parquet files `folder/<table>/part-<number>.parquet`, in bounded memory.

    Parameters
    ----------
    world, seed
        What to draw; `world.draw(seed)` gives the same rows in the same order.
    folder
        Where to; made if it is missing, refused if it holds anything. Its files appear in it once all of them are
        drawn: what stops halfway leaves nothing behind.
    chunk_accounts
        Accounts drawn at once; by default as many as have some 120 000 messages.
    processes
        How many processes draw; by default as many as this one may use cores.
    tell
        Called with (chunks done, chunks in all).

    Raises
    ------
    BadInput
        When the folder is not empty or cannot be written, a number is not positive, or the corpus is refused.
    """
    for name, value in (("chunk_accounts", chunk_accounts), ("processes", processes)):
        if value is not None and value < 1:
            raise BadInput(f"{name} = {value}", allowed="a whole number from 1")
    corpus_of(world)  # refused before anything is written
    folder = Path(folder)
    with _whole(folder) as drawing:
        for declared in SCHEMA:
            (drawing / declared.name).mkdir()
        census = take_census(world, seed)
        size = chunk_accounts or max(1, round(world.accounts * _MESSAGES_IN_CHUNK / max(census.messages, 1)))
        cut = ranges(world.accounts, size)
        jobs = [_Job(world, seed, drawing, number, first, last) for number, (first, last) in enumerate(cut)]
        rows = _draw(census, jobs, processes or _cores(), tell)
    return Streamed(folder, rows, len(jobs))


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    # What is drawn lies in a hidden folder beside the one that is wanted, or in it when it is there already (it may
    # be a disk of its own), until it is whole.
    there = folder.exists()
    name = f".drawing-{secrets.token_hex(4)}"
    drawing = folder / name if there else folder.absolute().with_name(name)
    try:
        if there and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput("there is something already", where=str(folder), allowed="an empty or a new folder")
        drawing.mkdir(parents=True)
        yield drawing
        if there:
            for path in drawing.iterdir():
                path.rename(folder / path.name)
            drawing.rmdir()
        else:
            drawing.rename(folder)
    except OSError as refusal:
        raise BadInput(
            f"cannot be written: {refusal.strerror or refusal}",
            where=str(folder),
            allowed="a folder that you may write, on a disk with room for the world",
        ) from None
    finally:
        shutil.rmtree(drawing, ignore_errors=True)


def _draw(census: Census, jobs: list[_Job], processes: int, tell: Callable[[int, int], None] | None) -> dict[str, int]:
    rows = dict.fromkeys((declared.name for declared in SCHEMA), 0)
    cases = []
    with closing(_run(jobs, processes)) as chunks:  # closed: no process may write on when this one leaves
        for done, (found, written) in enumerate(chunks, start=1):
            cases.append(found)
            rows = {name: count + written.get(name, 0) for name, count in rows.items()}
            if tell is not None:
                tell(done, len(jobs))
    for name, reviewed in tabulate_reviews(census, join_cases(cases)).items():
        _save(reviewed, table(name), jobs[0].folder, 0)
        rows[name] = reviewed.num_rows
    return rows


def _cores() -> int:
    # Only Linux says which cores this process may use; elsewhere all of them count.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(jobs: list[_Job], processes: int) -> Generator[tuple[Cases, dict[str, int]]]:
    workers = min(processes, len(jobs))
    if workers == 1:
        yield from map(_draw_chunk, jobs)
        return
    # Spawned, not forked: the caller may have threads, and a forked lock would never open again.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_draw_chunk, jobs)


def _draw_chunk(job: _Job) -> tuple[Cases, dict[str, int]]:
    census = take_census(job.setup, job.seed)  # once for each process: it is cached
    scene = enact(census, job.first, job.last)
    tables = tabulate(census, scene, corpus_of(job.setup))
    for name, drawn in tables.items():
        _save(drawn, table(name), job.folder, job.number)
    return scene.cases, {name: drawn.num_rows for name, drawn in tables.items()}


def _save(drawn: pa.Table, declared: Table, folder: Path, number: int) -> None:
    words = [name for name in drawn.column_names if pa.types.is_dictionary(drawn.schema.field(name).type)]
    # Without the Arrow schema in the file, dictionary columns read back as the text that they stand for.
    pq.write_table(
        drawn,
        folder / declared.name / f"part-{number:05}.parquet",
        compression="zstd",
        compression_level=1,
        use_dictionary=words,
        store_schema=False,
        write_statistics=True,
    )
