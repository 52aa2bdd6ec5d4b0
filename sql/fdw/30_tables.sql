-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS obsportal;

CREATE FOREIGN TABLE obsportal.exposure (
  "exp_id" text,
  "exp_header_id" text,
  "exp_mjd_start" double precision,
  "exp_mjd_end" double precision,
  "exp_projected_baselines" jsonb,
  "exp_validation_level" integer,
  "exp_validation_log" jsonb,
  "exp_tau0" double precision,
  "exp_temperature" double precision,
  "exp_seeing" double precision,
  "exp_date_updated" timestamp with time zone,
  "exp_date_release" timestamp with time zone,
  "obs_id" integer,
  "obs_type" text,
  "obs_program" text,
  "obs_program_title" text,
  "obs_program_pi_coi" text,
  "interferometer_name" text,
  "interferometer_stations" text,
  "instrument_name" text,
  "instrument_mode" text,
  "instrument_submode" text,
  "instrument_em_min" double precision,
  "instrument_em_max" double precision,
  "instrument_em_res_power" double precision,
  "target_id" integer,
  "target_name" text,
  "target_ra" double precision,
  "target_dec" double precision,
  "instrument_mode_id" integer,
  "uv_distance_min" double precision,
  "uv_distance_max" double precision,
  "uv_distribution_ecc" double precision,
  "instr_tel_number" integer
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'exposure_log');

CREATE FOREIGN TABLE obsportal.observation (
  "obs_id" integer,
  "obs_type" text,
  "obs_program" text,
  "instrument_mode_id" integer,
  "instrument_submode" text,
  "interferometer_stations" text,
  "target_id" integer
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'observation');

CREATE FOREIGN TABLE obsportal.target (
  "target_id" integer,
  "target_name" text,
  "target_ra" double precision,
  "target_dec" double precision
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'target');

CREATE FOREIGN TABLE obsportal.program (
  "obs_program" text,
  "obs_program_title" text,
  "obs_program_pi_coi" text
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'program');

CREATE FOREIGN TABLE obsportal.instrument (
  "instrument_name" text,
  "interferometer_name" text
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'instrument');

CREATE FOREIGN TABLE obsportal.instrument_mode (
  "instrument_mode_id" integer,
  "instrument_name" text,
  "instrument_mode" text,
  "instrument_em_min" double precision,
  "instrument_em_max" double precision,
  "instrument_em_res_power" double precision
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'instrument_mode');

CREATE FOREIGN TABLE obsportal.interferometer (
  "interferometer_name" text,
  "interferometer_title" text
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'interferometer');

CREATE FOREIGN TABLE obsportal.header (
  "exp_header_id" text,
  "header_date_updated" timestamp with time zone,
  "header_category" text,
  "header_keywords" jsonb
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'header');

CREATE FOREIGN TABLE obsportal.statistic (
  "statistic_key" text,
  "statistic_value" text,
  "statistic_computed_at" timestamp with time zone
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'statistic');

CREATE FOREIGN TABLE obsportal.tag (
  "tag_name" text,
  "tag_value" text
)
  SERVER obsportal OPTIONS (schema_name 'portal', table_name 'tag');

