"""How many rows there are where: a HEALPix map as FITS, of which LSDB makes the coverage that cones are cut by."""

from adapters.columnar.cards import header_block, padded
from hub.hats import MAP_ORDER, Tiling


def density_map(tiling: Tiling) -> bytes:
    """Write the map: rows in each cell of order `MAP_ORDER`, nested, all of them (FITS 4.0 section 7.3)."""
    number = len(tiling.density)
    primary = header_block([("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 0), ("EXTEND", True)])
    table = header_block([
        ("XTENSION", "BINTABLE"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", 4), ("NAXIS2", number), ("PCOUNT", 0),
        ("GCOUNT", 1), ("TFIELDS", 1), ("TTYPE1", "VALUE"), ("TFORM1", "J"), ("PIXTYPE", "HEALPIX"),
        ("INDXSCHM", "IMPLICIT"), ("ORDERING", "NESTED"), ("NSIDE", 1 << MAP_ORDER), ("FIRSTPIX", 0),
        ("LASTPIX", number - 1), ("OBJECT", "FULLSKY"), ("COORDSYS", "C"),
    ])  # fmt: skip
    return primary + table + padded(tiling.density.astype(">i4").tobytes())
