-- Keys and b-tree indexes of the JSDC, once its rows are in.

ALTER TABLE public.jsdc ADD PRIMARY KEY (jsdc_id);
CREATE INDEX jsdc_name ON public.jsdc (name);
CREATE INDEX jsdc_vmag ON public.jsdc (vmag);
CREATE INDEX jsdc_kmag ON public.jsdc (kmag);
CREATE INDEX jsdc_ldd ON public.jsdc (ldd);

ALTER TABLE public.identifier ADD PRIMARY KEY (identifier_id);
CREATE INDEX identifier_star ON public.identifier (star_id);
CREATE INDEX identifier_designation ON public.identifier (designation);
CREATE INDEX identifier_folded ON public.identifier (folded);

ALTER TABLE public.badcal ADD PRIMARY KEY (badcal_id);
