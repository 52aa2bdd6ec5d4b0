"""Column-oriented formats, FITS, Parquet and Arrow, and JSON, written from the same COPY as a VOTable."""
