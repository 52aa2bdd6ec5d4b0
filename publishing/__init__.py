"""Publishing: tables of the centre in the hub's schema `published`, declared in TAP_SCHEMA and as all others."""
