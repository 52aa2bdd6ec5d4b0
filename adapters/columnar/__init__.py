"""Column-oriented formats, FITS, Parquet and Arrow, and JSON, written from the same COPY as a VOTable."""

import os

# The pool is chosen when pyarrow is first imported: its writers in C++ do not hear of `set_memory_pool`. jemalloc gives
# back what it has freed.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
