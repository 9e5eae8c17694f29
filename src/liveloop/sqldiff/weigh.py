"""How much memory do the cells of a result take, once each is a value of its own?

Arrow says a thing once and points at it: a label of a dictionary, a run of equal values. Python says it for each row.
So a small stream can stand for gigabytes of cells: it is weighed before anyone lists them.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

MOST_BYTES = 256 << 20  # of one job's results; the rows of honest ones take a few megabytes
_CELL_BYTES = 64  # what a number, or a list of nothing, takes in Python


def weigh(column: pa.Array | pa.ChunkedArray) -> int:
    """Estimate the bytes that a column's cells take as Python values; ValueError for a layout that hides them.

    Examples
    --------
    >>> label = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int8()), pa.array(["x" * 1000]))
    >>> label.nbytes < 3_000, weigh(label) > 1_000_000
    (True, True)
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return sum(_weigh(chunk) for chunk in chunks)


def _weigh(array: pa.Array) -> int:
    kind, own = array.type, _CELL_BYTES * len(array)
    if pa.types.is_dictionary(kind):
        return own + _count(pc.take(pc.binary_length(_texts(array.dictionary)), array.indices))
    if _is_text(kind):
        return own + _count(pc.binary_length(array))
    if pa.types.is_map(kind):
        return own + _weigh(array.keys) + _weigh(array.items)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return own + _weigh(array.flatten())
    if pa.types.is_struct(kind) or pa.types.is_union(kind):
        return own + sum(_weigh(array.field(at)) for at in range(kind.num_fields))
    if isinstance(kind, pa.BaseExtensionType):
        return _weigh(array.storage)
    if kind.num_fields or "view" in str(kind):
        raise ValueError(f"a column of {kind} cannot be weighed")
    return own


def _is_text(kind: pa.DataType) -> bool:
    return any(
        is_one(kind)
        for is_one in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    )


def _texts(labels: pa.Array) -> pa.Array:
    return labels if _is_text(labels.type) else labels.cast(pa.string())


def _count(lengths: pa.Array) -> int:
    return int(pc.sum(lengths.cast(pa.int64())).as_py() or 0)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Give the schema in which every label and every view is written out, so that a table is as long as it says.

    Examples
    --------
    >>> plain_schema(pa.schema([("kind", pa.list_(pa.dictionary(pa.int8(), pa.string())))])).types
    [ListType(list<item: string>)]
    """
    return pa.schema([pa.field(field.name, _plain(field.type)) for field in schema])


def plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Write a batch in its plain schema."""
    pairs = zip(batch.columns, schema.types, strict=True)
    columns = [array if array.type == kind else array.cast(kind) for array, kind in pairs]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if str(kind) in ("string_view", "binary_view"):
        return pa.string() if str(kind) == "string_view" else pa.binary()
    if pa.types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_plain(kind.value_type), kind.list_size)
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    return kind


def within(table: pa.Table) -> pa.Table:
    """Write what Arrow's type has no room for in another: the largest HUGEINT as a float, 24:00:00 as a duration."""
    columns = [_within(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


def _within(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_decimal(column.type) or pa.types.is_time64(column.type)):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        if pa.types.is_decimal(column.type):
            return column.cast(pa.float64())
        return column.cast(pa.int64()).cast(pa.duration(column.type.unit))
    return column


_DICTIONARY, _BATCH = 2, 3  # header types of an Arrow message
_TYPE, _HEADER = 1, 2  # fields of a message
_DATA, _COMPRESSION = 1, 3  # fields of a dictionary, of a batch


def is_compressed(blob: bytes) -> bool:
    """Say whether a batch of an Arrow stream is compressed, without unpacking it.

    The metadata are a flatbuffer: a table points back at a list of where its fields are, 0 for one that is not there
    (https://arrow.apache.org/docs/format/Columnar.html, `Message.fbs`).

    Examples
    --------
    >>> sink = pa.BufferOutputStream()
    >>> batch = pa.record_batch([pa.array([0] * 1000)], names=["n"])
    >>> with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
    ...     writer.write_batch(batch)
    >>> is_compressed(sink.getvalue().to_pybytes())
    True
    """
    return any(_packed(bytes(message.metadata)) for message in pa.ipc.MessageReader.open_stream(blob))


def _packed(metadata: bytes) -> bool:
    message = _whole(metadata, 0)
    kind, header = _field(metadata, message, _TYPE), _field(metadata, message, _HEADER)
    if not (kind and header and metadata[kind] in (_DICTIONARY, _BATCH)):
        return False
    batch = header + _whole(metadata, header)
    if metadata[kind] == _DICTIONARY:
        data = _field(metadata, batch, _DATA)
        batch = data + _whole(metadata, data)
    return bool(_field(metadata, batch, _COMPRESSION))


def _field(metadata: bytes, table: int, number: int) -> int:
    """Find where a field of a table stands; 0 when it is not there."""
    places = table - int.from_bytes(metadata[table : table + 4], "little", signed=True)
    at = 4 + 2 * number
    if at >= int.from_bytes(metadata[places : places + 2], "little"):
        return 0
    offset = int.from_bytes(metadata[places + at : places + at + 2], "little")
    return table + offset if offset else 0


def _whole(metadata: bytes, at: int) -> int:
    return int.from_bytes(metadata[at : at + 4], "little")
