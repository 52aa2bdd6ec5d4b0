"""A private PostgreSQL: found, started, watched and stopped, as root or not, without touching what is the user's."""
