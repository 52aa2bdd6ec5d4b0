-- The JSDC of the sample: stars, their names, and the stars unfit for calibration.
--
-- Columns of `jsdc` are those that SearchCal publishes for version 3 (sclcatFilterCatalog.sh), in its order, in lower case.
-- Guessed: the confidence columns q_* (published only as origins f_*; confidences exist in SearchCal's VOTable), the row number
-- jsdc_id (on JSDC's list of things to do), the whole of `identifier`, and every column of `badcal` but ra and dec.
-- Ours: `synthetic` and `sample_choice`, true for what the sample made up or chose.
-- B-tree indexes and keys are in indexes/jsdc.sql, made after COPY; spatial ones come from schema.space.

CREATE TABLE public.jsdc (
    name text,
    raj2000 double precision,
    e_raj2000 real,
    dej2000 double precision,
    e_dej2000 real,
    pmra real,
    e_pmra real,
    pmdec real,
    e_pmdec real,
    plx real,
    e_plx real,
    bmag real, e_bmag real, f_bmag smallint, q_bmag smallint,
    vmag real, e_vmag real, f_vmag smallint, q_vmag smallint,
    gmag real, e_gmag real,
    bpmag real, e_bpmag real,
    rpmag real, e_rpmag real,
    jmag real, e_jmag real, f_jmag smallint, q_jmag smallint,
    hmag real, e_hmag real, f_hmag smallint, q_hmag smallint,
    kmag real, e_kmag real, f_kmag smallint, q_kmag smallint,
    lmag real, e_lmag real, f_lmag smallint, q_lmag smallint,
    mmag real, e_mmag real, f_mmag smallint, q_mmag smallint,
    nmag real, e_nmag real, f_nmag smallint, q_nmag smallint,
    ldd real, e_ldd real, f_ldd smallint, q_ldd smallint,
    ldd_chi2 real,
    uddb real, uddv real, uddr real, uddi real, uddj real, uddh real, uddk real, uddl real, uddm real, uddn real,
    mainid_simbad text,
    sptype_simbad text,
    objtypes_simbad text,
    sptype_jmmc text,
    calflag smallint,
    irflag smallint,
    jsdc_id bigint NOT NULL,
    synthetic boolean NOT NULL
);

CREATE TABLE public.identifier (
    identifier_id bigint NOT NULL,
    star_id bigint NOT NULL,
    catalogue text NOT NULL,
    identifier text NOT NULL,
    designation text NOT NULL,
    folded text NOT NULL
);

CREATE TABLE public.badcal (
    badcal_id bigint NOT NULL,
    name text,
    ra double precision,
    "dec" double precision,
    comment text,
    sample_choice boolean NOT NULL
);
