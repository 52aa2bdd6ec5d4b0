"""A night of SPICA for ASPRO2: as a VOTable with the UCDs that it looks for, and as its own file."""
