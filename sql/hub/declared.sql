-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> '7090a413789424da7b64d10bc7b2946b';
INSERT INTO gw.declared (digest) VALUES ('7090a413789424da7b64d10bc7b2946b') ON CONFLICT DO NOTHING;
