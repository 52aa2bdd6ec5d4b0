"""Queries with lists of one to four values over one database, two, ObsCore and uploads; sound, and drawn by chance."""

from dataclasses import dataclass
from random import Random
from typing import Any

Rows = dict[str, list[dict[str, Any]]]
"""Rows of each table, by column."""
COLUMNS = {
    "jsdc.star": ("jsdc_id", "name", "calflag", "sptype_jmmc"),
    "jsdc.badcal": ("badcal_id", "name"),
    "oidb.granule": ("id", "target_name", "instrument_name", "calib_level", "obs_id"),
    "obsportal.target": ("target_id", "target_name"),
    "obsportal.observation": ("obs_id", "target_id", "obs_type", "obs_program"),
    "spica.target": ("spicadb_id", "hd", "priority_final", "target_main_id"),
    "spica.followup": ("spicadb_id", "progname", "qcs_flag"),
    "crossid.target": ("target_id", "star_id", "method"),
    "crossid.granule": ("id", "star_id", "method"),
    "ivoa.obscore": ("obs_publisher_did", "obs_id", "instrument_name", "target_name", "calib_level"),
    "TAP_UPLOAD.mine": ("k", "star", "what"),
}
"""Whole numbers and text, of which a list can be."""
ALONE = ("jsdc.star", "oidb.granule", "obsportal.observation", "spica.target", "ivoa.obscore", "TAP_UPLOAD.mine")
JOINS = (
    ("obsportal.target", "target_id", "crossid.target", "target_id"),
    ("obsportal.target", "target_id", "obsportal.observation", "target_id"),
    ("obsportal.target", "target_name", "ivoa.obscore", "target_name"),
    ("oidb.granule", "id", "crossid.granule", "id"),
    ("oidb.granule", "target_name", "obsportal.target", "target_name"),
    ("spica.target", "spicadb_id", "spica.followup", "spicadb_id"),
    ("spica.target", "priority_final", "crossid.target", "method"),
    ("TAP_UPLOAD.mine", "star", "jsdc.star", "jsdc_id"),
    ("TAP_UPLOAD.mine", "star", "crossid.granule", "star_id"),
    ("TAP_UPLOAD.mine", "what", "oidb.granule", "instrument_name"),
    ("TAP_UPLOAD.mine", "what", "ivoa.obscore", "instrument_name"),
)
"""Tables and the columns that they are joined on; few enough rows for an evaluator that compares all with all."""

INNER = {
    "target_name": ("obsportal.target", "target_name"),
    "instrument_name": ("TAP_UPLOAD.mine", "what"),
    "jsdc_id": ("TAP_UPLOAD.mine", "star"),
    "star_id": ("TAP_UPLOAD.mine", "star"),
}
"""Where a query after IN looks for values of a column, if not in its own table."""
FEW = 30_000
"""Pairs of rows that an evaluator compares in a moment."""


@dataclass(slots=True)
class ListWriter:
    """Writes queries whose lists are of values that the tables have, or do not."""

    random: Random
    rows: Rows

    def query(self) -> str:
        """A query whose rows come out in no order."""
        scope, source = self._alone() if self.random.random() < 0.5 else self._joined()
        where = " AND ".join(self._condition(scope, 1) for _ in range(self.random.randint(1, 2)))
        if self.random.random() < 0.2:
            return f"SELECT COUNT(*) AS n FROM {source} WHERE {where}"
        listed = ", ".join(f"{self._column(scope)} AS c{at}" for at in range(self.random.randint(1, 3)))
        distinct = "DISTINCT " if self.random.random() < 0.2 else ""
        return f"SELECT {distinct}{listed} FROM {source} WHERE {where}"

    def _alone(self) -> tuple[dict[str, str], str]:
        table = self.random.choice(ALONE)
        return {"a": table}, f"{table} AS a"

    def _joined(self) -> tuple[dict[str, str], str]:
        left, column, right, other = self.random.choice(JOINS)
        kind = self.random.choice(("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN"))
        scope = {"a": left, "b": right}
        more = f" AND {self._list(scope)}" if self.random.random() < 0.2 else ""
        return scope, f"{left} AS a {kind} {right} AS b ON a.{column} = b.{other}{more}"

    def _condition(self, scope: dict[str, str], depth: int) -> str:
        chance = self.random.random()
        if chance < 0.6 or depth == 0:
            return self._list(scope)
        if chance < 0.7:
            return f"({self._condition(scope, 0)} {self.random.choice(('AND', 'OR'))} {self._condition(scope, 0)})"
        if chance < 0.8:
            return f"NOT ({self._condition(scope, 0)})"
        alias, column = self._pair(scope)
        table, other = INNER.get(column, (scope[alias], column))
        if len(self.rows[table]) * len(self.rows[scope[alias]]) > FEW:
            return self._list(scope)
        inner = f"SELECT x.{other} FROM {table} AS x WHERE {self._list({'x': table})}"
        if chance < 0.9:
            return f"{alias}.{column} IN ({inner})"
        return f"EXISTS ({inner} AND x.{other} = {alias}.{column})"

    def _list(self, scope: dict[str, str]) -> str:
        alias, column = self._pair(scope)
        known = [row[column] for row in self.rows[scope[alias]] if row[column] is not None] or [0]
        values = [self._value(self.random.choice(known)) for _ in range(self.random.randint(1, 4))]
        if self.random.random() < 0.1:
            values[0] = f"{alias}.{column}" if self.random.random() < 0.5 else "NULL"
        negated = "NOT " if self.random.random() < 0.2 else ""
        return f"{alias}.{column} {negated}IN ({', '.join(values)})"

    def _value(self, known: Any) -> str:
        if isinstance(known, int):
            return str(known if self.random.random() < 0.8 else known + 1)
        text = known if self.random.random() < 0.8 else f"{known}x"
        return "'" + text.replace("'", "''") + "'"

    def _column(self, scope: dict[str, str]) -> str:
        return ".".join(self._pair(scope))

    def _pair(self, scope: dict[str, str]) -> tuple[str, str]:
        alias = self.random.choice(list(scope))
        return alias, self.random.choice(COLUMNS[scope[alias]])
