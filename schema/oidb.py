"""OiDB: interferometric data of levels 0 to 3, their collections and what is linked to them.

Columns are those of `conf/oidb.sql`, units, UCDs and utypes those of its TAP_SCHEMA; UCDs that the controlled
vocabulary does not know (`meta.id;class`) are replaced by the ones that ObsCore 1.1 (table 5) gives the same column.
"""

from schema import origins
from schema.column import TARGET_NAME_UTYPE, Column
from schema.example_cones import FOMALHAUT
from schema.oidb_collections import COLLECTION, COLLECTION_ID, OWNER
from schema.oidb_comments import AUTHOR, COMMENT, COMMENTED
from schema.ownership import Ownership
from schema.publisher_did import granule_did
from schema.rights import Right, embargo
from schema.table import Link, Source, Table, Version
from schema.types import ASCII, DATETIME, DOUBLE, INT, LONG, TEXT
from schema.vocabularies import DATA_RIGHTS

QUALITY_LEVELS = (0, 5)
"""The least and the greatest level of quality."""
AXIS = "obscore:Char.SpatialAxis.Coverage"

OBS_COLLECTION = Column(
    "obs_collection",
    ASCII,
    "Collection the granule belongs to",
    ucd="meta.id",
    utype="obscore:DataID.Collection",
    principal=True,
    indexed=True,
)
GRANULE_ID = Column(
    "id",
    LONG,
    "Granule: one target, one night, one instrument mode, one OIFITS file",
    ucd="meta.id;meta.main",
    key=True,
    principal=True,
    indexed=True,
    field="granuleId",
)
DATALINK_GRANULE = Column(
    "granule_id",
    LONG,
    "Granule that the link is about",
    ucd="meta.id",
    remote="id",
    indexed=True,
    required=True,
    field="granuleId",
)

