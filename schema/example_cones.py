"""Cones in which tables have rows in the sample and in reality: right ascension, declination, radius; ICRS degrees."""

FOMALHAUT = (344.4127, -29.6222, 1.0)
"""A star of JSDC that VLTI has often observed."""
VEGA = (279.2347, 38.7837, 30.0)
"""A fifteenth of the sky, all of it within reach of CHARA, for tables of a few hundred rows."""
