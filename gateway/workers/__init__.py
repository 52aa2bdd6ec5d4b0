"""Several processes at one port: `python -m gateway serve --workers N`."""
