"""What a file has of one target with one instrument in one night."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Granule:
    """What a file has of one target, with one INSNAME, in one night; None for what the file does not say.

    Times are MJD in UTC days, wavelengths and lengths metres, places degrees.
    """

    target_name: str
    category: str
    """SCI or CAL (OIFITS 2), "" where the file does not say."""
    s_ra: float | None
    s_dec: float | None
    facility_name: str
    instrument_name: str
    arrname: str
    insname: str
    night: int
    """MJD of the evening, by the longitude of the array."""
    t_min: float
    t_max: float
    """From the beginning of the first exposure to the end of the last."""
    middle_min: float
    middle_max: float
    """The middles of these, which is what OiDB calls t_min and t_max."""
    t_exptime: float | None
    """Length of the union of all exposures with good points, s; None where INT_TIME is 0 or overlong."""
    em_min: float | None
    em_max: float | None
    """With half the bands of the first and the last channel."""
    em_res_power: float | None
    """Mean of EFF_WAVE / EFF_BAND; EFF_BAND of GRAVITY is that of a channel, a third of a resolution element."""
    nb_channels: int
    nb_vis: int
    nb_vis2: int
    nb_t3: int
    nb_flux: int
    n_points: int
    n_good: int
    """Points that are not flagged, of all kinds."""
    uv_distance_min: float | None
    uv_distance_max: float | None
    """Of projected baselines with good points, m."""
    uv_distribution_ecc: float | None
    """Eccentricity of these in the uv plane, by `oifits.uv_plane`."""
    uv_distribution_fill: float | None
    """Their different points for each of its 1000 × 1000 cells."""
    stations: tuple[str, ...]
    calib_level: int | None


@dataclass(frozen=True, slots=True)
class FileIndex:
    """What is in a file, and what in it is not plausible, a sentence each."""

    granules: tuple[Granule, ...]
    problems: tuple[str, ...]
