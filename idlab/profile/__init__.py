"""What a dataset looks like, in numbers that name nobody: to compare worlds, and to make one like it."""

from idlab.profile.distance import Difference, differences, distance
from idlab.profile.profile import Profile, Statistic
from idlab.profile.profiling import profile_of

__all__ = ["Difference", "Profile", "Statistic", "differences", "distance", "profile_of"]
