"""OiDB: interferometric data of levels 0 to 3, their collections and what is linked to them.

Columns are those of `conf/oidb.sql`, units, UCDs and utypes those of its TAP_SCHEMA; UCDs that the controlled vocabulary
does not know (`meta.id;class`, `meta.id;src`) are replaced by the ones ObsCore 1.1 (table 5) gives the same column.
"""

from schema.table import Column, Link, Source, Table
from schema.types import ASCII, DATETIME, DOUBLE, INT, LONG, TEXT

AXIS = "obscore:Char.SpatialAxis.Coverage"

COLLECTION_ID = Column(
    "collection_id", ASCII, "Collection: a UUID, a name of ours, or a VizieR catalogue", ucd="meta.id;meta.main", remote="id",
    key=True, principal=True, indexed=True,
)
OBS_COLLECTION = Column(
    "obs_collection", ASCII, "Collection the granule belongs to", ucd="meta.id", utype="obscore:DataID.Collection", principal=True,
    indexed=True,
)
GRANULE_ID = Column(
    "id", LONG, "Granule: one target, one night, one instrument mode, one OIFITS file", ucd="meta.id;meta.main", key=True,
    principal=True, indexed=True,
)
DATALINK_GRANULE = Column(
    "granule_id", LONG, "Granule that the link is about", ucd="meta.id;meta.main", remote="id", indexed=True, required=True,
    field="granuleId",
)

