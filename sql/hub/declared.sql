-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> '8eb674ef9365ff5ee09e388c6b86d6df';
INSERT INTO gw.declared (digest) VALUES ('8eb674ef9365ff5ee09e388c6b86d6df') ON CONFLICT DO NOTHING;
