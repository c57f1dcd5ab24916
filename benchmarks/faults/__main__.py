"""Whether a store loses, doubles or half applies anything while everything around it breaks.

Workers, each a process, are handed every interaction of a log twice and out of order. Meanwhile they are killed, their
connections are cut, the server is restarted, the disk is full, or the service throttles, refuses and loses answers: whatever can
break around a store of that kind. What fails is sent again. In breaks between rounds, people's actions are carried out. At the
end the store must hold exactly what a replay makes of its log, in the order of the numbers that it drew, and pass every check.

    python -m benchmarks.faults --store sqlite:///id.db
    python -m benchmarks.faults --store postgresql://... --restart "pg_ctl -D DATA -m immediate -w restart"
    python -m benchmarks.faults --store "dynamodb://table?endpoint=http://127.0.0.1:5000" --workers 1

The store must be empty. Leaves with 1 if anything was lost, doubled, half applied or decided otherwise. Moto's server loses
writes of several writers at once: give it one worker.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

from rich.console import Console

from benchmarks.faults.outside import by_command, faults_of
from benchmarks.faults.run import Plan, run
from idlab.errors import IdlabError

DEFAULT_CONFIG = Path(__file__).resolve().parents[2] / "configs" / "default.json"


def main() -> int:
    """Run, print the table or one JSON object, and say whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True, metavar="URL", help="an empty store")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--interactions", type=int, default=3_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--faults", type=int, default=10, help="of each kind from outside, in each round")
    parser.add_argument(
        "--share", type=float, default=0.02, help="of entries or requests that meet a fault within"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--restart", metavar="COMMAND", help="restarts the server at once, and returns when it is up"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    plan = Plan(
        url=options.store,
        config=options.config,
        seed=options.seed,
        interactions=options.interactions,
        workers=options.workers,
        rounds=options.rounds,
        faults=options.faults,
        share=options.share,
    )
    outside = faults_of(options.store, by_command(options.restart) if options.restart else None)
    try:
        report = run(plan, outside, Random(options.seed), lambda text: print(text, file=sys.stderr))  # noqa: S311
    except IdlabError as failure:
        print(failure, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(report.document()))
    else:
        Console().print(report.table())
    return 0 if report.verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
