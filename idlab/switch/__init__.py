"""A config switched on a live store: a generation under the other config is filled beside the one that serves, and takes over.

Example:
    >>> from tempfile import TemporaryDirectory
    >>> from idlab import Resolver, ScoringConfig
    >>> from idlab.stores import open_store
    >>> config, other = (ScoringConfig.load(f"configs/{name}.json") for name in ("default", "baseline"))
    >>> with TemporaryDirectory() as folder:
    ...     url = f"sqlite:///{folder}/id.db"
    ...     Resolver(config, open_store(url)).store.close()
    ...     there = Moving(url).to(other)
    ...     Resolver(other, open_store(url)).store.close()
    >>> there.former, there.serving
    (1, 2)
"""

from idlab.switch.agreement import Agreement, Share, agreement
from idlab.switch.difference import Difference, difference
from idlab.switch.filling import AnswersLost, Filling
from idlab.switch.moving import Moving
from idlab.switch.parting import part_for_erasure
from idlab.switch.results import Foreseen, Moved
from idlab.switch.shadow import Shadow, ShadowLog

__all__ = [
    "Agreement",
    "AnswersLost",
    "Difference",
    "Filling",
    "Foreseen",
    "Moved",
    "Moving",
    "Shadow",
    "ShadowLog",
    "Share",
    "agreement",
    "difference",
    "part_for_erasure",
]
