"""What is asked of the visibility of a place, what of it is wrong, and which arrays it means."""

from collections.abc import Mapping
from dataclasses import dataclass

from planning.errors import BadInput
from schema.catalog import suggestion
from sky.chara import CHARA, FEWEST, FIXED_POPS, SAFE, TELESCOPES, spica_array
from sky.chara import CONFIGURATION as CHARA_VERSION
from sky.interferometer import Array
from sky.night import DARK, EPOCH, FIRST, LAST, TWILIGHTS
from sky.vlti import CONFIGURATION as VLTI_VERSION
from sky.vlti import QUADRUPLETS, VLTI, vlti_array

LOWEST = 30.0
"""Lowest elevation, degrees, where none is said: as in ASPRO2's samples."""
HIGHEST_LOWEST = SAFE
"""What the lowest elevation must be below, degrees: above it CHARA's telescopes should not point."""
LONGEST = 400.0
"""Days that are looked at for one request."""
EARLIEST, LATEST = (float(day.toordinal() - EPOCH) for day in (FIRST, LAST))
"""MJD between which the ephemerides hold."""
INSTRUMENTS: Mapping[str, str] = {
    "SPICA": CHARA.name, "MIRC-X": CHARA.name, "MYSTIC": CHARA.name,
    "GRAVITY": VLTI.name, "MATISSE": VLTI.name, "PIONIER": VLTI.name,
}  # fmt: skip
"""Instruments and their interferometer: those of one have the same sets of stations on the same channels."""
INTERFEROMETERS = {VLTI.name: VLTI_VERSION, CHARA.name: CHARA_VERSION}
"""By name, ASPRO2's version of what is known of each."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Some telescopes of an interferometer, and the Pipes of Pan by their places in `Beam.pops`."""

    array: Array
    pops: tuple[int, ...] | None = None
    """None for the best of each night, or for an interferometer that has none."""

    @property
    def fixed(self) -> Mapping[str, int]:
        """Pipes of Pan that are not chosen, by station."""
        return {station: pop - 1 for station, pop in FIXED_POPS.items()} if self.array.site is CHARA else {}


