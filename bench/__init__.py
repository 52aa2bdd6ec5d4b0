"""Side-by-side benchmarks: the gateway and its peers, asked the same in the same run. `make bench`."""
