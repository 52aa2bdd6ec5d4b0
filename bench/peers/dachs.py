"""GAVO DaCHS (Debian's `python3-gavo`, not its server package), over a copy of our stars in a PostgreSQL of its own.

DaCHS 2.7 redefines operators that pg_sphere has itself since 1.4: they are taken out of its `//adql`.
"""

import grp
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from localpg.account import server_account
from schema.column import Column

COMMAND = "/usr/bin/dachs"
SYSTEM = Path("/usr/lib/python3/dist-packages/gavo/resources/inputs/__system__/adql.rd")
CLASHING = re.compile(r'<script lang="SQL" type="postCreation" name="add_moc_casts">.*?</script>', re.DOTALL)
TABLE = "bench.stars"
CONE = "/bench/q/cone/scs.xml"
CONFIGURATION = """[general]
rootDir: {root}
group: {group}
gavoGroup: {group}
maintainerAddress: nobody@localhost
[web]
bindAddress: 127.0.0.1
serverPort: {port}
serverURL: http://127.0.0.1:{port}
user: {user}
maxSyncUploadSize: 50000000
[ivoa]
authority: x-bench
"""
RESOURCE = """<resource schema="bench">
<meta name="title">Stars</meta>
<meta name="creationDate">2026-01-01T00:00:00Z</meta>
<meta name="description">The stars that the gateway has, to be asked the same.</meta>
<meta name="subject">stars</meta>
<meta name="creator.name">bench</meta>
<table id="stars" onDisk="True" adql="True" mixin="//scs#q3cindex">
{columns}
</table>
<data id="import">
<sources>data/stars.csv</sources>
<csvGrammar/>
<make table="stars"><rowmaker idmaps="*"/></make>
</data>
<service id="cone" allowed="scs.xml">
<meta name="shortName">bench cone</meta>
<meta name="title">Stars in a cone</meta>
<meta name="testQuery"><meta name="ra">10</meta><meta name="dec">10</meta><meta name="sr">1</meta></meta>
<scsCore queriedTable="stars"><FEED source="//scs#coreDescs"/></scsCore>
<publish render="scs.xml" sets="local"/>
</service>
</resource>
"""
WHOLE = ("smallint", "integer", "bigint")


def missing() -> str:
    """Why DaCHS cannot be run here; empty if it can."""
    there = Path(COMMAND).exists() and list(Path("/usr/share/postgresql").glob("*/extension/q3c.control"))
    return "" if there else "apt-get install python3-gavo postgresql-15-q3c"


@dataclass(frozen=True, slots=True)
class Dachs:
    """An installation in a directory of its own; its database is reached by TCP on 127.0.0.1."""

    root: Path
    database_port: int
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its programs."""
        return {
            "GAVOSETTINGS": str(self.root / "gavo.rc"), "GAVOCUSTOM": "/nonexistent", "HOME": str(self.root),
            "PATH": "/usr/bin:/bin", "PGHOST": "127.0.0.1", "PGPORT": str(self.database_port), "PGUSER": "postgres",
        }  # fmt: skip

    def configure(self) -> None:
        """Write its configuration: ports are other ones at each run."""
        account = server_account()
        group = grp.getgrgid(account.group if account.group is not None else os.getegid()).gr_name
        text = CONFIGURATION.format(root=self.root, group=group, port=self.port, user=account.name)
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "gavo.rc").write_text(text)
        dsn = self.root / "etc" / "dsn"
        if dsn.exists():
            dsn.write_text(re.sub(r"port *= *\d+", f"port = {self.database_port}", dsn.read_text()))

    def holds(self, mark: str) -> bool:
        """Whether its database was filled from rows of this hash."""
        place = self.root / "mark"
        return place.exists() and place.read_text() == mark

    def fill(self, columns: Sequence[Column], rows: bytes, mark: str) -> None:
        """Delete everything and import rows, CSV with a header line, which takes minutes. Raises `RuntimeError`."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.configure()
        system, inputs = self.root / "inputs" / "__system__", self.root / "inputs" / "bench"
        for directory in (system, inputs / "data"):
            directory.mkdir(parents=True)
        (system / "adql.rd").write_text(CLASHING.sub("", SYSTEM.read_text()))
        (inputs / "q.rd").write_text(RESOURCE.format(columns="\n".join(map(_column, columns))))
        (inputs / "data" / "stars.csv").write_bytes(rows)
        account = server_account()
        for place in (self.root, *self.root.rglob("*")):
            account.adopt(place)
        self._run("createdb", "--encoding=UTF-8", "--template", "template0", "gavo")
        self._run(COMMAND, "init", "-d", f"host=127.0.0.1 port={self.database_port} dbname=gavo user=postgres")
        self._run(COMMAND, "imp", "bench/q")
        for published in ("//services", "//tap", "bench/q"):
            self._run(COMMAND, "pub", published)
        self._run(COMMAND, "limits", "bench/q")
        (self.root / "mark").write_text(mark)

    def start(self, log: int) -> subprocess.Popen[bytes]:
        """Start the server; `log` is the file descriptor of its output."""
        account = server_account()
        return subprocess.Popen(
            [COMMAND, "serve", "start", "-f"], stdout=log, stderr=log, cwd=self.root, env=self.environment,
            user=account.user, group=account.group, extra_groups=account.groups,
        )  # fmt: skip

    def _run(self, *command: str) -> None:
        account = server_account()
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.root, env=self.environment,
            user=account.user, group=account.group, extra_groups=account.groups,
        )  # fmt: skip
        if done.returncode:
            message = f"{' '.join(command)} failed: {(done.stdout + done.stderr)[-800:]}"
            raise RuntimeError(message)


def _column(column: Column) -> str:
    unknown = '<values nullLiteral="-1"/>' if column.type.sql in WHOLE and not column.key else ""
    attributes = {
        "name": column.sql, "type": column.type.sql, "unit": column.unit, "ucd": column.ucd,
        "required": "True" if column.key else "", "description": column.description,
    }  # fmt: skip
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    return f"<column{written}>{unknown}</column>"
