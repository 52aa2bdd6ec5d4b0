#!/usr/bin/env bash
# astropy writes lists of int or float that it has read from TABLEDATA as 8 bytes a number: it reads other numbers from its own file.
. "$(dirname "$0")/common.bash"
packages astropy==8.0.2
cat > "$folder/lists.py" <<'PYTHON'
import io
from astropy.io.votable import parse

DOCUMENT = """<VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="x" datatype="{}" arraysize="*"/><DATA><TABLEDATA>
<TR><TD>1 2 3 4</TD></TR><TR><TD>5 6</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""

for datatype in ("double", "int", "float"):
    for form in ("binary", "binary2"):
        written = io.BytesIO()
        parse(io.BytesIO(DOCUMENT.format(datatype).encode())).to_xml(written, tabledata_format=form)
        written.seek(0)
        try:
            rows = [" ".join(f"{number:g}" for number in row[0]) for row in parse(written).get_first_table().array]
            print(datatype, form, "/".join(rows))
        except Exception as error:
            print(datatype, form, type(error).__name__)
PYTHON
seen "double binary 1 2 3 4/5 6
double binary2 1 2 3 4/5 6
int binary 0 1 0 2//0 4 2/
int binary2 0 1 0 2/
float binary 1.875 0 2 0
float binary2 1.875 0 2 0" "$("$python" -W ignore "$folder/lists.py")"
