"""What the page of a star tells search engines: JSON-LD in the words of schema.org."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from markupsafe import Markup

from adapters.page.quantities import Values

SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""Signs that end a script, or mean something in HTML."""


def linked_data(name: str, found: Values, alternates: Sequence[tuple[str, str, str]]) -> Markup:
    """A data set about a star, as a script that no browser runs.

    Parameters
    ----------
    name
        Of the star.
    found
        `object` of the answer.
    alternates
        The title, the media type and the address of each file of it.
    """
    star = found.get("star")
    about: dict[str, Any] = {"@type": "Thing", "name": name}
    if star:
        about["identifier"] = [one["identifier"] for one in (star["identifiers"] or {}).get("nodes", ())]
        about["additionalProperty"] = list(_properties(star))
    document = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{name}: optical interferometry",
        "description": f"Observations, data, diameter and survey status of {name} in the databases of JMMC",
        "creator": {"@type": "Organization", "name": "Jean-Marie Mariotti Center", "url": "https://www.jmmc.fr"},
        "about": about,
        "distribution": [
            {"@type": "DataDownload", "name": title, "encodingFormat": media, "contentUrl": address}
            for title, media, address in alternates
        ],
    }
    text = orjson.dumps(document).decode()
    for sign, escaped in SCRIPT.items():
        text = text.replace(sign, escaped)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 - escaped above


def _properties(star: Values) -> list[Mapping[str, Any]]:
    values = {
        "right ascension (ICRS, J2000)": (star["ra"], "deg"), "declination (ICRS, J2000)": (star["dec"], "deg"),
        "limb-darkened diameter": (star["ldd"]["value"], "mas"), "parallax": (star["plx"]["value"], "mas"),
    }  # fmt: skip
    return [
        {"@type": "PropertyValue", "name": name, "value": value, "unitText": unit}
        for name, (value, unit) in values.items()
        if value is not None
    ]
