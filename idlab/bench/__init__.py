"""How fast idlab is, beside its peers: everything measured in one run, on one frozen workload."""
