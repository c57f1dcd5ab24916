"""A config switched on a live store: a generation under the other config is filled beside the one that serves, and takes over."""
