"""Declarations → DDL of the hub's own tables."""

from schema.table import Source, Table


def local_tables(source: Source) -> str:
    """DDL of a source's tables in the hub; drops existing ones, as their content can be computed again."""
    earlier = ", ".join(name for name in (source.name, source.former) if name)
    schema_ddl = f"DROP SCHEMA IF EXISTS {earlier} CASCADE;\nCREATE SCHEMA {source.name};\n\n"
    return schema_ddl + "\n".join(map(table_of_the_hub, source.tables))


def table_of_the_hub(table: Table) -> str:
    """DDL of a table with its key and indexes."""
    columns = "".join(
        f'  "{column.sql}" {column.type.sql}{" NOT NULL" if column.required else ""},\n' for column in table.columns
    )
    indexes = "".join(
        f'CREATE INDEX {table.name}_{column.sql} ON {table.qualified} ("{column.sql}");\n'
        for column in table.columns
        if column.indexed and column is not table.key
    )
    return f'CREATE TABLE {table.qualified} (\n{columns}  PRIMARY KEY ("{table.key.sql}")\n);\n{indexes}'
