-- Keys and b-tree indexes of SPICA-DB, once its rows are in.

ALTER TABLE public.spica_program ADD PRIMARY KEY (progname);
ALTER TABLE public.spica ADD PRIMARY KEY (spicadb_id);
CREATE INDEX spica_main_id ON public.spica (target_main_id);

ALTER TABLE public.spica_target_program ADD PRIMARY KEY (target_program_id);
ALTER TABLE public.spica_target_program ADD FOREIGN KEY (spicadb_id) REFERENCES public.spica (spicadb_id);
ALTER TABLE public.spica_target_program ADD FOREIGN KEY (progname) REFERENCES public.spica_program (progname);
CREATE UNIQUE INDEX spica_target_program_once ON public.spica_target_program (spicadb_id, progname);
CREATE INDEX spica_target_program_target ON public.spica_target_program (spicadb_id);
CREATE INDEX spica_target_program_program ON public.spica_target_program (progname);

ALTER TABLE public.spica_followup ADD PRIMARY KEY (tpl_start);
CREATE INDEX spica_followup_target ON public.spica_followup (spicadb_id);
CREATE INDEX spica_followup_program ON public.spica_followup (progname);
CREATE INDEX spica_followup_status ON public.spica_followup (run_status);

ALTER TABLE public.spica_calprim ADD PRIMARY KEY (id);
CREATE INDEX spica_calprim_name ON public.spica_calprim (name);

ALTER TABLE public.account ADD PRIMARY KEY (alias);
ALTER TABLE public.delegation ADD PRIMARY KEY (delegation_id);
CREATE UNIQUE INDEX delegation_once ON public.delegation (piname, coi_alias, catalog);

SELECT setval(pg_get_serial_sequence('public.spica', 'spicadb_id'), (SELECT max(spicadb_id) FROM public.spica));
SELECT setval(pg_get_serial_sequence('public.spica_target_program', 'target_program_id'), (SELECT max(target_program_id) FROM public.spica_target_program));
SELECT setval(pg_get_serial_sequence('public.delegation', 'delegation_id'), (SELECT max(delegation_id) FROM public.delegation));
