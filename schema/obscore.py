"""The columns of ObsCore 1.1: names, types, units, UCDs and utypes of the standard's tables of TAP_SCHEMA.columns.

(REC-ObsCore-v1.1, appendix C: 30 mandatory columns, and some of the optional ones.)
"""

from typing import Any

from schema.column import Column, Disc
from schema.types import ASCII, DATETIME, DOUBLE, INT, LONG, REGION, TEXT, Scalar
from schema.vocabularies import DATA_RIGHTS, SOURCES

WIDEST = 1.0
"""Degrees: the largest field of view whose circle is a region; an interferometer's is of arcseconds."""


def _column(name: str, kind: Scalar, description: str, ucd: str, utype: str, **options: Any) -> Column:
    return Column(name, kind, description, ucd=ucd, utype=f"obscore:{utype}", **options)


def _number(name: str, what: str, utype: str) -> Column:
    return _column(name, LONG, f"Number of elements along {what}", "meta.number", utype)


DID = _column(
    "obs_publisher_did", ASCII, "Identifier of the record, the same for ever", "meta.ref.ivoid",
    "Curation.publisherDID", key=True, principal=True,
)  # fmt: skip
MANDATORY = (
    _column("dataproduct_type", ASCII, "`visibility`", "meta.code.class", "ObsDataset.dataProductType"),
    _column(
        "calib_level", INT, "0: observation log, 1: uncalibrated, 2: calibrated, 3: published",
        "meta.code;obs.calib", "ObsDataset.calibLevel", principal=True, required=True,
    ),
    _column(
        "obs_collection", TEXT,
        "Collection of OiDB, by its title, else its bibcode, else its identifier; of logs `obsportal` or `spica`",
        "meta.id", "DataID.collection", principal=True,
    ),
    _column(
        "obs_id", ASCII, "Observation: at level 0 the exposure of the Obs Portal, or the run with SPICA", "meta.id",
        "DataID.observationID", principal=True, required=True,
    ),
    DID,
    _column(
        "access_url", ASCII, "Where the file is, empty for whom it is under embargo; at level 0 the page of the log",
        "meta.ref.url", "Access.reference", principal=True,
    ),
    _column("access_format", ASCII, "Media type of what is there", "meta.code.mime", "Access.format"),
    _column("access_estsize", LONG, "Size of the file", "phys.size;meta.file", "Access.size", unit="kbyte"),
    _column(
        "target_name", TEXT, "Name that the observers gave the target", "meta.id;src", "Target.name",
        principal=True,
    ),
    _column(
        "s_ra", DOUBLE, "Right ascension (ICRS)", "pos.eq.ra",
        "Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C1", unit="deg", principal=True,
    ),
    _column(
        "s_dec", DOUBLE, "Declination (ICRS)", "pos.eq.dec",
        "Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C2", unit="deg", principal=True,
    ),
    _column(
        "s_fov", DOUBLE, "Diameter of the field of view, that of a single-mode fibre: middle wavelength / telescope",
        "phys.angSize;instr.fov", "Char.SpatialAxis.Coverage.Bounds.Extent.diameter", unit="deg",
    ),
    _column(
        "s_region", REGION, "Area covered: a circle of s_fov", "pos.outline;obs.field",
        "Char.SpatialAxis.Coverage.Support.Area", disc=Disc("s_ra", "s_dec", "s_fov", WIDEST),
    ),
    _column(
        "s_resolution", DOUBLE, "Angular resolution: shortest wavelength / (2 × longest baseline)", "pos.angResolution",
        "Char.SpatialAxis.Resolution.Refval.value", unit="arcsec",
    ),
    _number("s_xel1", "the first axis of an image: an interferometer makes none", "Char.SpatialAxis.numBins1"),
    _number("s_xel2", "the second axis of an image: an interferometer makes none", "Char.SpatialAxis.numBins2"),
    _column(
        "t_min", DOUBLE, "Start (MJD, UTC)", "time.start;obs.exposure",
        "Char.TimeAxis.Coverage.Bounds.Limits.StartTime", unit="d", principal=True,
        instant="tMinAt",
    ),
    _column(
        "t_max", DOUBLE, "End (MJD, UTC)", "time.end;obs.exposure",
        "Char.TimeAxis.Coverage.Bounds.Limits.StopTime", unit="d", principal=True, instant="tMaxAt",
    ),
    _column(
        "t_exptime", DOUBLE, "Exposure time; empty where the source has more than t_max - t_min, a sum over rows",
        "time.duration;obs.exposure",
        "Char.TimeAxis.Coverage.Support.Extent", unit="s",
    ),
    _column(
        "t_resolution", DOUBLE, "Resolution in time", "time.resolution", "Char.TimeAxis.Resolution.Refval.value",
        unit="s",
    ),
    _number("t_xel", "the axis of time", "Char.TimeAxis.numBins"),
    _column(
        "em_min", DOUBLE, "Shortest wavelength", "em.wl;stat.min",
        "Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit", unit="m", principal=True,
    ),
    _column(
        "em_max", DOUBLE, "Longest wavelength", "em.wl;stat.max",
        "Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit", unit="m", principal=True,
    ),
    _column(
        "em_res_power", DOUBLE, "Spectral resolution λ/Δλ", "spect.resolution",
        "Char.SpectralAxis.Resolution.ResolPower.refVal",
    ),
    _number("em_xel", "the axis of wavelength: spectral channels", "Char.SpectralAxis.numBins"),
    _column(
        "o_ucd", ASCII, "UCD of the observable: complex visibilities, and what is made of them",
        "meta.ucd", "Char.ObservableAxis.ucd",
    ),
    _column(
        "pol_states", ASCII, "Polarisation states, as `/I/Q/`", "meta.code;phys.polarization",
        "Char.PolarizationAxis.stateList",
    ),
    _number("pol_xel", "the axis of polarisation; 0 where it was not observed", "Char.PolarizationAxis.numBins"),
    _column(
        "facility_name", ASCII, "Interferometer", "meta.id;instr.tel", "Provenance.ObsConfig.Facility.name",
        principal=True,
    ),
    _column(
        "instrument_name", ASCII, "Instrument, by the name that people know it by", "meta.id;instr",
        "Provenance.ObsConfig.Instrument.name",
        principal=True,
    ),
)  # fmt: skip
"""The columns that every ObsCore table has, in the order of the standard."""
COLLECTION_ID = Column(
    "collection_id", ASCII, "Collection of OiDB, by its identifier: a UUID, a name of ours, or a VizieR catalogue",
    ucd="meta.id",
)  # fmt: skip
ORIGIN = Column(
    "source", ASCII, "Database that says it: `oidb`, `obsportal` or `spica`", ucd="meta.id;meta.dataset",
    principal=True, required=True, vocabulary=SOURCES,
)  # fmt: skip
OPTIONAL = (
    _column(
        "dataproduct_subtype", ASCII, "`SCIENCE`, `CALIB`…, from ESO DPR CATG", "meta.code.class",
        "ObsDataset.dataProductSubtype",
    ),
    _column("obs_creator_name", TEXT, "Who is responsible; several separated by `/`", "meta.id", "DataID.creator"),
    _column(
        "obs_release_date", DATETIME, "When the data become public (UTC)", "time.release", "Curation.releaseDate"
    ),
    _column(
        "data_rights", ASCII, "`public`, `secure` or `proprietary`; `public` once obs_release_date has passed",
        "meta.code", "Curation.rights", vocabulary=DATA_RIGHTS,
    ),
    _column("bib_reference", ASCII, "Bibcode of the article", "meta.bib.bibcode", "Curation.reference"),
    _column(
        "proposal_id", ASCII, "Programme of the observatory or of the survey", "meta.id;obs.proposal",
        "Provenance.Proposal.identifier",
    ),
    Column("ins_name", ASCII, "Instrument as its database has it: INSNAME of an OIFITS file", ucd="meta.id;instr"),
    Column("instrument_mode", ASCII, "Instrument mode, then `_` and the submode", ucd="meta.id;instr.setup"),
    Column(
        "datapi", TEXT, "Who may have the data before their release; several separated by `/`",
        ucd="meta.curation;obs.observer",
    ),
    COLLECTION_ID,
    ORIGIN,
)  # fmt: skip
COLUMNS = (*MANDATORY, *OPTIONAL)
