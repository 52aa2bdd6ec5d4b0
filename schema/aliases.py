"""Names of tables that clients have in their code: of the JMMC's former TAP server, and of VizieR.

Each is a view of declared tables, under the names of columns that its clients know; what has another name here answers
to both. TAP and X-Match have them: they are listed in TAP_SCHEMA, where queries name them without a schema.

Sources: OiDB's `conf/oidb.sql` and `conf/oidb_datalink.sql`; the night scheduler (spica-nss `nss.py`), which asks
`SELECT * FROM spica`, `spica_calprim` and `badcal`; the catalogue API (catalogs `modules/app.xql`) for keys; the ReadMe
of VizieR II/346 for JSDC version 2.
"""

from collections.abc import Mapping
from dataclasses import replace

from schema import jsdc, obsportal, oidb, spica
from schema.column import Column, ColumnSql
from schema.table import Definition, Link, Source, Table
from schema.types import FLOAT

NAME = "jmmc"
NO_NAMES: Mapping[str, str] = {}
LATER = (spica.STATE, spica.VERSION)
"""Columns of writing through the gateway: a client of old that sends a row back whole would write them."""
Values = Mapping[Column, ColumnSql]


def _alias(name: str, description: str, definition: Definition) -> Table:
    base = definition.base
    return Table(
        base.source, name, base.remote, name, name, description, tuple(definition.values), schema=NAME, rows=base.rows,
        definition=definition, alias=True,
    )  # fmt: skip


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def _named(column: Column, name: str, ucd: str = "") -> Column:
    """A column under the name, and perhaps with the UCD, that an alias has for it; the other name still finds it."""
    return replace(column, name=name, former=column.name, ucd=ucd or column.ucd, field="", remote="")


def _copied(base: Table, names: Mapping[str, str] = NO_NAMES) -> Values:
    """All columns of a table but those that its clients know nothing of; `names` has new names by old ones."""
    return {
        _named(column, names[column.name]) if column.name in names else column: ColumnSql("{}", (column,))
        for column in base.columns
        if column not in LATER
    }


def _renamed(name: str, base: Table, names: Mapping[str, str] = NO_NAMES) -> Table:
    return _alias(
        name, f"{base.description}: {base.qualified} by its former name", Definition(base, _copied(base, names))
    )


# SPICA-DB as one wide table, a row for each target with its first and second programme.
BY_PROGRAM = (
    "progname", "piname", "priority_pi", "comments", "spica_mode", "spica_setup", "chara_setup", "quality_required",
    "nobs_required",
)  # fmt: skip
TWICE = BY_PROGRAM[:4]
"""Columns that the second programme has too, under a name that ends with 2."""


def _ranked(rank: int) -> Table:
    """The table of targets in programmes once more, for the programmes of one rank."""
    base = spica.TARGET_PROGRAM
    return Table(
        base.source, base.name, base.remote, base.type_name, base.plural, f"{base.description}, rank {rank}",
        tuple(replace(column) for column in base.columns),
    )  # fmt: skip


FIRST, SECOND = _ranked(1), _ranked(2)


def _spica_values() -> Values:
    """Columns that are stored: an identifier of links would bring a RESOURCE with it that ASPRO2 cannot load."""
    values = {column: value for column, value in _copied(spica.TARGET).items() if not column.computed}
    for table, names, ending in ((FIRST, BY_PROGRAM, ""), (SECOND, TWICE, "2")):
        for name in names:
            column = _column(table, name)
            about = f"{column.description} ({'first' if not ending else 'second'} programme)"
            published = replace(
                column, name=name + ending, description=about, key=False, required=False, indexed=False,
                principal=not ending, ucd=column.ucd,
            )  # fmt: skip
            values[published] = ColumnSql("{}", (column,))
    return values


SPICA = _alias(
    "spica",
    "Targets of SPICA-DB with the programmes that want them, as one wide table",
    Definition(
        spica.TARGET,
        _spica_values(),
        joined=tuple(
            Link("programs", spica.TARGET, table, spica.SPICADB_ID, _column(table, "spicadb_id"))
            for table in (FIRST, SECOND)
        ),
        conditions={
            table: ColumnSql(f"{{}} = {rank}", (_column(table, "program_rank"),))
            for rank, table in enumerate((FIRST, SECOND), 1)
        },
    ),
)

# JSDC version 2: the columns of VizieR's table, in its order.
BANDS = "BVRIJHKLMN"
ESTIMATED = {
    f"{band}mag": Column(
        f"{band}mag", FLOAT, f"Magnitude in {band}; version 3 does not estimate it any more: always NULL", "mag",
        f"phot.mag;em.opt.{band}",
    )
    for band in "RI"
}  # fmt: skip
MAGNITUDES = tuple(
    name for band in BANDS for name in ((f"{band}mag",) if band in "RI" else (f"{band}mag", f"e_{band}mag"))
)
OF_JSDC = {
    "recno": "jsdc_id",
    "SpType": "SpType_SIMBAD",
    "LDDCHI": "LDD_chi2",
    "_RAJ2000": "RAJ2000",
    "_DEJ2000": "DEJ2000",
}
"""Columns that are called otherwise in `jsdc.star`."""
UCDS = {"recno": "meta.record", "_RAJ2000": "pos.eq.ra", "_DEJ2000": "pos.eq.dec"}
"""Theirs where it is another: the main position is there once."""
IN_ORDER = (
    "recno", "Name", "RAJ2000", "DEJ2000", "SpType", *MAGNITUDES, "LDD", "e_LDD", "LDDCHI", "CalFlag",
    *(f"UDD{band}" for band in BANDS), "_RAJ2000", "_DEJ2000",
)  # fmt: skip


def _jsdc_values() -> Values:
    values: dict[Column, ColumnSql] = {}
    for name in IN_ORDER:
        if name in ESTIMATED:
            values[ESTIMATED[name]] = ColumnSql("NULL::real")
            continue
        column = _column(jsdc.STAR, OF_JSDC.get(name, name))
        published = _named(column, name, UCDS.get(name, "")) if name in OF_JSDC else column
        values[published] = ColumnSql("{}", (column,))
    return values


JSDC_V2 = _alias(
    "II/346/jsdc_v2",
    "JSDC by VizieR's name and with the columns of version 2: the stars and values are those of jsdc.star, version 3",
    Definition(jsdc.STAR, _jsdc_values()),
)

SOURCE = Source(
    NAME,
    "Names that clients know",
    "Tables as the JMMC's former TAP server and VizieR call them; queries name them without a schema",
    (
        _renamed("oidb", oidb.GRANULE),
        _renamed("oidb_datalink", oidb.DATALINK, {"granule_id": "id"}),
        SPICA,
        _renamed("spica_calprim", spica.CALPRIM, {"calprim_id": "id"}),
        _renamed("spica_followup", spica.FOLLOWUP),
        _renamed("obsportal", obsportal.EXPOSURE),
        _renamed("badcal", jsdc.BADCAL, {"badcal_id": "id"}),
        JSDC_V2,
    ),
    (),
)
POSITIONED: Mapping[str, Definition] = {
    table.name: table.definition for table in SOURCE.tables if table.definition and table.definition.base.position
}
"""By the name of an alias: those whose rows are somewhere on the sky."""


def column_names(definition: Definition) -> Mapping[Column, str]:
    """The columns of the base that an alias has, with its names for them; the first of several for one column."""
    names: dict[Column, str] = {}
    for column, value in definition.values.items():
        if len(value.columns) == 1 and value.columns[0] in definition.base.columns:
            names.setdefault(value.columns[0], column.name)
    return names
