"""TAP 1.1: parameters in, the rows of an ADQL query out, whether somebody waits for them or not."""
