"""A private PostgreSQL server: found, started and stopped, as root or not, touching nothing that is the user's."""