GRANULE = Table(
    "oidb",
    "granule",
    "public.oidb",
    "Granule",
    "granules",
    "What is known of one target observed in one instrument mode in one night: a log (level 0) or data (levels 1 to 3)",
    (
        Column("dataproduct_type", ASCII, "`visibility`", ucd="meta.code.class", utype="obscore:Obs.dataProductType"),
        Column(
            "calib_level",
            INT,
            "0: observation log, 1: uncalibrated, 2: calibrated, 3: published",
            ucd="meta.code;obs.calib",
            utype="obscore:Obs.calibLevel",
            principal=True,
            required=True,
            bounds=(0, 3),
        ),
        Column(
            "target_name",
            TEXT,
            "Name that the observers gave the target",
            ucd="meta.id;src",
            utype=TARGET_NAME_UTYPE,
            principal=True,
            required=True,
        ),
        Column(
            "obs_id",
            ASCII,
            "Observation: at level 0 the exposure of the Obs Portal",
            ucd="meta.id",
            utype="obscore:DataID.observationID",
            principal=True,
            indexed=True,
        ),
        OBS_COLLECTION,
        Column("obs_creator_name", TEXT, "Who made the data set", ucd="meta.id", utype="obscore:DataID.Creator"),
        Column(
            "obs_release_date",
            DATETIME,
            "When the data become public (UTC)",
            ucd="time.release",
            utype="obscore:Curation.releaseDate",
        ),
        Column(
            "obs_publisher_did",
            ASCII,
            "Identifier given by the publisher",
            ucd="meta.ref.url;meta.curation",
            utype="obscore:Curation.PublisherDID",
            computed=granule_did(GRANULE_ID),
        ),
        Column(
            "bib_reference", ASCII, "Bibcode of the article", ucd="meta.bib.bibcode", utype="obscore:Curation.Reference"
        ),
        Column(
            "data_rights",
            ASCII,
            "`public`, `secure` or `proprietary`; open once the release date has passed",
            ucd="meta.code",
            utype="obscore:Curation.Rights",
            required=True,
            vocabulary=DATA_RIGHTS,
        ),
        Column(
            "access_url",
            ASCII,
            "Where the file is; empty for whom it is under embargo",
            ucd="meta.ref.url",
            utype="obscore:Access.Reference",
            principal=True,
        ),
        Column("access_format", ASCII, "Media type of the file", ucd="meta.code.mime", utype="obscore:Access.Format"),
        Column("access_estsize", LONG, "Size of the file", "kbyte", "phys.size;meta.file", "obscore:Access.Size"),
        Column(
            "s_ra",
            DOUBLE,
            "Right ascension (ICRS)",
            "deg",
            "pos.eq.ra;meta.main",
            f"{AXIS}.Location.Coord.Position2D.Value2.C1",
            principal=True,
        ),
        Column(
            "s_dec",
            DOUBLE,
            "Declination (ICRS)",
            "deg",
            "pos.eq.dec;meta.main",
            f"{AXIS}.Location.Coord.Position2D.Value2.C2",
            principal=True,
        ),
        Column(
            "s_fov",
            DOUBLE,
            "Diameter of the field of view",
            "deg",
            "phys.angSize;instr.fov",
            f"{AXIS}.Bounds.Extent.diameter",
        ),
        Column(
            "s_region", DOUBLE, "Area covered (a number, as in OiDB)", "", "phys.angArea;obs", f"{AXIS}.Support.Area"
        ),
        Column(
            "s_resolution",
            DOUBLE,
            "Angular resolution",
            "arcsec",
            "pos.angResolution",
            "obscore:Char.SpatialAxis.Resolution.refval",
        ),
        Column(
            "t_min",
            DOUBLE,
            "Start (MJD, UTC)",
            "d",
            "time.start;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StartTime",
            principal=True,
            indexed=True,
            instant="tMinAt",
        ),
        Column(
            "t_max",
            DOUBLE,
            "End (MJD, UTC)",
            "d",
            "time.end;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StopTime",
            principal=True,
            instant="tMaxAt",
        ),
        Column(
            "t_exptime",
            DOUBLE,
            "Exposure time; of an OIFITS file maybe the sum over its rows, longer than t_max - t_min",
            "s",
            "time.duration;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Support.Extent",
        ),
        Column(
            "t_resolution",
            DOUBLE,
            "Resolution in time",
            "s",
            "time.resolution",
            "obscore:Char.TimeAxis.Resolution.Refval.value",
        ),
        Column(
            "em_min",
            DOUBLE,
            "Shortest wavelength",
            "m",
            "em.wl;stat.min",
            "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit",
            principal=True,
        ),
        Column(
            "em_max",
            DOUBLE,
            "Longest wavelength",
            "m",
            "em.wl;stat.max",
            "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit",
            principal=True,
        ),
        Column(
            "em_res_power",
            DOUBLE,
            "Spectral resolution λ/Δλ",
            ucd="spect.resolution",
            utype="obscore:Char.SpectralAxis.Resolution.ResolPower.refVal",
        ),
        Column(
            "o_ucd",
            ASCII,
            "UCD of the observable: empty, a file has several",
            ucd="meta.ucd",
            utype="obscore:Char.ObservableAxis.ucd",
        ),
        Column(
            "pol_states",
            ASCII,
            "Polarisation states",
            ucd="meta.code;phys.polarization",
            utype="obscore:Char.PolarizationAxis.stateList",
        ),
        Column(
            "facility_name",
            ASCII,
            "Interferometer",
            ucd="meta.id;instr.tel",
            utype="obscore:Provenance.ObsConfig.facility.name",
            principal=True,
        ),
        Column(
            "instrument_name",
            ASCII,
            "Instrument",
            ucd="meta.id;instr",
            utype="obscore:Provenance.ObsConfig.instrument.name",
            principal=True,
        ),
        Column(
            "instrument_mode",
            ASCII,
            "Instrument mode, then `_` and the submode",
            ucd="meta.id;instr.setup",
            principal=True,
        ),
        Column(
            "quality_level",
            INT,
            "0: unknown, 1: trash, 2: to be reduced again, 3: quick look, 4: ready for science, 5: outstanding",
            ucd="meta.code.qual",
            bounds=QUALITY_LEVELS,
        ),
        Column("interferometer_stations", ASCII, "Stations in use, separated by blanks", ucd="meta.id;instr"),
        Column("nb_channels", INT, "Spectral channels; -1 at level 0", ucd="meta.number;em", required=True),
        Column("nb_vis", INT, "Complex visibilities (OI_VIS)", ucd="meta.number"),
        Column("nb_vis2", INT, "Squared visibilities (OI_VIS2)", ucd="meta.number"),
        Column("nb_t3", INT, "Triple products (OI_T3)", ucd="meta.number"),
        Column("keywords", TEXT, "Keywords of Astronomy & Astrophysics", ucd="meta.note"),
        Column("subdate", DATETIME, "Submission (UTC)", ucd="time.processing", indexed=True),
        GRANULE_ID,
        Column("progid", ASCII, "Programme of the observatory", ucd="meta.id;obs.proposal", principal=True),
        Column(
            "proposal_subid",
            ASCII,
            "Part of the programme: the SPICA-DB identifier of the target (OIFITS keyword SPICADB-ID)",
            ucd="meta.id;obs.proposal",
            utype="obscore:Provenance.identifier",
            indexed=True,
        ),
        Column(
            "dataproduct_category",
            ASCII,
            "SCIENCE, CALIB…, from ESO DPR CATG",
            ucd="meta.id",
            utype="obscore:ObsDataset.dataProductSubtype",
        ),
        Column(
            "procsoft",
            TEXT,
            "Software that reduced the data",
            ucd="meta.version;meta.software",
            utype="obscore:Provenance.version",
        ),
        Column(
            "datapi",
            TEXT,
            "Who is responsible for the data; several separated by `/`",
            ucd="meta.curation;obs.observer",
        ),
        Column("note", TEXT, "Remark", ucd="meta.note", utype="obscore:Provenance.comment"),
        Column("access_md5", ASCII, "MD5 of the file", ucd="meta.checksum;meta.file"),
    ),
    rows=260_000,
    test_cone=FOMALHAUT,
)
DATALINK = Table(
    "oidb",
    "datalink",
    "public.oidb_datalink",
    "Datalink",
    "datalinks",
    "Something linked to a granule: the file, a preview",
    (
        Column("datalink_id", LONG, "Link", ucd="meta.id;meta.main", key=True, indexed=True),
        DATALINK_GRANULE,
        Column("access_url", ASCII, "Where it is; empty while the granule is under embargo", ucd="meta.ref.url"),
        Column("service_def", ASCII, "Service that gives it", ucd="meta.ref"),
        Column("error_message", TEXT, "Why there is none", ucd="meta.code.error"),
        Column("description", TEXT, "What it is", ucd="meta.note"),
        Column("semantics", ASCII, "How it is related, of the DataLink vocabulary", ucd="meta.code"),
        Column("content_type", ASCII, "Media type", ucd="meta.code.mime"),
        Column("content_length", LONG, "Size", "kbyte", "phys.size;meta.file"),
        Column("subdate", DATETIME, "Submission (UTC)", ucd="time.processing"),
    ),
    rows=50_000,
)

