"""How the centre publishes: a VOTable in, a table of the hub out, declared as all others."""