@dataclass(frozen=True, slots=True)
class VisibilityRequest:
    """What is asked of a place; what is empty leaves the choice to the gateway.

    Parameters
    ----------
    ra, dec
        The place at epoch J2000, ICRS degrees.
    start, end
        Range of time, MJD in UTC.
    interferometer
        VLTI or CHARA; "" for both.
    instrument
        One of `INSTRUMENTS`; "" for any.
    stations
        Telescopes of CHARA, the four stations of a quadruplet of VLTI, or its name; () for CHARA's six and all
        quadruplets.
    pops
        Digits from 1 to 5, a Pipe of Pan for each telescope of CHARA in the order of the beams; "" for the best.
    lowest
        Lowest elevation, degrees.
    twilight
        Name of the twilight, of `TWILIGHTS`, between whose ends a night may be used.
    seconds
        Shortest time that is worth a row.
    soft
        Whether times are listed that soft limits speak against.
    motion
        Proper motion, mas/yr, that in right ascension times the cosine of the declination.
    """

    ra: float
    dec: float
    start: float
    end: float
    interferometer: str = ""
    instrument: str = ""
    stations: tuple[str, ...] = ()
    pops: str = ""
    lowest: float = LOWEST
    twilight: str = DARK
    seconds: float = 0.0
    soft: bool = False
    motion: tuple[float, float] = (0.0, 0.0)

    def check(self) -> None:
        """Raise `BadInput` for what is no place, time, interferometer, station, Pipe of Pan, elevation or twilight."""
        if not (0 <= self.ra <= 360 and -90 <= self.dec <= 90):
            message = f"The place is {self.ra:g},{self.dec:g}: ICRS degrees from 0 to 360 and from -90 to 90 are wanted"
            raise BadInput(message)
        if not EARLIEST <= self.start < self.end <= LATEST:
            message = (
                f"The time is from MJD {self.start:.10g} to {self.end:.10g}: the begin is before the end, and both are "
                f"from {EARLIEST:.0f} to {LATEST:.0f}, {FIRST} to {LAST}"
            )
            raise BadInput(message)
        _require_known("interferometer", self.interferometer, [*INTERFEROMETERS])
        _require_known("instrument", self.instrument, [*INSTRUMENTS])
        _require_known("twilight", self.twilight, [*TWILIGHTS])
        if not 0 <= self.lowest < HIGHEST_LOWEST:
            message = (
                f"The lowest elevation is {self.lowest:g}: degrees from 0 to less than {HIGHEST_LOWEST:g} are wanted"
            )
            raise BadInput(message)
        if not self.seconds >= 0:
            message = f"The shortest time is {self.seconds:g}: seconds from 0 on are wanted"
            raise BadInput(message)
        if self.pops and self._name != CHARA.name:
            message = "Pipes of Pan are given, which CHARA alone has: name its stations or the interferometer too"
            raise BadInput(message)
        self.setups()

    @property
    def _name(self) -> str:
        """The interferometer that is meant, be it by its instrument or stations; "" for both."""
        told = {self.interferometer, INSTRUMENTS.get(self.instrument, ""), self._of_stations()} - {""}
        if len(told) > 1:
            message = f"Interferometer, instrument and stations are of {' and of '.join(sorted(told))}: one is wanted"
            raise BadInput(message)
        return next(iter(told), "")

    def _of_stations(self) -> str:
        if not self.stations:
            return ""
        if set(self.stations) <= set(TELESCOPES):
            return CHARA.name
        if self._quadruplet():
            return VLTI.name
        known = [*TELESCOPES, *QUADRUPLETS, *dict.fromkeys(name for four in QUADRUPLETS.values() for name in four)]
        for name in self.stations:
            _require_known("station", name, known)
        four = "; ".join(" ".join(stations) for stations in QUADRUPLETS.values())
        message = (
            f"The stations are {' '.join(self.stations)[:60]}: {FEWEST} to 6 of CHARA are wanted, or one of {four}"
        )
        raise BadInput(message)

    def _quadruplet(self) -> str:
        """The quadruplet that the stations are, or name; "" for none."""
        for name, stations in QUADRUPLETS.items():
            if sorted(stations) == sorted(self.stations) or self.stations == (name,):
                return name
        return ""

    def setups(self) -> tuple[Setup, ...]:
        """The telescopes that are meant; raises `BadInput` where there are none."""
        name, setups = self._name, []
        if name != CHARA.name:
            named = self._quadruplet()
            setups += [Setup(vlti_array(one, self.lowest)) for one in ([named] if named else QUADRUPLETS)]
        if name != VLTI.name:
            setups.append(self._chara())
        return tuple(setups)

    def _chara(self) -> Setup:
        stations = self.stations or tuple(TELESCOPES)
        if not FEWEST <= len(set(stations)) == len(stations):
            message = f"There are {len(stations)} telescopes of CHARA: {FEWEST} to 6 different ones are wanted"
            raise BadInput(message)
        array = spica_array(stations, self.lowest)
        if not self.pops:
            return Setup(array)
        if len(self.pops) != len(stations) or not set(self.pops) <= set("12345"):
            order = " ".join(beam.station for beam in array.beams)
            message = f"The Pipes of Pan are {self.pops[:20]!r}: a digit from 1 to 5 for each of {order} is wanted"
            raise BadInput(message)
        return Setup(array, tuple(int(digit) - 1 for digit in self.pops))


def _require_known(what: str, name: str, known: list[str]) -> None:
    """Raise `BadInput` for a name that is given and not known."""
    if name and name not in known:
        message = f"The {what} is {name[:40]!r}{suggestion(name[:40], known)}"
        raise BadInput(message)
