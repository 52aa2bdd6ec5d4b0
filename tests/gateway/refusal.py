"""How to read a refusal in each format, and what none may hold."""

import csv
import io
import re
from typing import Any

import httpx

LEAK = re.compile(
    r"Traceback|File \"|SELECT |FROM |asyncpg|sqlalchemy|postgresql://|gateway_reader|/tmp/|\.py\b|\$1|relation \""
)
"""Stack traces, SQL, drivers, credentials, places of ours."""


class Refusal:
    """An answer that refuses, whatever its format."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.kind = response.headers["content-type"].partition(";")[0]
        self.text = response.text
        assert not LEAK.search(self.text), self.text
        if "json" in self.kind:
            payload: dict[str, Any] = response.json()
            self.data = payload.get("data")
            self.messages = [error["message"] for error in payload["errors"]]
            self.codes = [error["extensions"]["code"] for error in payload["errors"]]
        elif self.kind == "text/csv":
            names, values = csv.reader(io.StringIO(self.text))
            assert names == ["error", "message"]
            self.messages, self.codes, self.data = values[1:], values[:1], None
        else:
            assert self.kind == "application/x-votable+xml", self.text
            told = re.findall(r'<INFO name="QUERY_STATUS" value="ERROR">([^<]*)</INFO>', self.text)
            assert len(told) == 1, self.text
            assert len(re.findall(r'<INFO ID="Error" name="Error" value=', self.text)) == 1
            assert "<TABLE" not in self.text
            self.messages, self.codes, self.data = told, [], None
        assert all(self.messages)
