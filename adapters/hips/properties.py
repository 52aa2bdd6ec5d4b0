"""What is said of each HiPS: its properties, and the list of all (HiPS 1.0 sections 4.4.1 and 5.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.hips.coverage import moc_cells
from adapters.hips.density import WIDTH, brightest
from adapters.hips.parameters import DEEPEST, DENSITY
from hub.coverage import ORDER
from hub.hips_tiles import Tiles
from schema.catalog import ALL
from schema.origin import PUBLISHER, Origin
from schema.origins import EVERYTHING
from schema.table import Table
from sky.hierarchy import ORDERS

VERSION = "1.4"
"""Of HiPS: that of REC-HIPS-1.0."""
INITIAL_WIDTH = 60
"""Degrees that are shown first."""
REGIMES = {"Radio", "Millimeter", "Infrared", "Optical", "UV", "EUV", "X-ray", "Gamma-ray"}
"""Words of `obs_regime`."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A HiPS: the catalogue of a table, or the map of one."""

    table: Table
    density: bool
    authority: str
    """Naming authority of all IVOIDs, as `jmmc.fr`."""
    base: str
    """Public address of the gateway, without a slash at the end."""
    released: datetime
    """When its data were first seen, UTC."""

    @property
    def address(self) -> str:
        """Where its properties are."""
        folder = f"/{DENSITY}" if self.density else ""
        return f"{self.base}/hips/{self.table.qualified}{folder}"


def properties(survey: Survey, tiles: Tiles) -> str:
    """Write the properties of a HiPS whose tiles are there."""
    return record({**_described(survey), **_counted(survey, tiles)})


def list_of_surveys(surveys: Iterable[Survey]) -> str:
    """Write the list of all HiPS: of each, its properties but those that are known once its tiles are there."""
    return "\n".join(map(record, map(_described, surveys)))


def record(pairs: Mapping[str, str | Sequence[str]]) -> str:
    """Write properties: a line for each value that is not empty; some keywords have several."""
    lines = [
        (name, value) for name, values in pairs.items() for value in ([values] if isinstance(values, str) else values)
    ]
    return "".join(f"{name:<20} = {' '.join(value.split())}\n" for name, value in lines if value)


def _described(survey: Survey) -> Mapping[str, str | Sequence[str]]:
    table, origin = survey.table, origin_of(survey.table)
    name = table.qualified + ("/density" if survey.density else "")
    title = f"{origin.title.partition(':')[0]} {table.qualified}" + (
        ", rows per square degree" if survey.density else ""
    )
    return {
        "creator_did": f"ivo://{survey.authority}/hips/{name}",
        "publisher_id": f"ivo://{survey.authority}",
        "obs_collection": table.qualified,
        "obs_title": title,
        "obs_description": f"{table.description}. {origin.abstract}",
        "obs_ack": origin.rights,
        "prov_progenitor": origin.title,
        "bib_reference": origin.article,
        "obs_copyright_url": origin.page,
        "hips_licence": origin.licence,
        "obs_regime": [band for band in origin.wavebands if band in REGIMES],
        "em_min": f"{origin.wavelengths[0]:g}" if origin.wavelengths else "",
        "em_max": f"{origin.wavelengths[1]:g}" if origin.wavelengths else "",
        "client_category": f"{'Image' if survey.density else 'Catalog'}/JMMC",
        "hips_creator": PUBLISHER,
        "hips_version": VERSION,
        "hips_release_date": f"{survey.released:%Y-%m-%dT%H:%MZ}",
        "hips_service_url": survey.address,
        "hips_status": "public master clonableOnce",
        "hips_frame": "equatorial",
        "dataproduct_type": "image" if survey.density else "catalog",
        "dataproduct_subtype": "live",
        "hips_tile_format": "png fits" if survey.density else "tsv",
    }


def origin_of(table: Table) -> Origin:
    """Where the data of a table come from."""
    return next((source.origin for source in ALL if source.name == table.source), None) or EVERYTHING


def _counted(survey: Survey, tiles: Tiles) -> Mapping[str, str | Sequence[str]]:
    common = {
        "moc_sky_fraction": f"{len(moc_cells(tiles)) / (12 << 2 * ORDER):.6g}",
        "hips_initial_ra": "83.8",
        "hips_initial_dec": "-5.4",
        "hips_initial_fov": str(INITIAL_WIDTH),
    }
    if not survey.density:
        return common | {
            "hips_order": str(tiles.order),
            "hips_order_min": str(ORDERS[0]),
            "hips_cat_nrows": str(tiles.rows),
            "hips_nb_tiles": str(len(tiles.keys)),
            "hips_estsize": str(len(tiles.lines) // 1000 + 1),
            "data_ucd": [column.ucd for column in tiles.shape.columns if column.ucd],
        }
    most = f"{brightest(tiles):.6g}"
    return common | {
        "hips_order": str(DEEPEST),
        "hips_order_min": "0",
        "hips_tile_width": str(WIDTH),
        "hips_pixel_bitpix": "-32",
        "hips_pixel_cut": f"0 {most}",
        "hips_data_range": f"0 {most}",
        "hips_pixel_scale": f"{58.6323 / (WIDTH << DEEPEST):.6g}",
        "hips_sampling": "none",
        "hips_skyval": "none",
        "obs_bunit": "deg-2",
    }
