-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
UPDATE gw.declared SET record = 'scs/' || record WHERE record LIKE '%.%' AND record NOT LIKE 'scs/%';
CREATE TABLE IF NOT EXISTS gw.withdrawn (record text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
INSERT INTO gw.withdrawn (record) SELECT record FROM gw.declared WHERE record NOT IN ('tap', 'datalink', 'sia', 'hipslist', 'hats', 'obsportal', 'oidb', 'jsdc', 'spica', 'ivoa', 'scs/obsportal.exposure', 'scs/obsportal.target', 'scs/oidb.granule', 'scs/jsdc.star', 'scs/jsdc.badcal', 'scs/spica.target', 'scs/spica.calprim', 'scs/ivoa.obscore', 'scs/ivoa.obsplan') ON CONFLICT DO NOTHING;
DELETE FROM gw.withdrawn WHERE record IN ('tap', 'datalink', 'sia', 'hipslist', 'hats', 'obsportal', 'oidb', 'jsdc', 'spica', 'ivoa', 'scs/obsportal.exposure', 'scs/obsportal.target', 'scs/oidb.granule', 'scs/jsdc.star', 'scs/jsdc.badcal', 'scs/spica.target', 'scs/spica.calprim', 'scs/ivoa.obscore', 'scs/ivoa.obsplan');
DELETE FROM gw.declared WHERE digest NOT IN ('bf04877b503c367492b96e06b663dc96', '29f44b9543e77b46712f7a48c72bcca1', '4a26c6d5e985db02ce6c11be6400548f', '482d46bf9227abc7d1eabac360e278e4', '522b2196192e5731ca834dd8b724372a', '4bbc0ec13a2b8443782ae364e4366d6c', 'eddc6d7fdc87532900c618a3da1fb3c7', 'f6dabd92404246872fe06446b1143c98', '1b468b0a77275a7627ad9c522085ed8c', '107341a628d842ac8164f72876816c0b', '2a8bac559aa791a87e1fef398f647a62', '3400c98b6fa760966884f8c926cbdda2', 'cb5f1597b3a9c8a560ae16905cd3a8ff', '927221a0a66fe885605459212ed1b1ec', '957d34a088402764aee602ddcc0096d0', '3678d232b1752ccf6f10c17ccd4d016e', '5a0b6662ca44fadc9eee4155f76031f9', '298a245d3129500d8224adeed67c3f0b', '7870fb81130ded9277525af09331d659');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('bf04877b503c367492b96e06b663dc96', 'tap', '2026-12-01T17:57:51Z'),
  ('29f44b9543e77b46712f7a48c72bcca1', 'datalink', '2026-12-01T11:36:02Z'),
  ('4a26c6d5e985db02ce6c11be6400548f', 'sia', '2026-12-01T17:57:51Z'),
  ('482d46bf9227abc7d1eabac360e278e4', 'hipslist', '2026-12-01T15:43:07Z'),
  ('522b2196192e5731ca834dd8b724372a', 'hats', '2026-12-01T19:08:54Z'),
  ('4bbc0ec13a2b8443782ae364e4366d6c', 'obsportal', '2026-12-01T12:12:12Z'),
  ('eddc6d7fdc87532900c618a3da1fb3c7', 'oidb', '2026-12-01T15:48:48Z'),
  ('f6dabd92404246872fe06446b1143c98', 'jsdc', '2026-12-01T12:11:14Z'),
  ('1b468b0a77275a7627ad9c522085ed8c', 'spica', '2026-12-01T12:32:57Z'),
  ('107341a628d842ac8164f72876816c0b', 'ivoa', '2026-12-01T17:57:51Z'),
  ('2a8bac559aa791a87e1fef398f647a62', 'scs/obsportal.exposure', '2026-12-01T12:12:12Z'),
  ('3400c98b6fa760966884f8c926cbdda2', 'scs/obsportal.target', '2026-12-01T11:33:54Z'),
  ('cb5f1597b3a9c8a560ae16905cd3a8ff', 'scs/oidb.granule', '2026-12-01T15:48:48Z'),
  ('927221a0a66fe885605459212ed1b1ec', 'scs/jsdc.star', '2026-12-01T12:11:14Z'),
  ('957d34a088402764aee602ddcc0096d0', 'scs/jsdc.badcal', '2026-12-01T11:33:54Z'),
  ('3678d232b1752ccf6f10c17ccd4d016e', 'scs/spica.target', '2026-12-01T11:33:54Z'),
  ('5a0b6662ca44fadc9eee4155f76031f9', 'scs/spica.calprim', '2026-12-01T11:33:54Z'),
  ('298a245d3129500d8224adeed67c3f0b', 'scs/ivoa.obscore', '2026-12-01T17:57:51Z'),
  ('7870fb81130ded9277525af09331d659', 'scs/ivoa.obsplan', '2026-12-01T17:57:51Z')
ON CONFLICT DO NOTHING;
