"""Turns a Parquet file into CSV, in a process of its own: `python -I parquet.py <file descriptor> <ignored>`.

Parquet is read by native code that takes whatever memory the file tells it to. Here a file that lies can hurt only
this process, whose memory is limited, which knows no secret, and which can write nothing but its standard output.
A refusal is exit code 3 and one JSON line on standard error: field, rule, message.
"""

import json
import os
import resource
import sys
from typing import Any

BATCH = 1_000  # rows
MOST_MEMORY = 1_500_000_000  # bytes of address space, of which pyarrow itself takes about half
MOST_COLUMNS = 200
MOST_ROWS = 5_000_000
MOST_BYTES = 4_000_000_000  # of all columns, decompressed
MOST_SECONDS = 900  # of the processor
REFUSED = 3


def main(descriptor: int, ignored: frozenset[str]) -> None:
    """`ignored` are headings, in small letters, of columns that are not read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"

    import pyarrow as pa
    from pyarrow import parquet

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    try:
        # page by page, so that a row group as large as the file needs no more memory than a small one
        file = parquet.ParquetFile(os.fdopen(descriptor, "rb"), pre_buffer=False, buffer_size=65_536)
        _check(file, pa, ignored)
        _write(file, pa, ignored)
    except (MemoryError, pa.ArrowCapacityError):
        _refuse("file", "too-large", "a page or a value of it needs more memory than a population is given")
    except (pa.ArrowException, OSError):
        _refuse("file", "parquet", "not a readable Parquet file: it is damaged, or was cut off")


def _passed_over(name: str, ignored: frozenset[str]) -> bool:
    return name.strip().lower() in ignored


def _check(file: Any, pa: Any, ignored: frozenset[str]) -> None:
    metadata, schema = file.metadata, file.schema_arrow
    if metadata.num_columns > MOST_COLUMNS:
        _refuse("file", "too-many-columns", f"at most {MOST_COLUMNS} columns are read")
    if metadata.num_rows > MOST_ROWS:
        _refuse("file", "too-many-rows", f"at most {MOST_ROWS} rows are read")
    sizes = (metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if sum(sizes) > MOST_BYTES:
        _refuse("file", "too-large", f"decompressed it has more than {MOST_BYTES} bytes")
    for place, field in enumerate(schema, start=1):
        if _passed_over(field.name, ignored):
            continue
        if fault := _fault(field.type.value_type if pa.types.is_dictionary(field.type) else field.type, pa):
            _refuse(f"column.{place}", "not-text", f"every column that is kept must be text: {fault}")


def _fault(kind: Any, pa: Any) -> str | None:
    """Returns what is wrong with a column of this type; None for text."""
    types = pa.types
    if any(test(kind) for test in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)):
        return None
    said = (
        ((types.is_integer, types.is_floating, types.is_decimal), "numbers, which have lost their leading zeros"),
        ((types.is_temporal,), "dates or times: write them as text, such as 2026-12-31"),
        ((types.is_boolean,), "true and false"),
        ((types.is_binary, types.is_large_binary, types.is_fixed_size_binary), "bytes: write it with the type string"),
    )
    found = next((words for tests, words in said if any(test(kind) for test in tests)), str(kind)[:40])
    return f"this one holds {found}"


def _write(file: Any, pa: Any, ignored: frozenset[str]) -> None:
    from pyarrow import csv

    read = [name for name in file.schema_arrow.names if not _passed_over(name, ignored)]
    text = pa.schema([(name, pa.string()) for name in read])
    quoted = csv.WriteOptions(include_header=True, quoting_style="all_valid")
    with csv.CSVWriter(sys.stdout.buffer, text, write_options=quoted) as out:
        for batch in file.iter_batches(batch_size=BATCH, columns=read, use_threads=False):
            out.write_batch(pa.record_batch([_filled(column, pa) for column in batch.columns], schema=text))


def _filled(column: Any, pa: Any) -> Any:
    """A missing value is an empty one."""
    import pyarrow.compute as pc

    return pc.fill_null(column.cast(pa.string()), "")


def _refuse(field: str, rule: str, message: str) -> None:
    print(json.dumps([field, rule, message]), file=sys.stderr)
    sys.stderr.flush()
    os._exit(REFUSED)


if __name__ == "__main__":
    main(int(sys.argv[1]), frozenset(json.loads(sys.argv[2])))
