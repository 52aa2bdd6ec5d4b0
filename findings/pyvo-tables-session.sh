#!/usr/bin/env bash
# A TAP service that is asked by a session of one's own: pyvo lists its tables with that session, and asks for the columns of each without it.
# Where a table is private, its name is in `tap.tables`, and `tap.tables[name]` says that there is none (VOSI 1.1 section 2.4, TAP 1.1 section 2.5).
. "$(dirname "$0")/common.bash"
packages pyvo==1.9.1
cat > "$folder/tables.py" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyvo
import requests

XMLNS = 'xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"'
COLUMN = "<column><name>hd</name><dataType>int</dataType></column>"
LIST = f"<vosi:tableset {XMLNS}><schema><name>mine</name><table><name>mine.stars</name>%s</table></schema></vosi:tableset>"
TABLE = f"<vosi:table {XMLNS}><name>mine.stars</name>{COLUMN}</vosi:table>"
asked = []


class Private(BaseHTTPRequestHandler):
    """Tables of who has the token: a list of names, and each with its columns."""

    def do_GET(self):
        known = self.headers.get("Authorization") == "Bearer secret"
        documents = {"/tap/tables": LIST % "", "/tap/tables/mine.stars": TABLE}
        path = self.path.partition("?")[0]
        if path in documents:
            asked.append(f"{path.removeprefix('/tap/')} {'with' if known else 'without'} the token")
        text = documents.get(path, "").encode() if known else b""
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Private)
threading.Thread(target=server.serve_forever, daemon=True).start()
session = requests.Session()
session.headers["Authorization"] = "Bearer secret"
tables = pyvo.dal.TAPService(f"http://127.0.0.1:{server.server_port}/tap", session=session).tables
name = next(iter(tables.keys()))
try:
    columns = [column.name for column in tables[name].columns]
except pyvo.dal.DALServiceError as error:
    columns = type(error).__name__
print("TOLD", name, columns, *asked, sep="; ")
PYTHON
echo "what is asked, and what the columns of a listed table are"
seen "TOLD; mine.stars; DALServiceError; tables with the token; tables/mine.stars without the token" \
    "$(HOME=$folder "$python" -W ignore "$folder/tables.py" | grep TOLD)"
