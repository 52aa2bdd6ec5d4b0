"""Identification: which star of JSDC each target of each database is, by its place, epoch and name."""
