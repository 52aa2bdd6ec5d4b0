-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
DELETE FROM gw.declared WHERE digest NOT IN ('f8a04c0181479cce93e454b2a4a4c553', '5b2c9d4c363123e027cab115ee118c54', 'dc5d189ff8630a59d0886fdc532fcff5', '9ff1df31eb4e006a3dd8f2af9f5bc14b', '514ab434ed23e2dcafa88f6d2750c1c5', '817cbbd105db274a7e3c374c6ca156f2', '36937ee76feca8903edc4ef44f4ef202', '843f9222cb6b52bf1b9f33328eb19d56', '703a90a94ad1d9a13c73dc454bf69d01', '7343f756c23e1c3d9a773820d8b1e44c', '51e33c8b0d68c534e586dca589d5c1ca');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('f8a04c0181479cce93e454b2a4a4c553', 'tap', '2026-11-30T20:09:31Z'),
  ('5b2c9d4c363123e027cab115ee118c54', 'datalink', '2026-11-30T00:30:18Z'),
  ('dc5d189ff8630a59d0886fdc532fcff5', 'sia', '2026-11-30T01:11:18Z'),
  ('9ff1df31eb4e006a3dd8f2af9f5bc14b', 'obsportal.exposure', '2026-11-30T00:46:12Z'),
  ('514ab434ed23e2dcafa88f6d2750c1c5', 'obsportal.target', '2026-11-30T00:46:12Z'),
  ('817cbbd105db274a7e3c374c6ca156f2', 'oidb.granule', '2026-11-30T00:46:12Z'),
  ('36937ee76feca8903edc4ef44f4ef202', 'jsdc.star', '2026-11-30T00:58:36Z'),
  ('843f9222cb6b52bf1b9f33328eb19d56', 'jsdc.badcal', '2026-11-30T00:58:36Z'),
  ('703a90a94ad1d9a13c73dc454bf69d01', 'spica.target', '2026-11-30T20:09:31Z'),
  ('7343f756c23e1c3d9a773820d8b1e44c', 'spica.calprim', '2026-11-30T00:58:36Z'),
  ('51e33c8b0d68c534e586dca589d5c1ca', 'ivoa.obscore', '2026-11-30T01:11:18Z')
ON CONFLICT DO NOTHING;
