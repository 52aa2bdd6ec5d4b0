"""A private PostgreSQL: found, started, watched and stopped, as root or not, without touching anything of the user's."""
