"""Turns a Parquet file into CSV, in a process of its own: `python -I population_parquet.py <file descriptor>`.

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


def main(descriptor: int) -> None:
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
        _check(file, pa)
        _write(file, pa)
    except pa.ArrowException:
        _refuse("file", "parquet", "not a readable Parquet file")


def _check(file: Any, pa: Any) -> None:
    metadata, schema = file.metadata, file.schema_arrow
    if metadata.num_columns > MOST_COLUMNS:
        _refuse("file", "too-many-columns", f"at most {MOST_COLUMNS} columns are read")
    if metadata.num_rows > MOST_ROWS:
        _refuse("file", "too-many-rows", f"at most {MOST_ROWS} rows are read")
    sizes = (metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if sum(sizes) > MOST_BYTES:
        _refuse("file", "too-large", f"decompressed it has more than {MOST_BYTES} bytes")
    for place, field in enumerate(schema, start=1):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
            _refuse(f"column.{place}", "not-text", "every column must be text: a number has lost its leading zeros")


def _write(file: Any, pa: Any) -> None:
    from pyarrow import csv

    names = file.schema_arrow.names
    text = pa.schema([(name, pa.string()) for name in names])
    quoted = csv.WriteOptions(include_header=True, quoting_style="all_valid")
    with csv.CSVWriter(sys.stdout.buffer, text, write_options=quoted) as out:
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
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
    main(int(sys.argv[1]))
