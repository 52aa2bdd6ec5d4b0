"""OIFITS, the exchange format of optical interferometry: read, indexed and cut as plain binary tables, by bytes."""
