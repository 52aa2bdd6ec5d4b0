-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
DELETE FROM gw.declared WHERE digest NOT IN ('5d4d11a363708adb0212af318b52f73a', '5b2c9d4c363123e027cab115ee118c54', '2c8124ffe51b88c2147db4b048058fef', '07abc100c73393664476ebe7ba5a1183', '514ab434ed23e2dcafa88f6d2750c1c5', '6ecc129329a770d743856b19cc094584', '36937ee76feca8903edc4ef44f4ef202', '843f9222cb6b52bf1b9f33328eb19d56', '4da92ab46a0af6101c6fe942b6ea929c', '7343f756c23e1c3d9a773820d8b1e44c', '3ddeb1b97bc0b4dfc5d6e2bb389323cc', 'c7f5b18a955c53f3c2e75a2c6de6078a');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('5d4d11a363708adb0212af318b52f73a', 'tap', '2026-12-01T12:28:40Z'),
  ('5b2c9d4c363123e027cab115ee118c54', 'datalink', '2026-11-30T00:30:18Z'),
  ('2c8124ffe51b88c2147db4b048058fef', 'sia', '2026-12-01T12:24:59Z'),
  ('07abc100c73393664476ebe7ba5a1183', 'obsportal.exposure', '2026-12-01T11:38:18Z'),
  ('514ab434ed23e2dcafa88f6d2750c1c5', 'obsportal.target', '2026-11-30T00:46:12Z'),
  ('6ecc129329a770d743856b19cc094584', 'oidb.granule', '2026-11-30T23:36:00Z'),
  ('36937ee76feca8903edc4ef44f4ef202', 'jsdc.star', '2026-11-30T00:58:36Z'),
  ('843f9222cb6b52bf1b9f33328eb19d56', 'jsdc.badcal', '2026-11-30T00:58:36Z'),
  ('4da92ab46a0af6101c6fe942b6ea929c', 'spica.target', '2026-11-30T21:36:09Z'),
  ('7343f756c23e1c3d9a773820d8b1e44c', 'spica.calprim', '2026-11-30T00:58:36Z'),
  ('3ddeb1b97bc0b4dfc5d6e2bb389323cc', 'ivoa.obscore', '2026-12-01T12:24:59Z'),
  ('c7f5b18a955c53f3c2e75a2c6de6078a', 'ivoa.obsplan', '2026-12-01T12:24:59Z')
ON CONFLICT DO NOTHING;
