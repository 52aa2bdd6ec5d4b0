-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
DELETE FROM gw.declared WHERE digest NOT IN ('56012fd28bfab08f6cca53b388164f65', '5b2c9d4c363123e027cab115ee118c54', '5e8af60b9c86feb749bb77b9853cc05c', '8eb1de6fc8ee4606badd27953f964376', '762a25ca2f010ef27e5726c6e807af48', '01596f24e80dfe9da222478bd35f0fdd', 'bfaf28aaed6c1f6d3b5ccda41b0b801b', '9ccf834301ea5486ee31f460d3657e7e', '40b4bc550b47625d56dd59caf25e7ce6', '3fe9f7207a9f2f90049143c4e18909a0', '289f33d1f68eecb08967b818529364fe');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('56012fd28bfab08f6cca53b388164f65', 'tap', '2026-11-30T00:37:53Z'),
  ('5b2c9d4c363123e027cab115ee118c54', 'datalink', '2026-11-30T00:30:18Z'),
  ('5e8af60b9c86feb749bb77b9853cc05c', 'sia', '2026-11-30T00:30:18Z'),
  ('8eb1de6fc8ee4606badd27953f964376', 'obsportal.exposure', '2026-11-30T00:30:18Z'),
  ('762a25ca2f010ef27e5726c6e807af48', 'obsportal.target', '2026-11-30T00:30:18Z'),
  ('01596f24e80dfe9da222478bd35f0fdd', 'oidb.granule', '2026-11-30T00:30:18Z'),
  ('bfaf28aaed6c1f6d3b5ccda41b0b801b', 'jsdc.star', '2026-11-30T00:30:18Z'),
  ('9ccf834301ea5486ee31f460d3657e7e', 'jsdc.badcal', '2026-11-30T00:30:18Z'),
  ('40b4bc550b47625d56dd59caf25e7ce6', 'spica.target', '2026-11-30T00:37:53Z'),
  ('3fe9f7207a9f2f90049143c4e18909a0', 'spica.calprim', '2026-11-30T00:30:18Z'),
  ('289f33d1f68eecb08967b818529364fe', 'ivoa.obscore', '2026-11-30T00:30:18Z')
ON CONFLICT DO NOTHING;
