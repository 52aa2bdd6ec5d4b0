"""Queries over what is declared, as a stranger may write them: most of them sound, some hostile; grown by chance."""

from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

from adql.grammar.words import RESERVED
from schema.catalog import DECLARED
from schema.table import Table
from schema.types import ASCII, DOUBLE, FLOAT, INT, LONG, SHORT, TEXT

MARK = "zqx"
"""In every character string and alias of ours, so that none is found in the SQL."""
STRINGS = [f"'{MARK}'", f"'{MARK}''; DROP TABLE x; --'", f"'{MARK}%'", f"'$1 {MARK} {{0}} \\'", f"'{MARK}\"'"]
ALIASES = [f"{MARK}1", f'"{MARK} 2"', f'"{MARK}"".""; --"', f'"{MARK}{{0}}"']
HOSTILE_TABLES = [
    "pg_catalog.pg_class",
    "pg_shadow",
    "information_schema.tables",
    "uws.job",
    '"pg_authid"',
    "gw.query",
    "jsdc.nothing",
]
HOSTILE_FUNCTIONS = [
    "pg_sleep(1)",
    "lo_import('/etc/passwd')",
    "current_setting('a')",
    "query_to_xml('SELECT 1')",
    "version()",
    "dblink('a')",
]
HOSTILE_NAMES = ["ctid", "xmin", "tableoid", "current_user", "t1.tableoid", '"c0"', "oid"]
NUMBERS = (SHORT, INT, LONG, FLOAT, DOUBLE)
SPHERE = [
    "CIRCLE({0}, {1}, 0.5)", "CIRCLE(POINT({0}, {1}), 1)", "BOX(10, 20, 3, 4)", "POLYGON(1, 2, 5, 2, 3, 6)", "POINT({0}, {1})",
    "REGION('CIRCLE ICRS 1 2 3')", "REGION('UNION (CIRCLE 1 2 3 NOT (BOX 1 2 3 4))')", "POLYGON('ICRS', {0}, {1}, 3, 4, 5, 6)", "CENTROID(BOX(1, 2, 3, 4))",
]  # fmt: skip


def spelled(name: str) -> str:
    return f'"{name}"' if name.upper() in RESERVED else name


