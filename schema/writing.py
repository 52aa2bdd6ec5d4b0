"""Declarations → DDL of a source that is written: the role that writes, its rights by column and by row, and triggers.

The rights of rows are a second lock: the gateway says whose rows its asker may change (`planning.write_rights`), and
row-level security refuses every other, whatever the statement. Reading is not restricted by it: the role reads whose
aliases are whose too, which no other of the gateway's may. What the triggers do is in `sql/sources/history.sql`, which
comes first.
"""

import json
from collections.abc import Iterator

from schema.column import Writers
from schema.ownership import Ownership
from schema.roles import settings_ddl
from schema.table import Source

IDEMPOTENCY = "gw.idempotency"
"""Table at a source of the requests that were made with a key, so that each is done once."""
LASTMODS = "lastmods"
"""Column of the legacy text of changes: written with whatever else is, and no part of the history."""
ASKER, DOOR, RIGHTS = "gw.asker", "gw.door", "gw.rights"
"""Settings of a transaction: login of who asks, the door it came in by, and JSON of `planning.write_rights`."""
RESERVED = "gw_reserved"
"""Trigger of what administrators alone change."""
SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": "4s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "client_connection_check_interval": "500ms",
}
"""Of the role that writes: what is told to be written is so, though the server is killed; what waits for another's row,
or was left, ends."""


def role(source: Source) -> str:
    """The role that writes to a source."""
    return f"gateway_{source.name}_writer"


def writing_ddl(source: Source) -> str:
    """DDL for a source: everything that writing needs, to be run again after each change of the declarations."""
    name, owned = role(source), source.ownership
    granted = [right.granted[0] for right in source.owned if right.granted]
    read = dict.fromkeys(table for table in (*source.withheld, *granted) if table not in owned)
    return (
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN;\n"
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;\n"
        + settings_ddl(name, SETTINGS)
        + f"GRANT USAGE ON SCHEMA public, gw TO {name};\n"
        f"GRANT SELECT, INSERT ON {IDEMPOTENCY} TO {name};\n"
        f"GRANT UPDATE (result) ON {IDEMPOTENCY} TO {name};\n"
        + "".join(f"GRANT SELECT ON {table.remote} TO {name};\n" for table in read)
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
    yield f"GRANT INSERT ({inserted}), UPDATE ({_listed(changed)}) ON {relation} TO {name};\n"
    if right.removed:
        yield f"GRANT DELETE ON {relation} TO {name};\n"
    if right.sequence:
        yield f"GRANT USAGE ON SEQUENCE {right.sequence} TO {name};\n"
    yield f"ALTER TABLE {relation} ENABLE ROW LEVEL SECURITY;\n"
    for policy, text in _policies(right, name):
        yield f"DROP POLICY IF EXISTS {policy} ON {relation};\nCREATE POLICY {policy} ON {relation} {text};\n"
    for trigger, text in _triggers(right):
        yield f"DROP TRIGGER IF EXISTS {trigger} ON {relation};\nCREATE TRIGGER {trigger} {text};\n"
    yield from _constraints(right)


def _policies(right: Ownership, name: str) -> Iterator[tuple[str, str]]:
    yield "reading", "FOR SELECT USING (true)"
    yield "changing", f"FOR UPDATE TO {name} USING ({_owned(right)}) WITH CHECK ({_owned(right)})"
    yield "adding", f"FOR INSERT TO {name} WITH CHECK ({_addable(right)})"
    if right.removed:
        yield "removing", f"FOR DELETE TO {name} USING ({_owned(right)})"


def _triggers(right: Ownership) -> Iterator[tuple[str, str]]:
    """What is done before a row is written, and what is recorded after: whole rows where none has a version."""
    relation, table = right.table.remote, right.table
    before, whole = ("next_version", "") if right.versioned else ("require_asker", ", 'whole'")
    events = "INSERT OR UPDATE" if right.versioned else "INSERT OR UPDATE OR DELETE"
    yield "gw_version", f"BEFORE {events} ON {relation} FOR EACH ROW EXECUTE FUNCTION gw.{before}()"
    named = f"'{table.qualified}', '{table.key.remote_name}'{whole}"
    yield (
        "gw_history",
        f"AFTER INSERT OR UPDATE OR DELETE ON {relation} FOR EACH ROW EXECUTE FUNCTION gw.record_history({named})",
    )


def _constraints(right: Ownership) -> Iterator[str]:
    """What holds whatever the statement: what is there once, what is counted, what administrators alone give."""
    relation = right.table.remote
    if right.once:
        columns = ", ".join(column.remote_name for column in right.once)
        yield f"CREATE UNIQUE INDEX IF NOT EXISTS {_once(right)} ON {relation} ({columns});\n"
    if right.counted:
        yield f"ALTER TABLE {relation} DROP CONSTRAINT IF EXISTS {_counted(right)};\n"
        yield f"ALTER TABLE {relation} ADD CONSTRAINT {_counted(right)} CHECK ({right.counted.remote_name} > 0);\n"
    if right.follows:
        to, own = right.follows.to_column.remote_name, right.follows.from_column.remote_name
        target, name = right.follows.target.remote, _follows(right)
        yield f"ALTER TABLE {relation} DROP CONSTRAINT IF EXISTS {name};\n"
        left = f"WHERE NOT EXISTS (SELECT FROM {target} AS other WHERE other.{to} = {relation}.{own})"
        yield f"DELETE FROM {relation} {left};\n"  # noqa: S608 - declared
        yield (
            f"ALTER TABLE {relation} ADD CONSTRAINT {name} "
            f"FOREIGN KEY ({own}) REFERENCES {target} ({to}) ON DELETE CASCADE;\n"
        )
    if reserved := _reserved(right):
        yield f"DROP TRIGGER IF EXISTS {RESERVED} ON {relation};\n"
        yield (
            f"CREATE TRIGGER {RESERVED} BEFORE INSERT OR UPDATE ON {relation} FOR EACH ROW "
            f"EXECUTE FUNCTION gw.require_administrator('{right.catalogue}', '{json.dumps(reserved)}');\n"
        )


def constraint_names(right: Ownership) -> list[str]:
    """Names of the index, the constraints and the trigger by which a table holds what `Ownership` declares."""
    held = {_once: right.once, _counted: right.counted, _follows: right.follows}
    names = [name(right) for name, declared in held.items() if declared]
    return [*names, RESERVED] if _reserved(right) else names


def _once(right: Ownership) -> str:
    return f"gw_{right.once[-1].remote_name}_once"


def _counted(right: Ownership) -> str:
    assert right.counted is not None  # noqa: S101 - for mypy
    return f"gw_{right.counted.remote_name}_counted"


def _follows(right: Ownership) -> str:
    assert right.follows is not None  # noqa: S101 - for mypy
    return f"gw_{right.follows.from_column.remote_name}_follows"


def _listed(names: object) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))  # type: ignore[call-overload]


