#!/usr/bin/env bash
# pyarrow's Parquet writer takes its memory from the pool of the environment, whatever pool Python has been told to use.
. "$(dirname "$0")/common.bash"
packages pyarrow==26.0.1 numpy==2.4.6
cat > "$folder/pools.py" <<'PYTHON'
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

pa.set_memory_pool(pa.system_memory_pool())
built_in, chosen = pa.mimalloc_memory_pool(), pa.default_memory_pool()
places = pa.table({"ra": np.linspace(0, 360, 200_000), "dec": np.linspace(-90, 90, 200_000)})
before = built_in.max_memory(), chosen.max_memory()
with pq.ParquetWriter(io.BytesIO(), places.schema) as writer:
    writer.write_table(places)
print("Python's pool:", chosen.backend_name)
print("more of mimalloc:", built_in.max_memory() > before[0] + 1_000_000)
print("more of the chosen pool:", chosen.max_memory() > before[1] + 1_000_000)
PYTHON
seen "Python's pool: system
more of mimalloc: True
more of the chosen pool: False" "$(env -u ARROW_DEFAULT_MEMORY_POOL "$python" -W ignore "$folder/pools.py")"
