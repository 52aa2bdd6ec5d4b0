"""Every function, operator and condition over columns and values of every type: refused by us, or answered by PostgreSQL.

`FUZZ=100000 pytest tests/adql/test_types.py` tries so many; CI tries 600. What depends on the rows (a division by zero, a
text that is no number) is the client's too: SQLSTATE class 22.
"""

import os
from collections.abc import AsyncIterator
from random import Random

import asyncpg
import pytest_asyncio

from adql import sky
from adql.aggregates import AGGREGATES
from adql.checked.catalogue import DECLARED
from adql.checked.functions import FUNCTIONS
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.refused import refused
from hub.rows import WRONG, connect
from hub.sessions import SESSION
from planning.errors import TooMuch
from planning.routing import UNKNOWN
from sample.federation import Federation
from schema.space import BODIES

QUERIES = int(os.environ.get("FUZZ", "600"))
COLUMNS = {
    "ivoa.obscore": ["t_min", "target_name", "obs_release_date", "s_region", "calib_level", "data_rights"],
    "spica.followup": ["tpl_start", "exp_ids", "qcs_flag", "ob_ref", "spicadb_id"],
    "spica.target": ["ra", "model", "spicadb_id", "hd", "flag_activity_rot", "vmag"],
    "jsdc.star": ["Name", "RAJ2000", "Vmag", "CalFlag", "jsdc_id", "LDD"],
    "obsportal.exposure": ["exp_id", "exp_date_updated", "exp_mjd_start", "target_ra", "exp_validation_level"],
}
VALUES = [
    "1", "2.5", "-3", "1e300", "'x'", "'2020-01-01'", "'5'", "''", "NULL", "TRUE", "POINT(1, 2)", "CIRCLE(1, 2, 3)",
    "POLYGON(1, 2, 5, 2, 3, 6)", "REGION('CIRCLE 1 2 3')", "BOX(1, 2, 3, 4)", "CENTROID(CIRCLE(1, 2, 3))",
    "CAST('2020-01-01' AS TIMESTAMP)", "CAST(1 AS SMALLINT)", "IVO_HEALPIX_CENTER(3, 4)", "(SELECT MAX(Vmag) FROM jsdc.star)",
]  # fmt: skip
OPERATORS = [
    "({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} || {1})", "({0} & {1})", "({0} ^ {1})", "(- {0})",
    "(~ {0})", "COALESCE({0}, {1})", "CASE WHEN {0} = {1} THEN {0} ELSE {1} END", "CASE {0} WHEN {1} THEN 1 END",
    "CASE WHEN 1 = 1 THEN {0} ELSE {1} END", "IN_UNIT({0}, 'mas')",
    *(f"CAST({{0}} AS {kind})" for kind in (
        "SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE PRECISION", "CHAR", "VARCHAR(5)", "TIMESTAMP", "POINT", "CIRCLE",
    )),
]  # fmt: skip
CONDITIONS = [
    "{0} = {1}", "{0} < {1}", "{0} <> {1}", "{0} BETWEEN {1} AND {2}", "{0} IN ({1}, {2})", "{0} NOT IN ({1})", "{0} LIKE {1}",
    "{0} ILIKE {1}", "{0} IS NULL", "NOT {0} = {1}", "1 = CONTAINS({0}, {1})", "1 = INTERSECTS({0}, {1})",
    "DISTANCE({0}, {1}) < {2}", "{0} IN (SELECT {1} FROM {table})", "EXISTS (SELECT 1 FROM {table} WHERE {0} = {1})",
]  # fmt: skip
FORMS = [
    "SELECT TOP 3 {0} AS a FROM {table}", "SELECT TOP 3 {1} AS a FROM {table} WHERE {condition}",
    "SELECT {0} AS a, COUNT(*) AS n FROM {table} GROUP BY {0} HAVING {condition}", "SELECT DISTINCT TOP 3 {0} AS a FROM {table}",
    "SELECT TOP 3 {1} AS a FROM {table} ORDER BY {0}", "SELECT TOP 3 {0} AS a FROM {table} UNION SELECT {1} FROM {table}",
]  # fmt: skip
NAMES = [*FUNCTIONS, *AGGREGATES, *sky.FUNCTIONS]


class Mixer:
    """Queries by chance, of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311
        self.table = self.random.choice([*COLUMNS])

    def value(self, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.25:
            return self.random.choice(COLUMNS[self.table] if self.random.random() < 0.65 else VALUES)
        parts = [self.value(depth - 1) for _ in range(5)]
        if self.random.random() < 0.5:
            return self.random.choice(OPERATORS).format(*parts)
        name = self.random.choice(NAMES)
        wanted = len(self.random.choice(FUNCTIONS[name]).arguments) if name in FUNCTIONS else self.random.randint(1, 4)
        return f"{name}({', '.join(parts[number % 5] for number in range(wanted))})"

    def query(self) -> str:
        parts = [self.value(2) for _ in range(3)]
        condition = self.random.choice(CONDITIONS).format(*parts, table=self.table)
        return self.random.choice(FORMS).format(self.value(2), self.value(1), table=self.table, condition=condition)


@pytest_asyncio.fixture
async def databases(federation: Federation) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """The hub and each source, as the roles that serve come in."""
    settings = SESSION | {"statement_timeout": "2000"}
    dsns = {"": federation.hub, **federation.readers}
    opened = {name: await connect(dsn, settings) for name, dsn in dsns.items()}
    yield opened
    for connection in opened.values():
        await connection.close()


async def defect(connection: asyncpg.Connection, text: str, values: tuple[str, ...]) -> str:
    """What PostgreSQL says of a statement that it should never have been sent; "" where all is well."""
    try:
        await connection.fetch(f"SELECT * FROM ({text}) AS q LIMIT 3", *values)
    except asyncpg.QueryCanceledError:
        return ""  # what takes long is no defect
    except asyncpg.PostgresError as error:
        state = str(error.sqlstate)
        theirs = state.startswith("22") or state in WRONG or isinstance(refused(state), TooMuch)
        return "" if theirs else f"{state} {error}"
    return ""


async def test_no_mix_of_types_is_a_defect(federation: Federation, databases: dict[str, asyncpg.Connection]) -> None:
    known = UNKNOWN
    for source in federation.readers:
        known = known.with_backend(source, BODIES[federation.body])
    wrong, answered = [], 0
    for seed in range(QUERIES):
        query = Mixer(seed).query()
        try:
            through, straight = compile_query(query, DECLARED), compile_query(query, DECLARED, known)
        except AdqlError:
            continue
        for compiled in (through, straight):
            place = compiled.sources[0] if compiled.direct else ""
            if problem := await defect(databases[place], compiled.text, compiled.values):
                wrong.append((problem, query, place))
        answered += 1
    assert not wrong
    assert answered > QUERIES / 10


async def test_null_in_a_query_of_values(databases: dict[str, asyncpg.Connection]) -> None:
    query = "SELECT qcs_flag FROM spica.followup WHERE tpl_start IN (SELECT NULL FROM spica.followup)"
    compiled = compile_query(query, DECLARED)
    assert await databases[""].fetch(compiled.text, *compiled.values) == []
