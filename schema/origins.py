"""The origins of all sources: what the registry and the VOTables say of each."""

from schema.origin import Origin

JSDC = Origin(
    "JSDC: JMMC Stellar Diameters Catalogue, version 3",
    "JSDC, the JMMC Stellar Diameters Catalogue: angular diameters of 2.5 million stars, limb-darkened and of uniform "
    "disks in ten bands, computed from their photometry, with magnitudes, parallaxes and proper motions, and flags "
    "that say which stars are fit to calibrate optical long-baseline interferometry; and BadCal, stars found unfit",
    ("stellar-radii", "stellar-photometry", "optical-interferometry", "calibration", "catalogs"),
    wavebands=("Optical", "Infrared"),
    wavelengths=(0.39e-6, 13e-6),
    creators=(
        "Bourgès, L.", "Mella, G.", "Lafrasse, S.", "Duvert, G.", "Chelli, A.", "Le Bouquin, J.-B.", "Delfosse, X.",
        "Chesneau, O.",
    ),
    version="3",
    article="2016A&A...589A.112C",
    journal="A&A",
    page="https://www.jmmc.fr/jsdc",
)  # fmt: skip
"""Authors as VizieR II/346 has them, the version before; the article is that of the method."""
OBSPORTAL = Origin(
    "Obs Portal: logs of optical interferometric observations at VLTI and CHARA",
    "The Obs Portal of the JMMC: what was observed with the interferometers VLTI and CHARA, when, with which "
    "instrument, stations and projected baselines, in which conditions and for which programme",
    ("optical-interferometry", "long-baseline-interferometry", "observational-astronomy"),
    wavebands=("Optical", "Infrared"),
    wavelengths=(0.48e-6, 13e-6),
    page="https://obs.jmmc.fr",
    facilities=("VLTI", "CHARA"),
    instruments=("PIONIER", "GRAVITY", "MATISSE", "AMBER", "MIDI", "MIRC-X", "MYSTIC", "SPICA", "VEGA"),
)
OIDB = Origin(
    "OiDB: Optical Interferometry DataBase of the JMMC",
    "OiDB, the Optical Interferometry DataBase: calibrated visibilities, closure phases and spectra of stars as OIFITS "
    "files, from logs (level 0) to published data (level 3), of VLTI, CHARA and other interferometers",
    ("optical-interferometry", "long-baseline-interferometry", "interferometry", "stellar-radii"),
    wavebands=("Optical", "Infrared"),
    wavelengths=(0.48e-6, 13e-6),
    page="https://oidb.jmmc.fr",
    rights="Data belong to their programmes until their release date; each collection names the article to cite. "
    "Please acknowledge the Jean-Marie Mariotti Center (JMMC)",
    facilities=("VLTI", "CHARA"),
    instruments=("PIONIER", "GRAVITY", "MATISSE", "AMBER", "MIDI", "MIRC-X", "MYSTIC", "SPICA", "VEGA"),
)
SPICA = Origin(
    "SPICA-DB: the survey of stellar diameters with CHARA/SPICA",
    "SPICA-DB: targets, programmes, runs and calibrators of the interferometric survey of stars (ISSP) with the "
    "visible instrument SPICA of the CHARA array",
    ("optical-interferometry", "long-baseline-interferometry", "stellar-radii", "surveys"),
    wavebands=("Optical",),
    wavelengths=(0.6e-6, 0.9e-6),
    facilities=("CHARA",),
    instruments=("SPICA",),
)
OBSCORE = Origin(
    "JMMC ObsCore: optical interferometric observations of OiDB, the Obs Portal and SPICA-DB",
    "Optical long-baseline interferometric observations of VLTI and CHARA, logs and data, in the words of ObsCore 1.1 "
    "(ivoa.obscore), and what is planned in those of ObsLocTAP (ivoa.obsplan)",
    ("optical-interferometry", "long-baseline-interferometry", "observational-astronomy"),
    wavebands=("Optical", "Infrared"),
    wavelengths=(0.48e-6, 13e-6),
    facilities=("VLTI", "CHARA"),
    instruments=OIDB.instruments,
)
PUBLISHED = Origin(
    "Tables published by the JMMC",
    "Tables that the Jean-Marie Mariotti Center has published",
    ("optical-interferometry", "catalogs"),
)
"""Of each table, which has a title and a description of its own."""
EVERYTHING = Origin(
    "JMMC: stellar diameters and optical interferometric observations",
    "JSDC, OiDB, the Obs Portal and SPICA-DB: stellar diameters and bad calibrators, optical interferometric data, "
    "logs of VLTI and CHARA, the survey of CHARA/SPICA",
    ("optical-interferometry", "stellar-radii", "calibration", "catalogs"),
    wavebands=("Optical", "Infrared"),
    facilities=("VLTI", "CHARA"),
)
"""Of the services that have all of it."""
