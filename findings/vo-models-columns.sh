#!/usr/bin/env bash
# vo-models reads a column of VODataService 1.1 and writes another: without std and extendedType, & and < escaped twice.
. "$(dirname "$0")/common.bash"
packages vo-models==0.5.4
cat > "$folder/column.py" <<'PYTHON'
import xml.etree.ElementTree as tree
from vo_models.vodataservice.models import TableParam

TEXT = """<column xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" std="true">
<name>s_region</name><description>Fit &amp; extent, &lt; 1 deg</description>
<dataType xsi:type="vs:VOTableType" arraysize="*" extendedType="adql:REGION">char</dataType></column>"""
for text in (TEXT, TableParam.from_xml(TEXT).to_xml()):
    column = tree.fromstring(text)
    print(column.get("std"), column.find("dataType").get("extendedType"), column.find("description").text, sep="|")
PYTHON
seen "true|adql:REGION|Fit & extent, < 1 deg
None|None|Fit &amp; extent, &lt; 1 deg" "$("$python" "$folder/column.py")"
