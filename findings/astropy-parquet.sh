#!/usr/bin/env bash
# astropy cannot read a Parquet whose text has a NULL, and makes floats of 64-bit integers where one is NULL; by pyarrow both can be had.
. "$(dirname "$0")/common.bash"
packages astropy==8.0.2 pandas==3.1.1 pyarrow==26.0.1
cat > "$folder/parquet.py" <<'PYTHON'
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from astropy.table import MaskedColumn, Table

NAMES, KEYS = pa.array(["HD 48329", None]), pa.array([5853498713190525696, None], pa.int64())


def column(values):
    if pa.types.is_string(values.type):
        return MaskedColumn(values.fill_null("").to_numpy().astype(str), mask=values.is_null().to_numpy())
    filled = values.fill_null(0) if pa.types.is_integer(values.type) else values
    return MaskedColumn(filled.to_numpy(), mask=values.is_null().to_numpy())


file = sys.argv[1]
pq.write_table(pa.table({"name": NAMES}), file)
try:
    Table.read(file, format="parquet")
except TypeError as error:
    print("text:", error)
pq.write_table(pa.table({"key": KEYS}), file)
key = Table.read(file, format="parquet")["key"]
print("keys:", key.dtype, int(key[0]))
pq.write_table(pa.table({"name": NAMES, "key": KEYS}), file)
read = pq.read_table(file)
table = Table({name: column(read[name]) for name in read.column_names})
print("by pyarrow:", *table[0], *table[1], table["key"].dtype)
PYTHON
seen "text: object of type 'NoneType' has no len()
keys: float64 5853498713190525952
by pyarrow: HD 48329 5853498713190525696 -- -- int64" "$("$python" -W ignore "$folder/parquet.py" "$folder/table.parquet")"
