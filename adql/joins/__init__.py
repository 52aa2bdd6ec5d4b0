"""Joins across databases: what a FROM joins, and rows left out before they are fetched."""
