-- The Obs Portal of the sample.
--
-- Its source code and tables are not public: only its VOTable of 29 columns is known, and its layers header -> exposure ->
-- observation, target. Guessed, therefore: every table here and how they join. Column names and types are those of the VOTable
-- (double, int, text), except that exp_projected_baselines is true JSON, with numbers, and not Python's spelling of a dictionary.
-- `exposure_log` gives the 29 columns; its joins are left joins on primary keys, so that those not asked for are removed.
-- B-tree indexes and keys are in indexes/obsportal.sql, made after COPY; the spatial one comes from schema.space.

CREATE SCHEMA portal;

CREATE TABLE portal.interferometer (
    interferometer_name text NOT NULL,
    interferometer_title text
);

CREATE TABLE portal.instrument (
    instrument_name text NOT NULL,
    interferometer_name text NOT NULL
);

CREATE TABLE portal.instrument_mode (
    instrument_mode_id integer NOT NULL,
    instrument_name text NOT NULL,
    instrument_mode text,
    instrument_em_min double precision,
    instrument_em_max double precision,
    instrument_em_res_power double precision
);

CREATE TABLE portal.program (
    obs_program text NOT NULL,
    obs_program_title text,
    obs_program_pi_coi text
);

CREATE TABLE portal.target (
    target_id integer NOT NULL,
    target_name text,
    target_ra double precision,
    target_dec double precision
);

CREATE TABLE portal.observation (
    obs_id integer NOT NULL,
    obs_type text,
    obs_program text,
    instrument_mode_id integer,
    instrument_submode text,
    interferometer_stations text,
    target_id integer
);

CREATE TABLE portal.header (
    exp_header_id text NOT NULL,
    header_date_updated timestamp with time zone,
    header_category text,
    header_keywords jsonb
);

CREATE TABLE portal.exposure (
    exp_id text NOT NULL,
    exp_header_id text,
    exp_mjd_start double precision,
    exp_mjd_end double precision,
    exp_projected_baselines jsonb,
    exp_validation_level integer,
    exp_validation_log jsonb,
    exp_tau0 double precision,
    exp_temperature double precision,
    exp_seeing double precision,
    exp_date_updated timestamp with time zone,
    exp_date_release timestamp with time zone,
    obs_id integer
);

CREATE TABLE portal.statistic (
    statistic_key text NOT NULL,
    statistic_value text,
    statistic_computed_at timestamp with time zone
);

CREATE TABLE portal.tag (
    tag_name text NOT NULL,
    tag_value text
);

CREATE VIEW portal.exposure_log AS
SELECT
    e.exp_id, e.exp_header_id, e.exp_mjd_start, e.exp_mjd_end, e.exp_projected_baselines,
    e.exp_validation_level, e.exp_validation_log, e.exp_tau0, e.exp_temperature, e.exp_seeing,
    e.exp_date_updated, e.exp_date_release,
    e.obs_id, o.obs_type, o.obs_program, p.obs_program_title, p.obs_program_pi_coi,
    i.interferometer_name, o.interferometer_stations, m.instrument_name, m.instrument_mode, o.instrument_submode,
    m.instrument_em_min, m.instrument_em_max, m.instrument_em_res_power,
    o.target_id, t.target_name, t.target_ra, t.target_dec,
    o.instrument_mode_id
FROM portal.exposure AS e
LEFT JOIN portal.observation AS o ON o.obs_id = e.obs_id
LEFT JOIN portal.program AS p ON p.obs_program = o.obs_program
LEFT JOIN portal.instrument_mode AS m ON m.instrument_mode_id = o.instrument_mode_id
LEFT JOIN portal.instrument AS i ON i.instrument_name = m.instrument_name
LEFT JOIN portal.target AS t ON t.target_id = o.target_id;
