-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
DROP SCHEMA IF EXISTS ivoa CASCADE;
CREATE SCHEMA ivoa;

CREATE VIEW ivoa.obscore_oidb WITH (security_invoker = true) AS
SELECT
  t0."dataproduct_type" AS "dataproduct_type",
  t0."calib_level" AS "calib_level",
  t0."obs_collection" AS "obs_collection",
  CASE WHEN t0."obs_id" IS NULL THEN textin(int8out(t0."id")) ELSE t0."obs_id" END AS "obs_id",
  'ivo://jmmc.fr/oidb?' || lpad(t0."id"::text, 12, '0') AS "obs_publisher_did",
  CASE WHEN t0."calib_level" = 0 AND t0."obs_id" IS NOT NULL THEN 'https://obs.jmmc.fr/detail/exposure/' || t0."obs_id" ELSE t0."access_url" END AS "access_url",
  CASE WHEN t0."calib_level" = 0 THEN 'text/html' ELSE t0."access_format" END AS "access_format",
  t0."access_estsize" AS "access_estsize",
  CASE WHEN t0."target_name" <> '-' THEN t0."target_name" END AS "target_name",
  t0."s_ra" AS "s_ra",
  t0."s_dec" AS "s_dec",
  t0."s_fov" AS "s_fov",
  CASE WHEN t0."s_fov" > 0 THEN 'CIRCLE ICRS ' || t0."s_ra" || ' ' || t0."s_dec" || ' ' || t0."s_fov" / 2 END AS "s_region",
  t0."s_resolution" AS "s_resolution",
  NULL::bigint AS "s_xel1",
  NULL::bigint AS "s_xel2",
  t0."t_min" AS "t_min",
  t0."t_max" AS "t_max",
  CASE WHEN t0."t_exptime" > (t0."t_max" - t0."t_min") * 86400 + 0.001 THEN NULL ELSE t0."t_exptime" END AS "t_exptime",
  t0."t_resolution" AS "t_resolution",
  NULL::bigint AS "t_xel",
  t0."em_min" AS "em_min",
  t0."em_max" AS "em_max",
  t0."em_res_power" AS "em_res_power",
  CASE WHEN t0."nb_channels" > 0 THEN t0."nb_channels"::bigint END AS "em_xel",
  t0."o_ucd" AS "o_ucd",
  t0."pol_states" AS "pol_states",
  CASE WHEN t0."pol_states" IS NULL THEN 0 ELSE length(t0."pol_states") - length(replace(t0."pol_states", '/', '')) - 1 END::bigint AS "pol_xel",
  t0."facility_name" AS "facility_name",
  t0."instrument_name" AS "instrument_name",
  CASE WHEN t0."dataproduct_category" = 'CALIBRATOR' THEN 'CALIB' ELSE t0."dataproduct_category" END AS "dataproduct_subtype",
  CASE WHEN t0."obs_creator_name" IS NULL THEN t0."datapi" ELSE t0."obs_creator_name" END AS "obs_creator_name",
  t0."obs_release_date" AS "obs_release_date",
  t0."data_rights" AS "data_rights",
  t0."bib_reference" AS "bib_reference",
  t0."progid" AS "proposal_id",
  t0."instrument_mode" AS "instrument_mode",
  t0."datapi" AS "datapi",
  'oidb'::text AS "source",
  t0."id" AS "id"
FROM oidb.granule AS t0;

