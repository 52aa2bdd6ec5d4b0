-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> 'a9500ecb34462b94b5f1d1772bd77806';
INSERT INTO gw.declared (digest) VALUES ('a9500ecb34462b94b5f1d1772bd77806') ON CONFLICT DO NOTHING;
