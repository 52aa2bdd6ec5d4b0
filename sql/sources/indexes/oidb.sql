-- Keys and b-tree indexes of OiDB, once its rows are in, and its sequence set beyond them.

ALTER TABLE public.oidb ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX dup_granule_same_col ON public.oidb (obs_id, obs_collection, instrument_mode) WHERE calib_level = 0;
CREATE INDEX oidb_collection ON public.oidb (obs_collection);
CREATE INDEX oidb_t_min ON public.oidb (t_min);
CREATE INDEX oidb_obs_id ON public.oidb (obs_id);
CREATE INDEX oidb_proposal_subid ON public.oidb (proposal_subid);
CREATE INDEX oidb_subdate ON public.oidb (subdate);

ALTER TABLE public.oidb_datalink ADD PRIMARY KEY (datalink_id);
ALTER TABLE public.oidb_datalink ADD FOREIGN KEY (id) REFERENCES public.oidb (id);
CREATE INDEX oidb_datalink_granule ON public.oidb_datalink (id);

ALTER TABLE public.collection ADD PRIMARY KEY (id);

ALTER TABLE public.oidb_comment ADD PRIMARY KEY (id);
CREATE INDEX oidb_comment_granule ON public.oidb_comment (granule_id);

SELECT setval('public.oidb_id_seq', (SELECT max(id) FROM public.oidb));
SELECT setval(pg_get_serial_sequence('public.oidb_datalink', 'datalink_id'), (SELECT max(datalink_id) FROM public.oidb_datalink));
