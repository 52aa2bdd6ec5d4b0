"""Where the interferometers are, as far as it decides when their nights begin."""

from collections.abc import Mapping

LONGITUDES: Mapping[str, float] = {"VLTI": -70.4048, "CHARA": -118.0570}
"""East longitude, degrees, by the name that the Obs Portal has for the interferometer (ASPRO2's configuration)."""