CREATE FOREIGN TABLE gw.obsportal_counter (
  relid oid,
  schemaname text,
  relname text,
  n_tup_ins bigint,
  n_tup_upd bigint,
  n_tup_del bigint
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_all_tables');

CREATE FOREIGN TABLE gw.obsportal_relation (
  oid oid,
  relname text,
  relfilenode oid,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_class');

CREATE FOREIGN TABLE gw.obsportal_attribute (
  attrelid oid,
  attnum smallint,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_attribute');

CREATE FOREIGN TABLE gw.obsportal_setting (
  name text,
  setting text
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings');

CREATE FOREIGN TABLE gw.obsportal_server (
  stats_reset timestamptz
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_bgwriter');

CREATE FOREIGN TABLE gw.obsportal_database (
  datid oid,
  stats_reset timestamptz
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_database');

CREATE FOREIGN TABLE gw.obsportal_start (
  stats_reset timestamptz
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_recovery_prefetch');

CREATE FOREIGN TABLE gw.obsportal_position (
  started timestamptz,
  standby boolean,
  replayed text
)
  SERVER obsportal OPTIONS (schema_name 'gw', table_name 'position');

CREATE FOREIGN TABLE gw.obsportal_locale (
  datname name,
  datlocprovider "char",
  datcollate text
)
  SERVER obsportal OPTIONS (schema_name 'pg_catalog', table_name 'pg_database');

CREATE FOREIGN TABLE gw.obsportal_collation (
  table_catalog text,
  table_schema text,
  table_name text,
  column_name text,
  collation_name text
)
  SERVER obsportal OPTIONS (schema_name 'information_schema', table_name 'columns');

CREATE SCHEMA IF NOT EXISTS oidb;

CREATE FOREIGN TABLE oidb.granule (
  "dataproduct_type" text,
  "calib_level" integer,
  "target_name" text,
  "obs_id" text,
  "obs_collection" text,
  "obs_creator_name" text,
  "obs_release_date" timestamp without time zone,
  "bib_reference" text,
  "data_rights" text,
  "access_url" text,
  "access_format" text,
  "access_estsize" bigint,
  "s_ra" double precision,
  "s_dec" double precision,
  "s_fov" double precision,
  "s_region" double precision,
  "s_resolution" double precision,
  "t_min" double precision,
  "t_max" double precision,
  "t_exptime" double precision,
  "t_resolution" double precision,
  "em_min" double precision,
  "em_max" double precision,
  "em_res_power" double precision,
  "o_ucd" text,
  "pol_states" text,
  "facility_name" text,
  "instrument_name" text,
  "instrument_mode" text,
  "quality_level" integer,
  "interferometer_stations" text,
  "nb_channels" integer,
  "nb_vis" integer,
  "nb_vis2" integer,
  "nb_t3" integer,
  "keywords" text,
  "subdate" timestamp without time zone,
  "id" bigint,
  "progid" text,
  "proposal_subid" text,
  "dataproduct_category" text,
  "procsoft" text,
  "datapi" text,
  "note" text,
  "access_md5" text
)
  SERVER oidb OPTIONS (schema_name 'public', table_name 'oidb');

CREATE FOREIGN TABLE oidb.collection (
  "collection_id" text OPTIONS (column_name 'id'),
  "name" text,
  "title" text,
  "description" text,
  "coltype" text,
  "article" text,
  "keywords" text,
  "datapi" text,
  "source" text,
  "release_date" timestamp without time zone,
  "created" timestamp without time zone,
  "updated" timestamp without time zone,
  "owner" text
)
  SERVER oidb OPTIONS (schema_name 'public', table_name 'collection');

CREATE FOREIGN TABLE oidb.datalink (
  "datalink_id" bigint,
  "granule_id" bigint OPTIONS (column_name 'id'),
  "access_url" text,
  "service_def" text,
  "error_message" text,
  "description" text,
  "semantics" text,
  "content_type" text,
  "content_length" bigint,
  "subdate" timestamp without time zone
)
  SERVER oidb OPTIONS (schema_name 'public', table_name 'oidb_datalink');

CREATE FOREIGN TABLE oidb.comment (
  "comment_id" text OPTIONS (column_name 'id'),
  "granule_id" bigint,
  "parent" text,
  "author" text,
  "comment_date" timestamp without time zone,
  "comment_text" text
)
  SERVER oidb OPTIONS (schema_name 'public', table_name 'oidb_comment');

CREATE FOREIGN TABLE gw.oidb_counter (
  relid oid,
  schemaname text,
  relname text,
  n_tup_ins bigint,
  n_tup_upd bigint,
  n_tup_del bigint
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_all_tables');

CREATE FOREIGN TABLE gw.oidb_relation (
  oid oid,
  relname text,
  relfilenode oid,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_class');

CREATE FOREIGN TABLE gw.oidb_attribute (
  attrelid oid,
  attnum smallint,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_attribute');

CREATE FOREIGN TABLE gw.oidb_setting (
  name text,
  setting text
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings');

CREATE FOREIGN TABLE gw.oidb_server (
  stats_reset timestamptz
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_bgwriter');

CREATE FOREIGN TABLE gw.oidb_database (
  datid oid,
  stats_reset timestamptz
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_database');

CREATE FOREIGN TABLE gw.oidb_start (
  stats_reset timestamptz
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_recovery_prefetch');

CREATE FOREIGN TABLE gw.oidb_position (
  started timestamptz,
  standby boolean,
  replayed text
)
  SERVER oidb OPTIONS (schema_name 'gw', table_name 'position');

CREATE FOREIGN TABLE gw.oidb_locale (
  datname name,
  datlocprovider "char",
  datcollate text
)
  SERVER oidb OPTIONS (schema_name 'pg_catalog', table_name 'pg_database');

CREATE FOREIGN TABLE gw.oidb_collation (
  table_catalog text,
  table_schema text,
  table_name text,
  column_name text,
  collation_name text
)
  SERVER oidb OPTIONS (schema_name 'information_schema', table_name 'columns');

CREATE SCHEMA IF NOT EXISTS jsdc;

CREATE FOREIGN TABLE jsdc.star (
  "name" text,
  "raj2000" double precision,
  "e_raj2000" real,
  "dej2000" double precision,
  "e_dej2000" real,
  "pmra" real,
  "e_pmra" real,
  "pmdec" real,
  "e_pmdec" real,
  "plx" real,
  "e_plx" real,
  "bmag" real,
  "e_bmag" real,
  "f_bmag" smallint,
  "q_bmag" smallint,
  "vmag" real,
  "e_vmag" real,
  "f_vmag" smallint,
  "q_vmag" smallint,
  "gmag" real,
  "e_gmag" real,
  "bpmag" real,
  "e_bpmag" real,
  "rpmag" real,
  "e_rpmag" real,
  "jmag" real,
  "e_jmag" real,
  "f_jmag" smallint,
  "q_jmag" smallint,
  "hmag" real,
  "e_hmag" real,
  "f_hmag" smallint,
  "q_hmag" smallint,
  "kmag" real,
  "e_kmag" real,
  "f_kmag" smallint,
  "q_kmag" smallint,
  "lmag" real,
  "e_lmag" real,
  "f_lmag" smallint,
  "q_lmag" smallint,
  "mmag" real,
  "e_mmag" real,
  "f_mmag" smallint,
  "q_mmag" smallint,
  "nmag" real,
  "e_nmag" real,
  "f_nmag" smallint,
  "q_nmag" smallint,
  "ldd" real,
  "e_ldd" real,
  "f_ldd" smallint,
  "q_ldd" smallint,
  "ldd_chi2" real,
  "uddb" real,
  "uddv" real,
  "uddr" real,
  "uddi" real,
  "uddj" real,
  "uddh" real,
  "uddk" real,
  "uddl" real,
  "uddm" real,
  "uddn" real,
  "mainid_simbad" text,
  "sptype_simbad" text,
  "objtypes_simbad" text,
  "sptype_jmmc" text,
  "calflag" smallint,
  "irflag" smallint,
  "jsdc_id" bigint,
  "synthetic" boolean
)
  SERVER jsdc OPTIONS (schema_name 'public', table_name 'jsdc');

CREATE FOREIGN TABLE jsdc.identifier (
  "identifier_id" bigint,
  "star_id" bigint,
  "catalogue" text,
  "identifier" text,
  "designation" text,
  "folded" text
)
  SERVER jsdc OPTIONS (schema_name 'public', table_name 'identifier');

CREATE FOREIGN TABLE jsdc.badcal (
  "badcal_id" bigint,
  "name" text,
  "ra" double precision,
  "dec" double precision,
  "comment" text,
  "sample_choice" boolean
)
  SERVER jsdc OPTIONS (schema_name 'public', table_name 'badcal');

CREATE FOREIGN TABLE gw.jsdc_counter (
  relid oid,
  schemaname text,
  relname text,
  n_tup_ins bigint,
  n_tup_upd bigint,
  n_tup_del bigint
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_all_tables');

CREATE FOREIGN TABLE gw.jsdc_relation (
  oid oid,
  relname text,
  relfilenode oid,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_class');

CREATE FOREIGN TABLE gw.jsdc_attribute (
  attrelid oid,
  attnum smallint,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_attribute');

CREATE FOREIGN TABLE gw.jsdc_setting (
  name text,
  setting text
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings');

CREATE FOREIGN TABLE gw.jsdc_server (
  stats_reset timestamptz
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_bgwriter');

CREATE FOREIGN TABLE gw.jsdc_database (
  datid oid,
  stats_reset timestamptz
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_database');

CREATE FOREIGN TABLE gw.jsdc_start (
  stats_reset timestamptz
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_recovery_prefetch');

CREATE FOREIGN TABLE gw.jsdc_position (
  started timestamptz,
  standby boolean,
  replayed text
)
  SERVER jsdc OPTIONS (schema_name 'gw', table_name 'position');

CREATE FOREIGN TABLE gw.jsdc_locale (
  datname name,
  datlocprovider "char",
  datcollate text
)
  SERVER jsdc OPTIONS (schema_name 'pg_catalog', table_name 'pg_database');

CREATE FOREIGN TABLE gw.jsdc_collation (
  table_catalog text,
  table_schema text,
  table_name text,
  column_name text,
  collation_name text
)
  SERVER jsdc OPTIONS (schema_name 'information_schema', table_name 'columns');

CREATE SCHEMA IF NOT EXISTS spica;

CREATE FOREIGN TABLE spica.target (
  "spicadb_id" bigint,
  "target_main_id" text,
  "hd" text,
  "gaia_id" text,
  "ra" double precision,
  "dec" double precision,
  "spt" text,
  "plx" real,
  "bmag" real,
  "vmag" real,
  "rmag" real,
  "gmag" real,
  "imag" real,
  "jmag" real,
  "hmag" real,
  "kmag" real,
  "lmag" real,
  "mmag" real,
  "nmag" real,
  "ld_jsdc2" real,
  "e_ld_jsdc2" real,
  "model" jsonb,
  "flag_activity_rot" text,
  "flag_activity_bin" text,
  "flag_activity_wind" text,
  "flag_activity_disk" text,
  "priority_final" smallint,
  "completion_rate" real,
  "qcs_flag" smallint,
  "ob_refs" text,
  "lastmods" text,
  "row_state" text,
  "version" integer
)
  SERVER spica OPTIONS (schema_name 'public', table_name 'spica');

CREATE FOREIGN TABLE spica.program (
  "progname" text,
  "program_title" text,
  "work_package" text,
  "piname" text,
  "program_kind" text,
  "nights" real
)
  SERVER spica OPTIONS (schema_name 'public', table_name 'spica_program');

CREATE FOREIGN TABLE spica.target_program (
  "target_program_id" bigint,
  "spicadb_id" bigint,
  "progname" text,
  "program_rank" smallint,
  "piname" text,
  "priority_pi" smallint,
  "spica_mode" text,
  "spica_setup" text,
  "chara_setup" text,
  "quality_required" text,
  "nobs_required" integer,
  "comments" text,
  "row_state" text,
  "version" integer
)
  SERVER spica OPTIONS (schema_name 'public', table_name 'spica_target_program');

CREATE FOREIGN TABLE spica.followup (
  "tpl_start" timestamp with time zone,
  "spicadb_id" bigint,
  "progname" text,
  "piname" text,
  "run_status" text,
  "exp_ids" jsonb,
  "qcs_flag" smallint,
  "quality_level" smallint,
  "ob_ref" text,
  "granule_ids" jsonb,
  "run_origin" text,
  "version" integer
)
  SERVER spica OPTIONS (schema_name 'public', table_name 'spica_followup');

CREATE FOREIGN TABLE spica.calprim (
  "calprim_id" bigint OPTIONS (column_name 'id'),
  "name" text,
  "ra" double precision,
  "dec" double precision,
  "vmag" real,
  "hmag" real,
  "ldd" real,
  "e_ldd" real,
  "piname" text
)
  SERVER spica OPTIONS (schema_name 'public', table_name 'spica_calprim');

CREATE FOREIGN TABLE spica.change (
  "change_id" bigint,
  "changed_at" timestamp with time zone,
  "changed_by" text,
  "door" text,
  "table_name" text,
  "row_key" text,
  "changed_target" bigint,
  "changed_entry" bigint,
  "changed_run" timestamp with time zone,
  "column_name" text,
  "old_value" jsonb,
  "new_value" jsonb,
  "row_version" integer
)
  SERVER spica OPTIONS (schema_name 'gw', table_name 'spica_change');

CREATE FOREIGN TABLE gw.spica_counter (
  relid oid,
  schemaname text,
  relname text,
  n_tup_ins bigint,
  n_tup_upd bigint,
  n_tup_del bigint
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_all_tables');

CREATE FOREIGN TABLE gw.spica_relation (
  oid oid,
  relname text,
  relfilenode oid,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_class');

CREATE FOREIGN TABLE gw.spica_attribute (
  attrelid oid,
  attnum smallint,
  row_version xid OPTIONS (column_name 'xmin')
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_attribute');

CREATE FOREIGN TABLE gw.spica_setting (
  name text,
  setting text
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings');

CREATE FOREIGN TABLE gw.spica_server (
  stats_reset timestamptz
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_bgwriter');

CREATE FOREIGN TABLE gw.spica_database (
  datid oid,
  stats_reset timestamptz
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_database');

CREATE FOREIGN TABLE gw.spica_start (
  stats_reset timestamptz
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_stat_recovery_prefetch');

CREATE FOREIGN TABLE gw.spica_position (
  started timestamptz,
  standby boolean,
  replayed text
)
  SERVER spica OPTIONS (schema_name 'gw', table_name 'position');

CREATE FOREIGN TABLE gw.spica_locale (
  datname name,
  datlocprovider "char",
  datcollate text
)
  SERVER spica OPTIONS (schema_name 'pg_catalog', table_name 'pg_database');

CREATE FOREIGN TABLE gw.spica_collation (
  table_catalog text,
  table_schema text,
  table_name text,
  column_name text,
  collation_name text
)
  SERVER spica OPTIONS (schema_name 'information_schema', table_name 'columns');
