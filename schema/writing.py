"""Declarations → DDL of a source that is written: the role that writes, its rights by column and by row, and triggers.

The rights of rows are a second lock: the gateway says whose rows its asker may change (`planning.write_rights`), and
row-level security refuses every other, whatever the statement. Reading is not restricted by it: the role reads whose
aliases are whose too, which no other of the gateway's may. What the triggers do is in `sql/sources/history.sql`, which
comes first.
"""

from collections.abc import Iterator

from schema.roles import settings_ddl
from schema.table import Ownership, Source

IDEMPOTENCY = "gw.idempotency"
"""Table at a source of the requests that were made with a key, so that each is done once."""
LASTMODS = "lastmods"
"""Column of the legacy text of changes: written with whatever else is, and no part of the history."""
ASKER, DOOR, RIGHTS = "gw.asker", "gw.door", "gw.rights"
"""Settings of a transaction: login of who asks, the door it came in by, and JSON of `planning.write_rights`."""
SETTINGS = {
    "lock_timeout": "4s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "client_connection_check_interval": "500ms",
}
"""Of the role that writes: what waits for another's row, or was left, ends."""


def role(source: Source) -> str:
    """The role that writes to a source."""
    return f"gateway_{source.name}_writer"


def writing_ddl(source: Source) -> str:
    """DDL for a source: everything that writing needs, to be run again after each change of the declarations."""
    name, owned = role(source), source.ownership
    return (
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN;\n"
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;\n"
        + settings_ddl(name, SETTINGS)
        + f"GRANT USAGE ON SCHEMA public, gw TO {name};\n"
        f"GRANT SELECT, INSERT ON {IDEMPOTENCY} TO {name};\n"
        f"GRANT UPDATE (result) ON {IDEMPOTENCY} TO {name};\n"
        + "".join(f"GRANT SELECT ON {table.remote} TO {name};\n" for table in source.withheld if table not in owned)
        + "".join("".join(_table(right, name)) for right in source.owned)
    )


def _table(right: Ownership, name: str) -> Iterator[str]:
    table = right.table
    relation = table.remote
    changed = [column.remote_name for column in right.changed]
    changed += [LASTMODS] if any(column.name == LASTMODS for column in table.stored) else []
    inserted = ", ".join(f'"{column.remote_name}"' for column in right.inserted)
    readable = {column.remote_name for column in table.stored}
    yield f"REVOKE ALL ON {relation} FROM {name};\n"
    yield f"GRANT SELECT ({_listed(readable)}) ON {relation} TO {name};\n"
    if right.granted:
        yield f"GRANT SELECT ON {right.granted[0].remote} TO {name};\n"
    yield f"GRANT INSERT ({inserted}), UPDATE ({_listed(changed)}) ON {relation} TO {name};\n"
    yield f"ALTER TABLE {relation} ENABLE ROW LEVEL SECURITY;\n"
    policies = (
        ("reading", "FOR SELECT USING (true)"),
        ("changing", f"FOR UPDATE TO {name} USING ({_owned(right)}) WITH CHECK ({_owned(right)})"),
        ("adding", f"FOR INSERT TO {name} WITH CHECK ({_addable(right)})"),
    )
    for policy, text in policies:
        yield f"DROP POLICY IF EXISTS {policy} ON {relation};\nCREATE POLICY {policy} ON {relation} {text};\n"
    yield f"DROP TRIGGER IF EXISTS gw_version ON {relation};\n"
    yield (
        f"CREATE TRIGGER gw_version BEFORE INSERT OR UPDATE ON {relation} "
        "FOR EACH ROW EXECUTE FUNCTION gw.next_version();\n"
    )
    yield f"DROP TRIGGER IF EXISTS gw_history ON {relation};\n"
    yield (
        f"CREATE TRIGGER gw_history AFTER INSERT OR UPDATE OR DELETE ON {relation} "
        f"FOR EACH ROW EXECUTE FUNCTION gw.record_history('{table.qualified}', '{table.key.remote_name}');\n"
    )


def _listed(names: object) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))  # type: ignore[call-overload]


def _owned(right: Ownership) -> str:
    """SQL of whether the asker may change a row."""
    anybody = f"gw.may(NULL, '{right.catalogue}')"
    if right.through is None:
        return f"gw.may({right.names.remote_name}, '{right.catalogue}')"
    key, names = right.table.key.remote_name, right.names.remote_name
    return (
        f"{anybody} OR EXISTS (SELECT FROM {right.through.remote} AS other "
        f"WHERE other.{key} = {right.table.remote}.{key} AND gw.may(other.{names}, '{right.catalogue}'))"
    )


def _addable(right: Ownership) -> str:
    """SQL of whether the asker may add a row: whoever owns rows of its kind may, where it names no owner itself."""
    if right.through:
        return f"gw.may_add('{right.catalogue}')"
    if right.granted is None:
        return _owned(right)
    table, column = right.granted
    name = column.remote_name
    return (
        f"{_owned(right)} AND EXISTS (SELECT FROM {table.remote} AS other WHERE other.{name} = "
        f"{right.table.remote}.{name} AND gw.may(other.{right.names.remote_name}, '{right.catalogue}'))"
    )
