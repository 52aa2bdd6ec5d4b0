"""Draft a published table from the heading of its VOTable: names, columns, position, quantities."""
