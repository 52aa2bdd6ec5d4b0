-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
GRANT USAGE ON SCHEMA obsportal, oidb, jsdc, spica, identity, gw TO gateway;
GRANT SELECT ON ALL TABLES IN SCHEMA obsportal, oidb, jsdc, spica, identity, gw TO gateway;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gw TO gateway;