def _owned(right: Ownership) -> str:
    """SQL of whether the asker may change a row."""
    anybody = f"gw.may(NULL, '{right.catalogue}')"
    if right.within:
        return f"{anybody} OR {_within(right)}"
    if right.through is None:
        return f"gw.may({right.names.remote_name}, '{right.catalogue}')"
    key, names = right.table.key.remote_name, right.names.remote_name
    return (
        f"{anybody} OR EXISTS (SELECT FROM {right.through.remote} AS other "
        f"WHERE other.{key} = {right.table.remote}.{key} AND gw.may(other.{names}, '{right.catalogue}'))"
    )


def _within(right: Ownership) -> str:
    """SQL of whether the asker owns the row that its links lead to."""
    first, *others = right.within
    joined = "".join(
        f" JOIN {link.target.remote} AS other{number} ON other{number}.{link.to_column.remote_name} = "
        f"other{number - 1}.{link.from_column.remote_name}"
        for number, link in enumerate(others, 1)
    )
    return (
        f"EXISTS (SELECT FROM {first.target.remote} AS other0{joined} WHERE other0.{first.to_column.remote_name} = "
        f"{right.table.remote}.{first.from_column.remote_name} AND "
        f"gw.may(other{len(others)}.{right.names.remote_name}, '{right.catalogue}'))"
    )


def _addable(right: Ownership) -> str:
    """SQL of whether the asker may add a row: whoever owns rows of its kind may, where it names no owner itself."""
    if right.through:
        return f"gw.may_add('{right.catalogue}')"
    if right.granted is None:
        return _owned(right)
    anybody, granted = f"gw.may(NULL, '{right.catalogue}')", _granted(right, _may(right, "other"))
    if right.shared is None:
        return f"{_owned(right)} AND ({anybody} OR {granted})"
    own = f"{_owned(right)} AND {granted}"
    relation, shared, names = right.table.remote, right.shared.remote_name, right.names.remote_name
    sharing = f"EXISTS (SELECT FROM {relation} AS sharing WHERE sharing.{shared} = {relation}.{shared}"
    let = _granted(right, f"other.{names} = {relation}.{names}")
    first = f"{relation}.{right.counted.remote_name} = 1 AND " if right.counted else ""
    return (
        f"{anybody} OR ({sharing} AND {_may(right, 'sharing')}) AND (({own}) OR {let})) "
        f"OR ({first}NOT {sharing}) AND {own})"
    )


def _granted(right: Ownership, condition: str) -> str:
    """SQL of whether there is a row, called `other`, that lets rows as the new one be added, for which this is true."""
    assert right.granted is not None  # noqa: S101 - for mypy
    table, columns = right.granted
    same = " AND ".join(
        f"({right.table.remote}.{name} IS NULL OR other.{name} = {right.table.remote}.{name})"
        for name in (column.remote_name for column in columns)
    )
    return f"EXISTS (SELECT FROM {table.remote} AS other WHERE {same} AND {condition})"


def _may(right: Ownership, alias: str) -> str:
    return f"gw.may({alias}.{right.names.remote_name}, '{right.catalogue}')"


def _reserved(right: Ownership) -> dict[str, str | None]:
    """What administrators alone change: columns, and a column with the value that they alone give and take."""
    columns: dict[str, str | None] = {
        column.remote_name: None for column in right.changed if column.writers is Writers.SERVICES
    }
    if right.reserved:
        column, value = right.reserved
        columns[column.remote_name] = value
    return columns
