-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
DELETE FROM gw.declared WHERE digest NOT IN ('45a32c8c2a0e157de19d7a046758022d', '5b2c9d4c363123e027cab115ee118c54', 'edbc4e8e64a4b2b59d47dd97baa528cc', '9ff1df31eb4e006a3dd8f2af9f5bc14b', '514ab434ed23e2dcafa88f6d2750c1c5', '6ecc129329a770d743856b19cc094584', '36937ee76feca8903edc4ef44f4ef202', '843f9222cb6b52bf1b9f33328eb19d56', '4da92ab46a0af6101c6fe942b6ea929c', '7343f756c23e1c3d9a773820d8b1e44c', '785614122fdb74c8738d4bcb8c646d5f', '70728cea041867ce63c98e0c5ec7a044');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('45a32c8c2a0e157de19d7a046758022d', 'tap', '2026-11-30T23:36:00Z'),
  ('5b2c9d4c363123e027cab115ee118c54', 'datalink', '2026-11-30T00:30:18Z'),
  ('edbc4e8e64a4b2b59d47dd97baa528cc', 'sia', '2026-11-30T21:26:15Z'),
  ('9ff1df31eb4e006a3dd8f2af9f5bc14b', 'obsportal.exposure', '2026-11-30T00:46:12Z'),
  ('514ab434ed23e2dcafa88f6d2750c1c5', 'obsportal.target', '2026-11-30T00:46:12Z'),
  ('6ecc129329a770d743856b19cc094584', 'oidb.granule', '2026-11-30T23:36:00Z'),
  ('36937ee76feca8903edc4ef44f4ef202', 'jsdc.star', '2026-11-30T00:58:36Z'),
  ('843f9222cb6b52bf1b9f33328eb19d56', 'jsdc.badcal', '2026-11-30T00:58:36Z'),
  ('4da92ab46a0af6101c6fe942b6ea929c', 'spica.target', '2026-11-30T21:36:09Z'),
  ('7343f756c23e1c3d9a773820d8b1e44c', 'spica.calprim', '2026-11-30T00:58:36Z'),
  ('785614122fdb74c8738d4bcb8c646d5f', 'ivoa.obscore', '2026-11-30T21:26:15Z'),
  ('70728cea041867ce63c98e0c5ec7a044', 'ivoa.obsplan', '2026-11-30T21:26:15Z')
ON CONFLICT DO NOTHING;
