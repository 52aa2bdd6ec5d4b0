"""In which order workers take files of tests: what takes long first, so that none has it left when the others have done."""

from pathlib import PurePath

from xdist.scheduler.loadfile import LoadFileScheduling

SECONDS = {
    # Of those that count seconds:
    "test_walk_as_deployed.py": 150, "test_job_faults.py": 100, "test_standby.py": 75, "test_cancellation.py": 75,
    "test_stalls.py": 50, "test_failures.py": 50, "test_sockets.py": 45, "test_deadlines.py": 40, "test_versions.py": 40,
    "test_subscriptions.py": 35, "test_partition.py": 30, "test_kill.py": 30, "test_half_broken.py": 30, "test_hostile.py": 30,
    "test_front.py": 30, "test_flapping.py": 25, "test_etag_walk.py": 25, "test_added_rows.py": 20, "test_canary.py": 20,
    "test_weight.py": 15, "test_changes_told.py": 15,
    # Of the others:
    "test_browse.py": 40, "test_home.py": 35, "test_spica.py": 35, "test_star.py": 25, "test_sky.py": 20, "test_compare.py": 15,
    "test_speed.py": 15, "test_samp.py": 15, "test_paging.py": 30, "test_commands.py": 28, "test_predicates.py": 25, "test_docs.py": 22, "test_aggregate.py": 20,
    "test_differential.py": 20, "test_votable_fields.py": 19, "test_paging_federated.py": 18, "test_xmatch.py": 17,
    "test_equivalence.py": 16, "test_where.py": 15, "test_stilts_tap.py": 15, "test_cluster.py": 15, "test_poolers.py": 14,
    "test_every_page.py": 14, "test_distribution.py": 12, "test_binaries.py": 12, "test_union.py": 11, "test_xmatch_sides.py": 10,
    "test_function_arguments.py": 10, "test_node_packages.py": 10, "test_node_recipes.py": 10,
    "test_postmaster.py": 10, "test_server.py": 10, "test_setup.py": 10, "test_text_order.py": 9,
    "test_starting.py": 8, "test_node_caches.py": 8, "test_polygon_pairs.py": 8, "test_joins.py": 8, "test_publish.py": 8,
    "test_stilts.py": 8, "test_size.py": 8, "test_full.py": 8,
}  # fmt: skip
"""About what a file takes of a worker, of those that take long; by name."""


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]  # it is untyped
    """Files one by one, as `--dist loadfile`, but in order of what they take, not of how many tests they have."""

    def _assign_work_unit(self, node: object) -> None:
        longest = max(self.workqueue, key=lambda file: SECONDS.get(PurePath(file).name, 0))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)
