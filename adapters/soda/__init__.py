"""SODA 1.0: parts of OIFITS files."""
