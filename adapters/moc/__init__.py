"""Coverage maps of tables: MOC 2.0 (REC-MOC-2.0, IVOA 2022)."""
