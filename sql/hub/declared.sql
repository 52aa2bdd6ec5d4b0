-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> '9436cdca89d6830a33b220bfba0bae40';
INSERT INTO gw.declared (digest) VALUES ('9436cdca89d6830a33b220bfba0bae40') ON CONFLICT DO NOTHING;