DECIDING = tuple(
    GRANULE.by_field[name] for name in ("dataRights", "obsReleaseDate", "datapi", "obsCollection", "progid")
)
EMBARGO = embargo(3, 4)
ABOUT = Link("granule", DATALINK, GRANULE, DATALINK_GRANULE, GRANULE_ID, description="The granule it is about")

WITHIN = Link(
    "collection", GRANULE, COLLECTION, OBS_COLLECTION, COLLECTION_ID, description="The collection it belongs to"
)

SAID_OF = Link("granule", COMMENT, GRANULE, COMMENTED, GRANULE_ID, description="The granule it is about")

SOURCE = Source(
    "oidb",
    "OiDB",
    "Interferometric data, levels 0 to 3",
    (GRANULE, COLLECTION, DATALINK, COMMENT),
    (
        WITHIN,
        Link(
            "datalinks", GRANULE, DATALINK, GRANULE_ID, DATALINK_GRANULE, many=True, description="What is linked to it"
        ),
        Link(
            "granules",
            COLLECTION,
            GRANULE,
            COLLECTION_ID,
            OBS_COLLECTION,
            many=True,
            dense=True,
            description="Its granules",
        ),
        ABOUT,
        Link("comments", GRANULE, COMMENT, GRANULE_ID, COMMENTED, many=True, description="What is said of it"),
        SAID_OF,
    ),
    (Version(GRANULE, GRANULE.by_field["subdate"]), Version(GRANULE, GRANULE_ID), Version(COLLECTION)),
    rights=(
        Right(GRANULE.by_field["accessUrl"], "oidb", EMBARGO, DECIDING, released=GRANULE.by_field["obsReleaseDate"]),
        Right(DATALINK.by_field["accessUrl"], "oidb", EMBARGO, DECIDING, ABOUT),
    ),
    owned=(
        Ownership(COLLECTION, OWNER, "oidb", whole=True, removed=True),
        Ownership(GRANULE, OWNER, "oidb", within=(WITHIN,), whole=True, removed=True, sequence="public.oidb_id_seq"),
        Ownership(DATALINK, OWNER, "oidb", within=(ABOUT, WITHIN), whole=True, removed=True),
        Ownership(COMMENT, AUTHOR, "oidb", whole=True, follows=SAID_OF),
    ),
    origin=origins.OIDB,
)
