"""Coverage as the Virtual Observatory writes it: MOC 2.0 (REC-MOC-2.0, IVOA 2022)."""
