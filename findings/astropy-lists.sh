#!/usr/bin/env bash
# astropy reads lists of int from TABLEDATA as 64-bit numbers and writes them so into BINARY2, whose int has 4 bytes: other numbers are read.
. "$(dirname "$0")/common.bash"
packages astropy==8.0.2
cat > "$folder/lists.py" <<'PYTHON'
import io
from astropy.io.votable import parse

DOCUMENT = """<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD name="n" datatype="int" arraysize="*"/><DATA><TABLEDATA><TR><TD>1 2 3</TD></TR><TR><TD>4</TD></TR></TABLEDATA></DATA>
</TABLE></RESOURCE></VOTABLE>"""
document = parse(io.BytesIO(DOCUMENT.encode()))
print([list(map(int, cell)) for cell in document.get_first_table().array["n"]])
for form in ("tabledata", "binary2"):
    document.get_first_table().format = form
    written = io.BytesIO()
    document.to_xml(written)
    print(form, [list(map(int, cell)) for cell in parse(io.BytesIO(written.getvalue())).get_first_table().array["n"]])
PYTHON
seen "[[1, 2, 3], [4]]
tabledata [[1, 2, 3], [4]]
binary2 [[0, 1, 0]]" "$("$python" -W ignore "$folder/lists.py")"