CREATE VIEW ivoa.obscore_obsportal WITH (security_invoker = true) AS
SELECT
  'visibility' AS "dataproduct_type",
  0 AS "calib_level",
  'obsportal'::text AS "obs_collection",
  t0."exp_id" AS "obs_id",
  'ivo://jmmc.fr/portal?' || t0."exp_id" AS "obs_publisher_did",
  'https://obs.jmmc.fr/detail/exposure/' || t0."exp_id" AS "access_url",
  'text/html' AS "access_format",
  NULL::bigint AS "access_estsize",
  t0."target_name" AS "target_name",
  t0."target_ra" AS "s_ra",
  t0."target_dec" AS "s_dec",
  NULL::double precision AS "s_fov",
  NULL::text AS "s_region",
  NULL::double precision AS "s_resolution",
  NULL::bigint AS "s_xel1",
  NULL::bigint AS "s_xel2",
  t0."exp_mjd_start" AS "t_min",
  t0."exp_mjd_end" AS "t_max",
  (t0."exp_mjd_end" - t0."exp_mjd_start") * 86400 AS "t_exptime",
  NULL::double precision AS "t_resolution",
  1::bigint AS "t_xel",
  t0."instrument_em_min" AS "em_min",
  t0."instrument_em_max" AS "em_max",
  t0."instrument_em_res_power" AS "em_res_power",
  NULL::bigint AS "em_xel",
  NULL::text AS "o_ucd",
  NULL::text AS "pol_states",
  0::bigint AS "pol_xel",
  t0."interferometer_name" AS "facility_name",
  t0."instrument_name" AS "instrument_name",
  CASE t0."obs_type" WHEN 'calibrator' THEN 'CALIB' ELSE upper(t0."obs_type") END AS "dataproduct_subtype",
  t0."obs_program_pi_coi" AS "obs_creator_name",
  timezone('00:00'::interval, t0."exp_date_release") AS "obs_release_date",
  'secure'::text AS "data_rights",
  NULL::text AS "bib_reference",
  t0."obs_program" AS "proposal_id",
  CASE WHEN t0."instrument_submode" IS NULL THEN t0."instrument_mode" ELSE t0."instrument_mode" || '_' || t0."instrument_submode" END AS "instrument_mode",
  t0."obs_program_pi_coi" AS "datapi",
  'obsportal'::text AS "source",
  t0."exp_id" AS "exp_id"
FROM obsportal.exposure AS t0;

CREATE VIEW ivoa.obscore_obsportal_once WITH (security_invoker = true) AS
SELECT o.*
FROM ivoa.obscore_obsportal AS o
WHERE NOT EXISTS (SELECT FROM oidb.granule AS k WHERE k."obs_id" = o."exp_id" AND k."calib_level" = 0);

CREATE VIEW ivoa.obscore_spica WITH (security_invoker = true) AS
SELECT
  'visibility' AS "dataproduct_type",
  0 AS "calib_level",
  'spica'::text AS "obs_collection",
  to_char(timezone('UTC', t0."tpl_start"), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "obs_id",
  'ivo://jmmc.fr/spica?' || to_char(timezone('UTC', t0."tpl_start"), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "obs_publisher_did",
  'https://obs.jmmc.fr/detail/exposure/' || (t0."exp_ids" ->> 0) AS "access_url",
  'text/html' AS "access_format",
  NULL::bigint AS "access_estsize",
  t1."target_main_id" AS "target_name",
  t1."ra" AS "s_ra",
  t1."dec" AS "s_dec",
  NULL::double precision AS "s_fov",
  NULL::text AS "s_region",
  NULL::double precision AS "s_resolution",
  NULL::bigint AS "s_xel1",
  NULL::bigint AS "s_xel2",
  40587 + date_part('epoch', timezone('UTC', t0."tpl_start")) / 86400 AS "t_min",
  NULL::double precision AS "t_max",
  NULL::double precision AS "t_exptime",
  NULL::double precision AS "t_resolution",
  NULL::bigint AS "t_xel",
  6e-7::double precision AS "em_min",
  9e-7::double precision AS "em_max",
  NULL::double precision AS "em_res_power",
  NULL::bigint AS "em_xel",
  NULL::text AS "o_ucd",
  NULL::text AS "pol_states",
  0::bigint AS "pol_xel",
  'CHARA'::text AS "facility_name",
  'SPICA'::text AS "instrument_name",
  'SCIENCE'::text AS "dataproduct_subtype",
  t0."piname" AS "obs_creator_name",
  NULL::timestamp without time zone AS "obs_release_date",
  'proprietary'::text AS "data_rights",
  NULL::text AS "bib_reference",
  t0."progname" AS "proposal_id",
  NULL::text AS "instrument_mode",
  t0."piname" AS "datapi",
  'spica'::text AS "source",
  t0."tpl_start" AS "tpl_start",
  t0."exp_ids" AS "exp_ids",
  t0."granule_ids" AS "granule_ids"
FROM spica.followup AS t0
LEFT JOIN spica.target AS t1 ON t1."spicadb_id" = t0."spicadb_id"
WHERE t0."run_status" = ANY ('{observed,reduced,validated,rejected}') AND t0."tpl_start" >= '0001-01-01 00:00:00+00' AND t0."tpl_start" < '10000-01-01 00:00:00+00';

CREATE VIEW ivoa.obscore_spica_once WITH (security_invoker = true) AS
SELECT o.*
FROM ivoa.obscore_spica AS o
WHERE NOT EXISTS (SELECT FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."exp_ids") WHEN 'array' THEN r."exp_ids" END) AS n(name) WHERE r."tpl_start" = o."tpl_start" AND n.name IN (SELECT k."obs_id" FROM oidb.granule AS k WHERE k."obs_id" = ANY (ARRAY(SELECT n.name FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."exp_ids") WHEN 'array' THEN r."exp_ids" END) AS n(name))) AND k."calib_level" = 0))
  AND NOT EXISTS (SELECT FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."granule_ids") WHEN 'array' THEN r."granule_ids" END) AS n(name) WHERE r."tpl_start" = o."tpl_start" AND CASE WHEN n.name ~ '^[0-9]{1,18}$' THEN n.name::bigint END IN (SELECT k."id" FROM oidb.granule AS k WHERE k."id" = ANY (ARRAY(SELECT CASE WHEN n.name ~ '^[0-9]{1,18}$' THEN n.name::bigint END FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."granule_ids") WHEN 'array' THEN r."granule_ids" END) AS n(name)))))
  AND NOT EXISTS (SELECT FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."exp_ids") WHEN 'array' THEN r."exp_ids" END) AS n(name) WHERE r."tpl_start" = o."tpl_start" AND n.name IN (SELECT k."exp_id" FROM obsportal.exposure AS k WHERE k."exp_id" = ANY (ARRAY(SELECT n.name FROM ivoa.obscore_spica AS r, LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r."exp_ids") WHEN 'array' THEN r."exp_ids" END) AS n(name)))));

