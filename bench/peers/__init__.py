"""How others do the work of `bench.cold_start`."""
