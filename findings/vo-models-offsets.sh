#!/usr/bin/env bash
# vo-models reads a time east of UTC as if it were UTC: the offset is cut off, and the instant is another.
. "$(dirname "$0")/common.bash"
packages vo-models==0.5.4
cat > "$folder/job.py" <<'PYTHON'
from vo_models.uws.models import ShortJobDescription

JOB = """<uws:jobref xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0" xmlns:xlink="http://www.w3.org/1999/xlink" id="1" xlink:href="http://x/1">
<uws:phase>COMPLETED</uws:phase><uws:creationTime>2026-01-01T12:00:00{}</uws:creationTime></uws:jobref>"""
for zone in ("Z", "+02:00", "+05:30"):
    print(zone, ShortJobDescription.from_xml(JOB.format(zone)).creation_time)
PYTHON
# 12:00 at +02:00 is 10:00 in UTC, at +05:30 it is 6:30.
seen "Z 2026-01-01T12:00:00.000Z
+02:00 2026-01-01T12:00:00.000Z
+05:30 2026-01-01T12:00:00.000Z" "$("$python" "$folder/job.py")"
