"""How the Virtual Observatory speaks: parameters in, VOTable out."""
