"""What is declared can be asked: tables, and the columns of all databases side by side."""

from typing import Any

from resolvers.operation import Operations
from resolvers.request import Request
from schema.catalog import DECLARED

COLUMN = "columns { name field path type datatype unit ucd utype description former indexed principal nullable table source }"


async def asked(operations: Operations, question: str) -> Any:
    answer = await operations.answer(Request(question))
    return answer.payload["errors"][0] if "errors" in answer.payload else answer.payload["data"]


async def test_every_table_and_column_is_told(operations: Operations) -> None:
    question = f"{{ tables {{ name source type singular plural description positioned {COLUMN} }} }}"
    found = (await asked(operations, question))["tables"]
    assert [table["name"] for table in found] == list(DECLARED.tables)
    star = next(table for table in found if table["name"] == "jsdc.star")
    assert (star["plural"], star["positioned"]) == ("stars", True)
    vmag = next(column for column in star["columns"] if column["name"] == "Vmag")
    assert vmag == {
        "name": "Vmag", "field": "vmag", "path": "vmag.value", "type": "Float", "datatype": "float", "unit": "mag", "ucd": "phot.mag;em.opt.V", "utype": None,
        "description": vmag["description"], "former": None, "indexed": True, "principal": True, "nullable": True,
        "table": "jsdc.star", "source": "jsdc",
    }  # fmt: skip
    fields = operations.schema.query_type.fields  # type: ignore[union-attr]
    assert all(table["plural"] in fields and table["singular"] in fields for table in found)


async def test_a_path_selects_its_column_and_filters_by_it(operations: Operations) -> None:
    (star,) = (await asked(operations, f'{{ tables(name: "jsdc.star") {{ {COLUMN} }} }}'))["tables"]
    fields: dict[str, list[str]] = {}
    for column in star["columns"]:
        field, _, part = column["path"].partition(".")
        fields.setdefault(field, []).extend([part] if part else [])
    selection = " ".join(f"{field} {{ {' '.join(parts)} }}" if parts else field for field, parts in fields.items())
    where = ", ".join(
        f"{field}: {{ {', '.join(f'{part}: {{isNull: false}}' for part in parts) or 'isNull: false'} }}"
        for field, parts in fields.items()
    )
    row = (await asked(operations, f"{{ stars(first: 1) {{ nodes {{ {selection} }} }} }}"))["stars"]["nodes"][0]
    assert sum(len(value) if isinstance(value, dict) else 1 for value in row.values()) == len(star["columns"])
    assert await asked(operations, f"{{ stars(first: 1, where: {{{where}}}) {{ nodes {{ name }} }} }}") == {
        "stars": {"nodes": []}
    }


async def test_tables_of_one_source_or_of_a_name(operations: Operations) -> None:
    found = (await asked(operations, '{ tables(source: "oidb", name: "GRANULES%") { plural } }'))["tables"]
    assert found == [{"plural": "granules"}]
    assert "perhaps you meant oidb" in (await asked(operations, '{ tables(source: "oidbx") { name } }'))["message"]


async def test_data_models_by_what_columns_are(operations: Operations) -> None:
    question = '{ dataModels(groupBy: UCD, ucd: "pos.eq.%;meta.main") { key sources units columns { table name } } }'
    found = {group["key"]: group for group in (await asked(operations, question))["dataModels"]}
    assert found.keys() == {"pos.eq.ra;meta.main", "pos.eq.dec;meta.main"}
    ra = found["pos.eq.ra;meta.main"]
    assert {"obsportal", "oidb", "jsdc", "spica"} <= set(ra["sources"])
    assert ra["units"] == ["deg"]
    assert {"table": "oidb.granule", "name": "s_ra"} in ra["columns"]


async def test_data_models_by_what_columns_are_called(operations: Operations) -> None:
    question = '{ dataModels(groupBy: NAME, name: "target_name") { key sources columns { table } } }'
    found = (await asked(operations, question))["dataModels"]
    assert [group["key"] for group in found] == ["target_name"]
    assert {"obsportal", "oidb"} <= set(found[0]["sources"])
    everything = (await asked(operations, "{ dataModels { columns { name } } }"))["dataModels"]
    assert sum(len(group["columns"]) for group in everything) == sum(
        len(table.columns) for table in DECLARED.tables.values()
    )


async def test_a_pattern_that_goes_nowhere_takes_no_time(operations: Operations) -> None:
    assert (await asked(operations, f'{{ dataModels(name: "{"%_" * 200}x") {{ key }} }}'))["dataModels"] == []