CREATE VIEW ivoa.obscore WITH (security_invoker = true) AS
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_oidb
UNION ALL
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_obsportal_once
UNION ALL
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_spica_once;

CREATE VIEW ivoa.obscore_repeated WITH (security_invoker = true) AS
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_oidb
UNION ALL
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_obsportal
UNION ALL
SELECT "dataproduct_type", "calib_level", "obs_collection", "obs_id", "obs_publisher_did", "access_url", "access_format", "access_estsize", "target_name", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "s_xel1", "s_xel2", "t_min", "t_max", "t_exptime", "t_resolution", "t_xel", "em_min", "em_max", "em_res_power", "em_xel", "o_ucd", "pol_states", "pol_xel", "facility_name", "instrument_name", "dataproduct_subtype", "obs_creator_name", "obs_release_date", "data_rights", "bib_reference", "proposal_id", "instrument_mode", "datapi", "source"
FROM ivoa.obscore_spica;

CREATE VIEW ivoa.obsplan WITH (security_invoker = true) AS
SELECT
  40587 + date_part('epoch', timezone('UTC', t0."tpl_start")) / 86400 AS "t_planning",
  t1."target_main_id" AS "target_name",
  to_char(timezone('UTC', t0."tpl_start"), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "obs_id",
  'spica'::text AS "obs_collection",
  t1."ra" AS "s_ra",
  t1."dec" AS "s_dec",
  NULL::double precision AS "s_fov",
  NULL::text AS "s_region",
  NULL::double precision AS "s_resolution",
  CASE WHEN t0."run_status" <> 'planned' THEN 40587 + date_part('epoch', timezone('UTC', t0."tpl_start")) / 86400 END AS "t_min",
  CASE WHEN t0."run_status" <> 'planned' THEN 40587 + date_part('epoch', timezone('UTC', t0."tpl_start")) / 86400 + 600.0 / 86400 END AS "t_max",
  CASE WHEN t0."run_status" <> 'planned' THEN 600.0::double precision END AS "t_exptime",
  NULL::double precision AS "t_resolution",
  6e-7::double precision AS "em_min",
  9e-7::double precision AS "em_max",
  NULL::double precision AS "em_res_power",
  NULL::text AS "o_ucd",
  NULL::text AS "pol_states",
  0::bigint AS "pol_xel",
  'CHARA'::text AS "facility_name",
  'SPICA'::text AS "instrument_name",
  600.0::double precision AS "t_plan_exptime",
  'Other'::text AS "category",
  0 AS "priority",
  CASE t0."run_status" WHEN 'planned' THEN 'Planned' WHEN 'scheduled' THEN 'Scheduled' WHEN 'observed' THEN 'Performed' WHEN 'reduced' THEN 'Performed' WHEN 'validated' THEN 'Performed' WHEN 'rejected' THEN 'Aborted' END AS "execution_status",
  'Sidereal'::text AS "tracking_type"
FROM spica.followup AS t0
LEFT JOIN spica.target AS t1 ON t1."spicadb_id" = t0."spicadb_id"
WHERE t0."tpl_start" >= '0001-01-01 00:00:00+00' AND t0."tpl_start" < '10000-01-01 00:00:00+00';
