#!/usr/bin/env bash
# astropy strips blanks around text in TABLEDATA and keeps them in BINARY and BINARY2: one table, two contents.
. "$(dirname "$0")/common.bash"
packages astropy==8.0.2
cat > "$folder/blanks.py" <<'PYTHON'
import io
from astropy.io.votable import from_table, parse_single_table
from astropy.table import Table

table = from_table(Table({"code": [" A0", "A0 ", "A  0"]}))
for form in ("tabledata", "binary", "binary2"):
    document = io.BytesIO()
    table.to_xml(document, tabledata_format=form)
    document.seek(0)
    print(form, "/".join(map(str, parse_single_table(document).array["code"])))
PYTHON
seen "tabledata A0/A0/A  0
binary  A0/A0 /A  0
binary2  A0/A0 /A  0" "$("$python" "$folder/blanks.py")"