class Asker:
    """What is being written: its chance, and the tables that its names come from."""

    def __init__(self, seed: int, hostility: float) -> None:
        self.random = Random(seed)  # noqa: S311
        self.hostility = hostility

    def one_of(self, *choices: Callable[[], str]) -> str:
        return self.random.choice(choices)()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def hostile(self, texts: list[str], otherwise: Callable[[], str]) -> str:
        return self.random.choice(texts) if self.chance(self.hostility) else otherwise()

    def columns(self, scope: list[tuple[str, Table]], wanted: tuple[object, ...]) -> list[str]:
        return [
            f'{alias}."{column.name}"' for alias, table in scope for column in table.columns if column.type in wanted
        ]

    def several(self, of: Callable[[], str]) -> str:
        return ", ".join(of() for _ in range(self.random.randint(1, 4)))

    def number(self, scope: list[tuple[str, Table]], depth: int) -> str:
        columns = self.columns(scope, NUMBERS)
        if depth <= 0 or self.chance(0.3):
            literal = self.random.choice(["1", "2.5", "1e3", "0x1F", "-3", "180"])
            return self.hostile(
                HOSTILE_NAMES, lambda: self.random.choice(columns) if columns and self.chance(0.7) else literal
            )
        inner = lambda: self.number(scope, depth - 1)  # noqa: E731
        return self.one_of(
            lambda: f"({inner()} {self.random.choice('+-*/')} {inner()})",
            lambda: f"{self.random.choice(['ABS', 'SQRT', 'LOG', 'LOG10', 'SIN', 'FLOOR', 'RADIANS'])}({inner()})",
            lambda: f"{self.random.choice(['MOD', 'POWER', 'ATAN2'])}({inner()}, {inner()})",
            lambda: f"ROUND({inner()}, 2)",
            lambda: f"COALESCE({inner()}, {inner()})",
            lambda: f"CASE WHEN {self.condition(scope, depth - 1)} THEN {inner()} ELSE {inner()} END",
            lambda: f"CAST({inner()} AS {self.random.choice(['INTEGER', 'BIGINT', 'REAL', 'DOUBLE PRECISION'])})",
            lambda: f"DISTANCE({inner()}, {inner()}, 10, 20)",
            lambda: (
                f"{self.random.choice(['CONTAINS', 'INTERSECTS'])}({self.shape(scope, depth)}, {self.shape(scope, depth)})"
            ),
            lambda: f"(SELECT {self.random.choice(['MAX', 'COUNT', 'AVG'])}({inner()}) FROM {self.table()[0]})",
            lambda: f"AREA({self.shape(scope, depth)})",
            lambda: self.hostile(HOSTILE_FUNCTIONS, lambda: f"ivo_healpix_index(10, {inner()}, {inner()})"),
        )

    def text(self, scope: list[tuple[str, Table]], depth: int) -> str:
        columns = self.columns(scope, (ASCII, TEXT))
        if depth <= 0 or self.chance(0.5):
            return self.random.choice(columns if columns and self.chance(0.5) else STRINGS)
        return self.one_of(
            lambda: f"{self.random.choice(['LOWER', 'UPPER'])}({self.text(scope, depth - 1)})",
            lambda: f"({self.text(scope, depth - 1)} || {self.text(scope, depth - 1)})",
            lambda: f"CAST({self.number(scope, depth - 1)} AS VARCHAR(9))",
        )

    def shape(self, scope: list[tuple[str, Table]], depth: int) -> str:
        return self.random.choice(SPHERE).format(self.number(scope, depth - 2), self.number(scope, depth - 2))

    def condition(self, scope: list[tuple[str, Table]], depth: int) -> str:
        number, text = (lambda: self.number(scope, depth - 1)), (lambda: self.text(scope, depth - 1))
        negated = self.random.choice(["", "NOT "])
        simple = (
            lambda: f"{number()} {self.random.choice(['=', '<>', '<', '>='])} {number()}",
            lambda: f"{text()} {negated}{self.random.choice(['LIKE', 'ILIKE'])} {text()}",
            lambda: f"{number()} {negated}BETWEEN {number()} AND {number()}",
            lambda: f"{text()} {negated}IN ({self.several(text)})",
            lambda: f"{number()} IS {negated}NULL",
            lambda: f"1 = CONTAINS({self.shape(scope, depth)}, {self.shape(scope, depth)})",
            lambda: f"DISTANCE({number()}, {number()}, 10, 20) < 0.1",
        )
        if depth <= 0:
            return self.one_of(*simple)
        return self.one_of(
            *simple,
            lambda: (
                f"({self.condition(scope, depth - 1)} {self.random.choice(['AND', 'OR'])} {self.condition(scope, depth - 1)})"
            ),
            lambda: f"NOT ({self.condition(scope, depth - 1)})",
            lambda: f"EXISTS (SELECT * FROM {self.table()[0]})",
            lambda: f"{number()} IN (SELECT {self.number([], 1)} FROM {self.table()[0]})",
        )

    def table(self) -> tuple[str, Table]:
        name = self.random.choice(list(DECLARED.tables))
        return self.hostile(HOSTILE_TABLES, lambda: ".".join(map(spelled, name.split(".")))), DECLARED.tables[name]

    def select(self, depth: int) -> str:
        scope, source = [], ""
        for number in range(self.random.randint(1, 2)):
            name, table = self.table()
            alias = self.random.choice([f"{MARK}{number}", f'"{MARK} {number}"'])
            join = self.random.choice([", ", " JOIN ", " LEFT JOIN "]) if number else ""
            scope.append((alias, table))
            on = f" ON {self.condition(scope, 1)}" if "JOIN" in join else ""
            source += f"{join}{name} AS {alias}{on}"
        outputs = [self._output(scope, depth) for _ in range(self.random.randint(1, 3))]
        where = f" WHERE {self.condition(scope, depth)}" if self.chance(0.7) else ""
        top = f"TOP {self.random.randint(0, 9)} " if self.chance(0.3) else ""
        return f"SELECT {top}{', '.join(outputs)} FROM {source}{where}"

    def _output(self, scope: list[tuple[str, Table]], depth: int) -> str:
        alias = f" AS {self.random.choice(ALIASES)}"
        return self.one_of(
            lambda: self.number(scope, depth) + alias,
            lambda: self.text(scope, depth) + alias,
            lambda: self.shape(scope, depth) + alias,
            lambda: f"{self.random.choice(scope)[0]}.*",
        )

    def whole(self, depth: int) -> str:
        return self.one_of(
            lambda: self.select(depth),
            lambda: self.select(depth),
            lambda: f"{self.select(depth)} ORDER BY 1 OFFSET 2",
            lambda: f"SELECT COUNT(*) FROM ({self.select(depth)}) AS {ALIASES[0]}",
            lambda: f"WITH {ALIASES[1]} AS ({self.select(depth)}) SELECT * FROM {ALIASES[1]}",
            lambda: (
                f"SELECT {self.number([], 1)} AS a FROM {self.table()[0]} UNION SELECT {self.number([], 1)} FROM {self.table()[0]}"
            ),
        )


def whole(seed: int, depth: int, hostility: float) -> str:
    return Asker(seed, hostility).whole(depth)


ASKED = st.builds(whole, st.integers(0, 2**32), st.integers(0, 2), st.sampled_from([0.0, 0.0, 0.05, 0.3]))
