"""OiDB's level 0: the Obs Portal's exposures, mapped as OiDB's own harvester maps them (`modules/obsportal.xqm`)."""

from collections.abc import Mapping

import numpy as np

from sample.binary import Batch, Values, batch
from sample.log import Log, instants, of_exposures
from sample.records import Ints, Texts
from sample.setups import modes
from schema.oidb import GRANULE

ARCHIVE = b"http://archive.eso.org/wdb/wdb/eso/eso_archive_main/query?dp_id="
DETAIL = b"https://obs.jmmc.fr/detail/exposure/"
COLLECTIONS = {"SPICA": b"issp_l0", "VEGA": b"vegaobs_import"}
"""Collections of CHARA's instruments; the others go to `chara_import`, the VLTI's to `eso_vlti_import`."""


def level0_granules(log: Log, count: int, first: int) -> Batch:
    """Map the first `count` exposures of a log to granules, numbered from `first`."""
    exposures = slice(0, count)
    columns = {name: np.asarray(column)[exposures] for name, column in log.exposures.items()}
    looked_up = {
        name: np.asarray(of_exposures(log, name))[exposures]
        for name in (
            "obs_type", "obs_program", "instrument_submode", "interferometer_stations", "instrument_mode_id",
            "target_name", "target_ra", "target_dec",
        )
    }  # fmt: skip
    start, end, name = columns["exp_mjd_start"], columns["exp_mjd_end"], looked_up["target_name"]
    values: dict[str, Values] = {
        "id": first + np.arange(len(start)), "calib_level": np.zeros(len(start), int),
        "nb_channels": np.full(len(start), -1), "data_rights": np.full(len(start), b"secure"),
        "dataproduct_type": np.full(len(start), b"visibility"),
        "target_name": np.where(name == b"", b"-", name),
        "s_ra": looked_up["target_ra"], "s_dec": looked_up["target_dec"],
        "obs_id": columns["exp_id"], "obs_release_date": columns["exp_date_release"], "t_min": start, "t_max": end,
        "t_exptime": ((end - start) * 86_400).round(3), "progid": looked_up["obs_program"],
        "interferometer_stations": looked_up["interferometer_stations"],
        "dataproduct_category": np.char.upper(looked_up["obs_type"]), "subdate": instants(np.floor(end) + 2),
    }  # fmt: skip
    if "obs_program_pi_coi" in log.programs:
        values["datapi"] = np.asarray(of_exposures(log, "obs_program_pi_coi"))[exposures]
    return batch(
        GRANULE, values | _instrument(looked_up["instrument_mode_id"], looked_up["instrument_submode"], columns)
    )


def _instrument(number: Ints, submode: Texts, own: Mapping[str, Values]) -> dict[str, Values]:
    known, row = modes(), number - 1
    name = np.array([mode.name.encode() for mode in known])[row]
    vlti = np.array([mode.interferometer == "VLTI" for mode in known])[row]
    collection = np.array([COLLECTIONS.get(mode.instrument, b"chara_import") for mode in known])[row]
    header, exposure = np.asarray(own["exp_header_id"]), np.asarray(own["exp_id"])
    return {
        "instrument_name": np.array([mode.instrument.encode() for mode in known])[row],
        "facility_name": np.where(vlti, b"VLTI", b"CHARA"),
        "instrument_mode": np.char.rstrip(np.char.add(np.char.add(name, b"_"), submode), b"_"),
        "obs_collection": np.where(vlti, b"eso_vlti_import", collection),
        "access_url": np.where(vlti, np.char.add(ARCHIVE, header), np.char.add(DETAIL, exposure)),
        **{
            column: np.array([getattr(mode, column) for mode in known])[row]
            for column in ("em_min", "em_max", "em_res_power")
        },
    }  # fmt: skip
