-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
DELETE FROM gw.declared WHERE digest <> '823ed7bac92dcfdb018e4e85487365f7';
INSERT INTO gw.declared (digest) VALUES ('823ed7bac92dcfdb018e4e85487365f7') ON CONFLICT DO NOTHING;
