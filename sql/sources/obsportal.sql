-- The Obs Portal of the sample.
--
-- Its source code and tables are not public: only its VOTable of 29 columns is known, and its layers header -> exposure ->
-- observation, target. Guessed, therefore: every table here and how they join. Column names and types are those of the VOTable
-- (double, int, text), except that exp_projected_baselines is true JSON, with numbers, and not Python's spelling of a dictionary.
-- `exposure_log` gives the 29 columns, and what their baselines cover of the uv plane; its joins are left joins on primary keys, so
-- that those not asked for are removed.
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

-- What the projected baselines of an exposure cover of the uv plane: the shortest and the longest distance from its origin (m), and the
-- eccentricity of the distribution as ObsCore's extension for radio data has it: of the ellipse whose axes are the extents along and
-- across the direction in which the points vary most. Each baseline has two points, at start and end. NULL without any length but 0; an
-- eccentricity of NULL without angles. Numbers may be text, as in the Obs Portal's VOTable; whatever else is there is passed over, since
-- an error would refuse the row.
CREATE FUNCTION portal.uv_coverage(baselines jsonb) RETURNS double precision[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  said text;
  length double precision;
  angle double precision;
  shortest double precision;
  longest double precision;
  u double precision[] := '{}';
  v double precision[] := '{}';
  uu double precision := 0;
  uv double precision := 0;
  vv double precision := 0;
  turn double precision;
  along double precision := 0;
  across double precision := 0;
  baseline jsonb;
  moment text;
BEGIN
  IF jsonb_typeof(baselines) <> 'object' THEN RETURN NULL; END IF;
  FOR baseline IN SELECT value FROM jsonb_each(baselines) LOOP
    FOREACH moment IN ARRAY ARRAY['start', 'end'] LOOP
      said := baseline -> 'length' ->> moment;
      CONTINUE WHEN said IS NULL OR said !~ '^\d{1,9}(\.\d{1,17})?$';
      length := said;
      CONTINUE WHEN length = 0;
      shortest := least(shortest, length);
      longest := greatest(longest, length);
      said := baseline -> 'angle' ->> moment;
      CONTINUE WHEN said IS NULL OR said !~ '^[-+]?\d{1,9}(\.\d{1,17})?$';
      angle := radians(said::double precision);
      u := u || length * sin(angle);
      v := v || length * cos(angle);
      uu := uu + (length * sin(angle)) ^ 2;
      uv := uv + length * sin(angle) * length * cos(angle);
      vv := vv + (length * cos(angle)) ^ 2;
    END LOOP;
  END LOOP;
  IF longest IS NULL THEN RETURN NULL; END IF;
  turn := atan2(2 * uv, uu - vv) / 2;
  FOR i IN 1 .. cardinality(u) LOOP
    along := greatest(along, abs(u[i] * cos(turn) + v[i] * sin(turn)));
    across := greatest(across, abs(v[i] * cos(turn) - u[i] * sin(turn)));
  END LOOP;
  RETURN ARRAY[shortest, longest, sqrt(1 - (least(along, across) / nullif(greatest(along, across), 0)) ^ 2)];
END $$;

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
    obs_id integer,
    exp_uv double precision[] GENERATED ALWAYS AS (portal.uv_coverage(exp_projected_baselines)) STORED
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
    o.instrument_mode_id,
    e.exp_uv[1] AS uv_distance_min, e.exp_uv[2] AS uv_distance_max, e.exp_uv[3] AS uv_distribution_ecc,
    cardinality(string_to_array(o.interferometer_stations, ' ')) AS instr_tel_number
FROM portal.exposure AS e
LEFT JOIN portal.observation AS o ON o.obs_id = e.obs_id
LEFT JOIN portal.program AS p ON p.obs_program = o.obs_program
LEFT JOIN portal.instrument_mode AS m ON m.instrument_mode_id = o.instrument_mode_id
LEFT JOIN portal.instrument AS i ON i.instrument_name = m.instrument_name
LEFT JOIN portal.target AS t ON t.target_id = o.target_id;
