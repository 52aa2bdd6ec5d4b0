"""Declarations of all sources, tables, columns and links, each said once, and what is derived from them."""
