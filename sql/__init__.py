"""Texts of SQL: `fdw/` and `hub/` for the hub, `sources/` for the databases of the sample; named queries."""
