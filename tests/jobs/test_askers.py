"""Who a job is done for is kept with it, and is whoever started it, with the rights that they had then."""

from dataclasses import replace

import pytest
from places import Place

from planning.asker import NOBODY, Asker, asked_by
from planning.errors import NotFound, Unauthenticated

CAROL = Asker("carol", frozenset({"CAROL"}), frozenset({("PI X", "spica")}), frozenset({"spica"}), writes=False)


async def test_rights_are_those_of_when_it_is_started(place: Place) -> None:
    with asked_by(CAROL):
        job = await place.pending("short")
        assert (await place.service.get(job.id)).asker == CAROL
    with pytest.raises(Unauthenticated):
        await place.service.start(await place.service.get(job.id))
    later = replace(CAROL, aliases=frozenset(), delegations=frozenset())
    with asked_by(later):
        await place.service.start(await place.service.get(job.id))
        await place.work.reached(place.work.ended, job)
        assert (await place.service.get(job.id)).asker == later
        await place.service.destroy(job.id)


async def test_a_job_of_nobody_is_anybody_s(place: Place) -> None:
    job = await place.pending("short")
    with asked_by(CAROL):
        assert (await place.service.get(job.id)).asker == NOBODY
        await place.service.start(job)
        await place.work.reached(place.work.ended, job)
        assert (await place.service.get(job.id)).asker == NOBODY
        await place.service.destroy(job.id)


async def test_who_another_is_destroys_nothing(place: Place) -> None:
    with asked_by(CAROL):
        job = await place.pending("short")
    for person, refusal in ((NOBODY, Unauthenticated), (replace(CAROL, login="dave"), NotFound)):
        with asked_by(person), pytest.raises(refusal):
            await place.service.destroy(job.id)
    await place.service.discard(job.id)
    with asked_by(CAROL), pytest.raises(NotFound):
        await place.service.get(job.id)
