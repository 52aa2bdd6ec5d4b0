"""Tables for those who read columns: FITS, Parquet, Arrow, and JSON, from the same COPY as a VOTable."""
