-- Keys and b-tree indexes of the Obs Portal, once its rows are in.

ALTER TABLE portal.interferometer ADD PRIMARY KEY (interferometer_name);
ALTER TABLE portal.instrument ADD PRIMARY KEY (instrument_name);
ALTER TABLE portal.instrument_mode ADD PRIMARY KEY (instrument_mode_id);
ALTER TABLE portal.program ADD PRIMARY KEY (obs_program);
ALTER TABLE portal.target ADD PRIMARY KEY (target_id);
ALTER TABLE portal.observation ADD PRIMARY KEY (obs_id);
ALTER TABLE portal.header ADD PRIMARY KEY (exp_header_id);
ALTER TABLE portal.exposure ADD PRIMARY KEY (exp_id);
ALTER TABLE portal.statistic ADD PRIMARY KEY (statistic_key);
ALTER TABLE portal.tag ADD PRIMARY KEY (tag_name);

CREATE INDEX instrument_interferometer ON portal.instrument (interferometer_name);
CREATE INDEX instrument_mode_instrument ON portal.instrument_mode (instrument_name);
CREATE INDEX target_name ON portal.target (target_name);
CREATE INDEX observation_program ON portal.observation (obs_program);
CREATE INDEX observation_mode ON portal.observation (instrument_mode_id);
CREATE INDEX observation_target ON portal.observation (target_id);
CREATE INDEX header_updated ON portal.header (header_date_updated);
CREATE INDEX exposure_header ON portal.exposure (exp_header_id);
CREATE INDEX exposure_observation ON portal.exposure (obs_id);
CREATE INDEX exposure_start ON portal.exposure (exp_mjd_start);
CREATE INDEX exposure_updated ON portal.exposure (exp_date_updated);
CREATE INDEX exposure_uv_max ON portal.exposure ((exp_uv[2]));
