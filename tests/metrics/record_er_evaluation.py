"""Writes ``er_evaluation.json``: what er-evaluation says of random partitions.

er-evaluation 2.3.0 needs pandas < 3 and brings igraph, plotly and requests along, so it is no dependency. Run
this by hand in an environment that has it: ``python tests/metrics/record_er_evaluation.py``.
"""

from __future__ import annotations

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path

WORLDS = 40


def partition(chance: random.Random) -> tuple[list[int], list[int]]:
    """Persons with heavy-tailed numbers of interactions, and a prediction that splits and mixes them."""
    persons = chance.randint(1, 9)
    truth = [chance.choices(range(persons), [1 / (k + 1) for k in range(persons)])[0] for _ in range(30)]
    predicted = [who if chance.random() < 0.7 else chance.randint(0, persons + 2) for who in truth]
    return truth, predicted


def main() -> None:
    """Record what the library says."""
    import er_evaluation.error_analysis as errors
    import pandas as pd
    from er_evaluation import metrics

    warnings.simplefilter("ignore")
    names = (
        "pairwise_precision",
        "pairwise_recall",
        "pairwise_f",
        "b_cubed_precision",
        "b_cubed_recall",
        "cluster_precision",
        "cluster_recall",
    )
    worlds = []
    for seed in range(WORLDS):
        truth, predicted = partition(random.Random(seed))
        sides = pd.Series(predicted), pd.Series(truth)
        scores = {name: float(getattr(metrics, name)(*sides)) for name in names}
        for name in ("expected_extra", "expected_missing"):
            scores[name] = getattr(errors, name)(*sides).sort_index().tolist()
        worlds.append({"truth": truth, "predicted": predicted, "scores": scores})
    document = {"er_evaluation": version("er-evaluation"), "worlds": worlds}
    Path(__file__).with_name("er_evaluation.json").write_text(json.dumps(document) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
