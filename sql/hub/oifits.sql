-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
DROP SCHEMA IF EXISTS oifits CASCADE;
CREATE SCHEMA oifits;

CREATE TABLE oifits.granule (
  "part_id" text,
  "granule_id" bigint,
  "obs_publisher_did" text,
  "access_url" text NOT NULL,
  "target_name" text NOT NULL,
  "category" text,
  "target_ra" double precision,
  "target_dec" double precision,
  "facility_name" text,
  "instrument_name" text,
  "arrname" text,
  "ins_name" text NOT NULL,
  "evening" integer NOT NULL,
  "t_min" double precision NOT NULL,
  "t_max" double precision NOT NULL,
  "t_middle_min" double precision NOT NULL,
  "t_middle_max" double precision NOT NULL,
  "t_exptime" double precision,
  "em_min" double precision,
  "em_max" double precision,
  "em_res_power" double precision,
  "nb_channels" integer NOT NULL,
  "nb_vis" integer NOT NULL,
  "nb_vis2" integer NOT NULL,
  "nb_t3" integer NOT NULL,
  "nb_flux" integer NOT NULL,
  "n_points" bigint NOT NULL,
  "n_good" bigint NOT NULL,
  "uv_distance_min" double precision,
  "uv_distance_max" double precision,
  "uv_distribution_ecc" double precision,
  "uv_distribution_fill" double precision,
  "stations" text,
  "calib_level" integer,
  "doubts" text,
  PRIMARY KEY ("part_id")
);
CREATE INDEX granule_granule_id ON oifits.granule ("granule_id");
CREATE INDEX granule_obs_publisher_did ON oifits.granule ("obs_publisher_did");
CREATE INDEX granule_access_url ON oifits.granule ("access_url");
CREATE INDEX granule_target_name ON oifits.granule ("target_name");
CREATE INDEX granule_evening ON oifits.granule ("evening");
CREATE INDEX granule_uv_distance_max ON oifits.granule ("uv_distance_max");
