"""In which order workers take files of tests: what takes long first, so that none has it left when the others have done."""

from pathlib import PurePath

from xdist.scheduler.loadfile import LoadFileScheduling

SECONDS = {
    # Of those that count seconds:
    "test_outage.py": 80, "test_subscriptions.py": 70, "test_walk_as_deployed.py": 70, "test_etag_walk.py": 60,
    "test_cancellation.py": 50, "test_job_faults.py": 50, "test_changes_told.py": 48, "test_versions.py": 45,
    "test_deadlines.py": 39, "test_standby.py": 34, "test_failures.py": 33, "test_added_rows.py": 29,
    "test_weight.py": 25, "test_hostile.py": 22, "test_speed.py": 22, "test_half_broken.py": 21,
    "test_partition.py": 20, "test_incremental_http.py": 20, "test_stalls.py": 20, "test_poolers.py": 18,
    "test_kill.py": 16, "test_canary.py": 14, "test_sockets.py": 13, "test_front.py": 12, "test_flapping.py": 12,
    # Of the others:
    "test_every_page.py": 80, "test_paging.py": 80, "test_predicates.py": 78, "test_spica.py": 76,
    "test_commands.py": 76, "test_docs.py": 73, "test_cluster.py": 73, "test_oidb_rest.py": 60, "test_browse.py": 59,
    "test_union.py": 58, "test_distribution.py": 56, "test_home.py": 52, "test_paging_federated.py": 51,
    "test_votable_fields.py": 50, "test_node_packages.py": 49, "test_cone.py": 48, "test_aggregate.py": 47,
    "test_function_arguments.py": 46, "test_who_sees_what.py": 44, "test_stilts_links.py": 42, "test_binaries.py": 38,
    "test_stilts_tap.py": 36, "test_xmatch_sides.py": 35, "test_node_streams.py": 35, "test_stilts.py": 34,
    "test_text_order.py": 33, "test_xmatch.py": 32, "test_patience.py": 30, "test_equivalence.py": 30,
    "test_tap_sync.py": 28, "test_kept_bodies.py": 26, "test_figures.py": 26, "test_extents.py": 26,
    "test_cacheable.py": 25, "test_publish.py": 23, "test_truth.py": 23, "test_astronomers.py": 23, "test_sky.py": 21,
    "test_fuzz.py": 21, "test_samp.py": 20, "test_star_names.py": 19, "test_graphql_http.py": 19,
    "test_embargo.py": 19, "test_stilts_moc.py": 19, "test_differential.py": 18, "test_spica_night.py": 18,
}  # fmt: skip
"""What a file takes of a worker beside three others, of those that take long; by name, as measured in a run of CI on 2026-12-01."""


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]  # it is untyped
    """Files one by one, as `--dist loadfile`, but in order of what they take, not of how many tests they have."""

    def _assign_work_unit(self, node: object) -> None:
        longest = max(self.workqueue, key=lambda file: SECONDS.get(PurePath(file).name, 0))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)
