"""A star's page, typed by the package that `make clients` generates of `clients/operations.graphql`."""

import asyncio
import math

from jmmc_gateway_client import Gateway
from jmmc_gateway_client.uv import uv

BAND_H = 1.65e-6


async def show() -> None:
    """Print a star and whether its baselines are where the gateway says."""
    async with Gateway("http://127.0.0.1:8000/graphql") as gateway:
        star = (await gateway.star("HD 48329")).star
        if star is None:
            return
        print(star.name, star.ldd.value, star.ldd.unit)
        for exposure in star.exposures.nodes if star.exposures else []:
            for baseline in exposure.projected_baselines or []:
                length, angle, points = baseline.length.start, baseline.angle.start, baseline.uv
                if length is not None and angle is not None and points and points.start:
                    print(exposure.exp_id, math.dist(uv(length, angle, BAND_H), (points.start.u, points.start.v)) < 1)
        found = (await gateway.search("alf cen")).search
        print("found", *(match.label for match in found.nodes[:1]) if found else ())


asyncio.run(show())
