-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE TABLE IF NOT EXISTS gw.declared (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE gw.declared ADD COLUMN IF NOT EXISTS record text;
UPDATE gw.declared SET record = 'scs/' || record WHERE record LIKE '%.%' AND record NOT LIKE 'scs/%';
CREATE TABLE IF NOT EXISTS gw.withdrawn (record text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
INSERT INTO gw.withdrawn (record) SELECT record FROM gw.declared WHERE record NOT IN ('tap', 'datalink', 'sia', 'obsportal', 'oidb', 'jsdc', 'spica', 'ivoa', 'scs/obsportal.exposure', 'scs/obsportal.target', 'scs/oidb.granule', 'scs/jsdc.star', 'scs/jsdc.badcal', 'scs/spica.target', 'scs/spica.calprim', 'scs/ivoa.obscore', 'scs/ivoa.obsplan') ON CONFLICT DO NOTHING;
DELETE FROM gw.withdrawn WHERE record IN ('tap', 'datalink', 'sia', 'obsportal', 'oidb', 'jsdc', 'spica', 'ivoa', 'scs/obsportal.exposure', 'scs/obsportal.target', 'scs/oidb.granule', 'scs/jsdc.star', 'scs/jsdc.badcal', 'scs/spica.target', 'scs/spica.calprim', 'scs/ivoa.obscore', 'scs/ivoa.obsplan');
DELETE FROM gw.declared WHERE digest NOT IN ('b119a7849df22d348e56e5f298d020e1', '29f44b9543e77b46712f7a48c72bcca1', '87cc8d709f68938be553003228b0689f', '95ea6254af998858114f52b3b7232634', 'd21a0bf43ff2e0f8b0629750b74e2697', 'f6dabd92404246872fe06446b1143c98', '9b92c94a29a5d75eba76a36fb6b0a71e', '6cd0dac181f7787e02547663f205e93f', '2c3db13fd146ba29a6ddc30ee5456639', '3400c98b6fa760966884f8c926cbdda2', '8831c3ffb6b1d19cb2ebf3964400d504', '927221a0a66fe885605459212ed1b1ec', '957d34a088402764aee602ddcc0096d0', '3678d232b1752ccf6f10c17ccd4d016e', '5a0b6662ca44fadc9eee4155f76031f9', '62f4d915fe5fa1db264fd037356c38ce', '81e875111c3dec91939fe9e9af6e6353');
INSERT INTO gw.declared (digest, record, since) VALUES
  ('b119a7849df22d348e56e5f298d020e1', 'tap', '2026-12-01T12:11:14Z'),
  ('29f44b9543e77b46712f7a48c72bcca1', 'datalink', '2026-12-01T11:36:02Z'),
  ('87cc8d709f68938be553003228b0689f', 'sia', '2026-12-01T11:36:02Z'),
  ('95ea6254af998858114f52b3b7232634', 'obsportal', '2026-12-01T11:33:54Z'),
  ('d21a0bf43ff2e0f8b0629750b74e2697', 'oidb', '2026-12-01T11:33:54Z'),
  ('f6dabd92404246872fe06446b1143c98', 'jsdc', '2026-12-01T12:11:14Z'),
  ('9b92c94a29a5d75eba76a36fb6b0a71e', 'spica', '2026-12-01T11:33:54Z'),
  ('6cd0dac181f7787e02547663f205e93f', 'ivoa', '2026-12-01T11:33:54Z'),
  ('2c3db13fd146ba29a6ddc30ee5456639', 'scs/obsportal.exposure', '2026-12-01T11:33:54Z'),
  ('3400c98b6fa760966884f8c926cbdda2', 'scs/obsportal.target', '2026-12-01T11:33:54Z'),
  ('8831c3ffb6b1d19cb2ebf3964400d504', 'scs/oidb.granule', '2026-12-01T11:33:54Z'),
  ('927221a0a66fe885605459212ed1b1ec', 'scs/jsdc.star', '2026-12-01T12:11:14Z'),
  ('957d34a088402764aee602ddcc0096d0', 'scs/jsdc.badcal', '2026-12-01T11:33:54Z'),
  ('3678d232b1752ccf6f10c17ccd4d016e', 'scs/spica.target', '2026-12-01T11:33:54Z'),
  ('5a0b6662ca44fadc9eee4155f76031f9', 'scs/spica.calprim', '2026-12-01T11:33:54Z'),
  ('62f4d915fe5fa1db264fd037356c38ce', 'scs/ivoa.obscore', '2026-12-01T11:33:54Z'),
  ('81e875111c3dec91939fe9e9af6e6353', 'scs/ivoa.obsplan', '2026-12-01T11:33:54Z')
ON CONFLICT DO NOTHING;
