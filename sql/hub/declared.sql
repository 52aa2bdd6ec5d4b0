-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> 'f1a40f8012e3bd0cdfa3b3e6a056c15d';
INSERT INTO gw.declared (digest) VALUES ('f1a40f8012e3bd0cdfa3b3e6a056c15d') ON CONFLICT DO NOTHING;
