#!/usr/bin/env bash
# astroquery's launch_job puts TOP 2000 into the first SELECT of the text, though it be that of a WITH or of an EXCEPT; launch_job_async does not.
. "$(dirname "$0")/common.bash"
packages astroquery==0.4.11 astropy==8.0.2
cat > "$folder/top.py" <<'PYTHON'
from unittest import mock

from astroquery.utils.tap.core import Tap, TapPlus

tap = TapPlus(url="http://localhost/tap")
for query in ("WITH t AS (SELECT x FROM s) SELECT COUNT(*) FROM t", "SELECT x FROM s EXCEPT SELECT x FROM r"):
    for launch in (tap.launch_job, tap.launch_job_async):
        with mock.patch.object(Tap, "_Tap__launchJob", side_effect=ConnectionError) as sent:
            try:
                launch(query)
            except ConnectionError:
                print(f"{launch.__name__}:", " ".join((*sent.call_args.args, sent.call_args.kwargs.get("query"))[0].split()))
PYTHON
seen "launch_job: WITH t AS (SELECT TOP 2000 x FROM s) SELECT COUNT(*) FROM t
launch_job_async: WITH t AS (SELECT x FROM s) SELECT COUNT(*) FROM t
launch_job: SELECT TOP 2000 x FROM s EXCEPT SELECT x FROM r
launch_job_async: SELECT x FROM s EXCEPT SELECT x FROM r" "$("$python" -W ignore "$folder/top.py")"
