"""What is said of a HATS collection and its catalogues (HATS 1.0 section 3.3): properties, the list of partitions."""

from dataclasses import dataclass
from importlib.metadata import version

from adapters.hats.parameters import Part
from adapters.hips.properties import REGIMES, origin_of, record
from hub.hats import MAP_ORDER, Tiling
from planning.rights import HIDDEN
from schema.hats import CELL, ORDER, hats_columns, name_column
from schema.origin import PUBLISHER
from schema.table import Table
from sky.partitions import MARGIN

VERSION = "v1.0"


@dataclass(frozen=True, slots=True)
class Collection:
    """The HATS catalogues of a table: its rows, their margins, and its names if it has any."""

    table: Table
    tiling: Tiling
    authority: str
    """Naming authority of all IVOIDs, as `jmmc.fr`."""
    tagged: bool = True
    """Whether the directories say which data version their files are of."""

    def directory(self, part: Part) -> str:
        """Where a catalogue of it is, below its own directory."""
        return f"{part}-{self.tiling.tag}" if self.tagged else str(part)


def collection_properties(collection: Collection) -> str:
    """Write `collection.properties`."""
    margin, name = collection.directory(Part.MARGIN), name_column(collection.table, HIDDEN)
    index = (
        {"all_indexes": f"{name.name} {collection.directory(Part.INDEX)}", "default_index": name.name} if name else {}
    )
    return record(
        {
            "obs_collection": collection.table.qualified,
            "hats_primary_table_url": collection.directory(Part.CATALOG),
            "all_margins": margin,
            "default_margin": margin,
            **index,
            **_described(collection),
        }
    )


def catalogue_properties(collection: Collection, part: Part) -> str:
    """Write `hats.properties` of a catalogue of it."""
    table, tiling = collection.table, collection.tiling
    name = name_column(table, HIDDEN)
    primary = {"hats_primary_table_url": f"../{collection.directory(Part.CATALOG)}"}
    match part:
        case Part.CATALOG:
            own = {"obs_collection": table.qualified, "dataproduct_type": "object", "hats_nrows": str(tiling.rows)}
            own |= _placed(collection) | {
                "hats_skymap_order": str(MAP_ORDER),
                "moc_sky_fraction": f"{tiling.covered:.6g}",
            }
        case Part.MARGIN:
            rows = {"hats_nrows": str(tiling.margin_rows.sum()), "hats_margin_threshold": f"{MARGIN:g}"}
            own = {"obs_collection": f"{table.qualified}_{part}", "dataproduct_type": "margin"}
            own |= rows | primary | _placed(collection)
        case Part.INDEX:
            assert name  # noqa: S101 - else there is no such catalogue
            own = {"obs_collection": f"{table.qualified}_{part}", "dataproduct_type": "index"}
            own |= {"hats_nrows": str(tiling.rows), "hats_index_column": name.name} | primary
    return record(own | _described(collection))


def partition_info(collection: Collection, part: Part) -> str:
    """Write `partition_info.csv`: order and cell of each partition that has rows."""
    tiling = collection.tiling
    rows = tiling.margin_rows if part is Part.MARGIN else tiling.parts.rows
    listed = zip(tiling.parts.orders.tolist(), tiling.parts.cells.tolist(), rows.tolist(), strict=True)
    return "Norder,Npix\n" + "".join(f"{order},{cell}\n" for order, cell, number in listed if number)


def _placed(collection: Collection) -> dict[str, str]:
    """What catalogues of rows have in common, but for what describes their data."""
    table, tiling = collection.table, collection.tiling
    assert table.position is not None  # noqa: S101 - as `positioned_table` has seen to
    ra, dec = table.position
    shown = {column for column in hats_columns(table, HIDDEN) if column.principal or column.key or column in (ra, dec)}
    default = [column.name for column in hats_columns(table, HIDDEN) if column in shown]
    return {
        "hats_col_ra": ra.name,
        "hats_col_dec": dec.name,
        "hats_cols_default": " ".join(default) if any(column.principal for column in shown) else "",
        "hats_cols_sort": CELL,
        "hats_col_healpix": CELL,
        "hats_col_healpix_order": str(ORDER),
        "hats_npix_suffix": ".parquet",
        "hats_max_rows": str(tiling.most),
        "hats_order": str(max(tiling.parts.orders.tolist(), default=0)),
        "hats_frame": "equatorial",
    }


def _described(collection: Collection) -> dict[str, str]:
    table = collection.table
    origin = origin_of(table)
    return {
        "creator_did": f"ivo://{collection.authority}/hats/{table.qualified}",
        "publisher_id": f"ivo://{collection.authority}",
        "obs_title": f"{origin.title.partition(':')[0]} {table.qualified}",
        "obs_description": f"{table.description}. {origin.abstract}",
        "obs_ack": origin.rights,
        "obs_regime": " ".join(band for band in origin.wavebands if band in REGIMES),
        "obs_copyright_url": origin.page,
        "prov_progenitor": origin.title,
        "bib_reference": origin.article,
        "hats_copyright": origin.licence,
        "hats_creator": PUBLISHER,
        "hats_status": "public main clonableOnce",
        "hats_builder": f"jmmc-gateway {version('jmmc-gateway')}",
        "hats_version": VERSION,
    }
