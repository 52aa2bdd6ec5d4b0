-- SPICA-DB of the sample.
--
-- No definition is public. Known: the table names spica, spica_calprim, spica_followup, their keys, and the columns of `spica`
-- that the night scheduler reads (spica-nss nss.py). Guessed: all types, the split of the wide table into spica and
-- spica_target_program (the real one has progname and progname2 side by side), spica_program, the columns of spica_followup but
-- tpl_start and piname, the words of run_status, account and delegation (in the real system: XML and a REST service).
-- B-tree indexes and keys are in indexes/spica.sql, made after COPY; the spatial ones come from schema.space.

CREATE TABLE public.spica_program (
    progname text NOT NULL,
    program_title text,
    work_package text,
    piname text,
    program_kind text,
    nights real
);

CREATE TABLE public.spica (
    spicadb_id bigint NOT NULL,
    target_main_id text,
    hd text,
    gaia_id text,
    ra double precision,
    "dec" double precision,
    spt text,
    plx real,
    bmag real,
    vmag real,
    rmag real,
    gmag real,
    imag real,
    jmag real,
    hmag real,
    kmag real,
    lmag real,
    mmag real,
    nmag real,
    ld_jsdc2 real,
    e_ld_jsdc2 real,
    model jsonb,
    flag_activity_rot text,
    flag_activity_bin text,
    flag_activity_wind text,
    flag_activity_disk text,
    priority_final smallint,
    completion_rate real,
    qcs_flag smallint,
    ob_refs text,
    lastmods jsonb
);

CREATE TABLE public.spica_target_program (
    target_program_id bigint NOT NULL,
    spicadb_id bigint NOT NULL,
    progname text NOT NULL,
    program_rank smallint,
    piname text,
    priority_pi smallint,
    spica_mode text,
    spica_setup text,
    chara_setup text,
    quality_required text,
    nobs_required integer,
    comments text
);

CREATE TABLE public.spica_followup (
    tpl_start timestamp with time zone NOT NULL,
    spicadb_id bigint,
    progname text,
    piname text,
    run_status text NOT NULL CHECK (run_status IN ('planned', 'scheduled', 'observed', 'reduced', 'validated', 'rejected')),
    exp_ids jsonb,
    qcs_flag smallint,
    quality_level smallint,
    ob_ref text,
    granule_ids jsonb,
    run_origin text NOT NULL
);

CREATE TABLE public.spica_calprim (
    id bigint NOT NULL,
    name text,
    ra double precision,
    "dec" double precision,
    vmag real,
    hmag real,
    ldd real,
    e_ldd real,
    piname text
);

CREATE TABLE public.account (
    alias text NOT NULL,
    login text NOT NULL
);

CREATE TABLE public.delegation (
    delegation_id bigint NOT NULL,
    piname text,
    coi_alias text NOT NULL,
    catalog text NOT NULL
);