GRANULE = Table(
    "oidb", "granule", "public.oidb", "Granule", "granules",
    "What is known of one target observed in one instrument mode in one night: a log (level 0) or data (levels 1 to 3)",
    (
        Column("dataproduct_type", ASCII, "`visibility`", ucd="meta.code.class", utype="obscore:Obs.dataProductType"),
        Column(
            "calib_level", INT, "0: observation log, 1: uncalibrated, 2: calibrated, 3: published", ucd="meta.code;obs.calib",
            utype="obscore:Obs.calibLevel", principal=True, required=True,
        ),
        Column(
            "target_name", TEXT, "Name that the observers gave the target", ucd="meta.id;src", utype="obscore:Target.Name",
            principal=True, required=True,
        ),
        Column(
            "obs_id", ASCII, "Observation: at level 0 the exposure of the Obs Portal", ucd="meta.id",
            utype="obscore:DataID.observationID", principal=True,
        ),
        OBS_COLLECTION,
        Column("obs_creator_name", TEXT, "Who made the data set", ucd="meta.id", utype="obscore:DataID.Creator"),
        Column(
            "obs_release_date", DATETIME, "When the data become public (UTC)", ucd="time.release",
            utype="obscore:Curation.releaseDate",
        ),
        Column(
            "obs_publisher_did", ASCII, "Identifier given by the publisher", ucd="meta.ref.url;meta.curation",
            utype="obscore:Curation.PublisherDID",
        ),
        Column("bib_reference", ASCII, "Bibcode of the article", ucd="meta.bib.bibcode", utype="obscore:Curation.Reference"),
        Column(
            "data_rights", ASCII, "`public`, `secure` or `proprietary`; open once the release date has passed", ucd="meta.code",
            utype="obscore:Curation.Rights", required=True,
        ),
        Column(
            "access_url", ASCII, "Where the file is", ucd="meta.ref.url", utype="obscore:Access.Reference", principal=True,
            required=True,
        ),
        Column("access_format", ASCII, "Media type of the file", ucd="meta.code.mime", utype="obscore:Access.Format"),
        Column("access_estsize", LONG, "Size of the file", "kbyte", "phys.size;meta.file", "obscore:Access.Size"),
        Column(
            "s_ra", DOUBLE, "Right ascension (ICRS)", "deg", "pos.eq.ra;meta.main", f"{AXIS}.Location.Coord.Position2D.Value2.C1",
            principal=True,
        ),
        Column(
            "s_dec", DOUBLE, "Declination (ICRS)", "deg", "pos.eq.dec;meta.main", f"{AXIS}.Location.Coord.Position2D.Value2.C2",
            principal=True,
        ),
        Column("s_fov", DOUBLE, "Diameter of the field of view", "deg", "phys.angSize;instr.fov", f"{AXIS}.Bounds.Extent.diameter"),
        Column("s_region", DOUBLE, "Area covered (a number, as in OiDB)", ucd="phys.angArea;obs", utype=f"{AXIS}.Support.Area"),
        Column(
            "s_resolution", DOUBLE, "Angular resolution", "arcsec", "pos.angResolution",
            "obscore:Char.SpatialAxis.Resolution.refval",
        ),
        Column(
            "t_min", DOUBLE, "Start (MJD, UTC)", "d", "time.start;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StartTime", principal=True, indexed=True,
        ),
        Column(
            "t_max", DOUBLE, "End (MJD, UTC)", "d", "time.end;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StopTime", principal=True,
        ),
        Column(
            "t_exptime", DOUBLE, "Exposure time", "s", "time.duration;obs.exposure",
            "obscore:Char.TimeAxis.Coverage.Support.Extent",
        ),
        Column("t_resolution", DOUBLE, "Resolution in time", "s", "time.resolution", "obscore:Char.TimeAxis.Resolution.Refval.value"),
        Column(
            "em_min", DOUBLE, "Shortest wavelength", "m", "em.wl;stat.min",
            "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit", principal=True,
        ),
        Column(
            "em_max", DOUBLE, "Longest wavelength", "m", "em.wl;stat.max",
            "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit", principal=True,
        ),
        Column(
            "em_res_power", DOUBLE, "Spectral resolution λ/Δλ", ucd="spect.resolution",
            utype="obscore:Char.SpectralAxis.Resolution.ResolPower.refVal",
        ),
        Column("o_ucd", ASCII, "UCD of the observable: empty, a file has several", ucd="meta.ucd", utype="obscore:Char.ObservableAxis.ucd"),
        Column(
            "pol_states", ASCII, "Polarisation states", ucd="meta.code;phys.polarization",
            utype="obscore:Char.PolarizationAxis.stateList",
        ),
        Column(
            "facility_name", ASCII, "Interferometer", ucd="meta.id;instr.tel", utype="obscore:Provenance.ObsConfig.facility.name",
            principal=True,
        ),
        Column(
            "instrument_name", ASCII, "Instrument", ucd="meta.id;instr", utype="obscore:Provenance.ObsConfig.instrument.name",
            principal=True,
        ),
        Column("instrument_mode", ASCII, "Instrument mode, then `_` and the submode", ucd="meta.id;instr.setup", principal=True),
        Column(
            "quality_level", INT,
            "0: unknown, 1: trash, 2: to be reduced again, 3: quick look, 4: ready for science, 5: outstanding", ucd="meta.code.qual",
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
            "proposal_subid", ASCII, "Part of the programme: the SPICA-DB identifier of the target (OIFITS keyword SPICADB-ID)",
            ucd="meta.id;obs.proposal", utype="obscore:Provenance.identifier",
        ),
        Column(
            "dataproduct_category", ASCII, "SCIENCE, CALIB…, from ESO DPR CATG", ucd="meta.id",
            utype="obscore:ObsDataset.dataProductSubtype",
        ),
        Column("procsoft", TEXT, "Software that reduced the data", ucd="meta.version;meta.software", utype="obscore:Provenance.version"),
        Column("datapi", TEXT, "Who is responsible for the data; several separated by `/`", ucd="meta.curation;obs.observer"),
        Column("note", TEXT, "Remark", ucd="meta.note", utype="obscore:Provenance.comment"),
        Column("access_md5", ASCII, "MD5 of the file", ucd="meta.checksum;meta.file"),
    ),
)
COLLECTION = Table(
    "oidb", "collection", "public.collection", "Collection", "collections",
    "Granules that belong together: an instrument's logs, a programme, an article",
    (
        COLLECTION_ID,
        Column("name", TEXT, "Short name", ucd="meta.title"),
        Column("title", TEXT, "Title", ucd="meta.title", principal=True),
        Column("description", TEXT, "What it holds", ucd="meta.note"),
        Column("coltype", ASCII, "public, simulation, suv, pionier, eso, chara or VizieR: decides the embargo", ucd="meta.code.class"),
        Column("article", ASCII, "Bibcode of the article", ucd="meta.bib.bibcode"),
        Column("keywords", TEXT, "Keywords", ucd="meta.note"),
        Column("datapi", TEXT, "Who is responsible", ucd="meta.curation;obs.observer"),
        Column("source", TEXT, "Where it comes from", ucd="meta.ref"),
        Column("release_date", DATETIME, "No granule becomes public before (UTC)", ucd="time.release"),
        Column("created", DATETIME, "Creation of the record (UTC)", ucd="time.creation"),
        Column("updated", DATETIME, "Last change of the record (UTC)", ucd="time.processing"),
    ),
)
DATALINK = Table(
    "oidb", "datalink", "public.oidb_datalink", "Datalink", "datalinks",
    "Something linked to a granule: the file, a preview",
    (
        Column("datalink_id", LONG, "Link", ucd="meta.id", key=True, indexed=True),
        DATALINK_GRANULE,
        Column("access_url", ASCII, "Where it is", ucd="meta.ref.url"),
        Column("service_def", ASCII, "Service that gives it", ucd="meta.ref"),
        Column("error_message", TEXT, "Why there is none", ucd="meta.code.error"),
        Column("description", TEXT, "What it is", ucd="meta.note"),
        Column("semantics", ASCII, "How it is related, of the DataLink vocabulary", ucd="meta.code"),
        Column("content_type", ASCII, "Media type", ucd="meta.code.mime"),
        Column("content_length", LONG, "Size", "kbyte", "phys.size;meta.file"),
        Column("subdate", DATETIME, "Submission (UTC)", ucd="time.processing"),
    ),
)

SOURCE = Source(
    "oidb", "OiDB", "Interferometric data, levels 0 to 3",
    (GRANULE, COLLECTION, DATALINK),
    (
        Link("collection", GRANULE, COLLECTION, OBS_COLLECTION, COLLECTION_ID, description="The collection it belongs to"),
        Link("datalinks", GRANULE, DATALINK, GRANULE_ID, DATALINK_GRANULE, many=True, description="What is linked to it"),
        Link("granules", COLLECTION, GRANULE, COLLECTION_ID, OBS_COLLECTION, many=True, dense=True, description="Its granules"),
        Link("granule", DATALINK, GRANULE, DATALINK_GRANULE, GRANULE_ID, description="The granule it is about"),
    ),
)
