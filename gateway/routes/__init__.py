"""Doors: a module each, request in, response out."""
