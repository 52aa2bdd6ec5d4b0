"""`python -m gateway …`: a module a command."""
