-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
DELETE FROM gw.declared WHERE digest NOT IN ('1e01a400401ae4bce40ad92ae5703eb9', '5b2c9d4c363123e027cab115ee118c54', 'dc5d189ff8630a59d0886fdc532fcff5', '9ff1df31eb4e006a3dd8f2af9f5bc14b', '514ab434ed23e2dcafa88f6d2750c1c5', '817cbbd105db274a7e3c374c6ca156f2', '59087f23aff89f8d57097d86d4431b58', '9ccf834301ea5486ee31f460d3657e7e', 'f49dc0e16dc65bea5a80bd5f3f8b58fa', '3fe9f7207a9f2f90049143c4e18909a0', '51e33c8b0d68c534e586dca589d5c1ca');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('1e01a400401ae4bce40ad92ae5703eb9', 'tap', '2026-11-30T00:46:12Z'),
  ('5b2c9d4c363123e027cab115ee118c54', 'datalink', '2026-11-30T00:30:18Z'),
  ('dc5d189ff8630a59d0886fdc532fcff5', 'sia', '2026-11-30T00:46:12Z'),
  ('9ff1df31eb4e006a3dd8f2af9f5bc14b', 'obsportal.exposure', '2026-11-30T00:46:12Z'),
  ('514ab434ed23e2dcafa88f6d2750c1c5', 'obsportal.target', '2026-11-30T00:46:12Z'),
  ('817cbbd105db274a7e3c374c6ca156f2', 'oidb.granule', '2026-11-30T00:46:12Z'),
  ('59087f23aff89f8d57097d86d4431b58', 'jsdc.star', '2026-11-30T00:46:12Z'),
  ('9ccf834301ea5486ee31f460d3657e7e', 'jsdc.badcal', '2026-11-30T00:30:18Z'),
  ('f49dc0e16dc65bea5a80bd5f3f8b58fa', 'spica.target', '2026-11-30T00:30:18Z'),
  ('3fe9f7207a9f2f90049143c4e18909a0', 'spica.calprim', '2026-11-30T00:30:18Z'),
  ('51e33c8b0d68c534e586dca589d5c1ca', 'ivoa.obscore', '2026-11-30T00:46:12Z')
ON CONFLICT DO NOTHING;
