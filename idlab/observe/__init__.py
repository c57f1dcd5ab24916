"""What a resolver does in production, seen from outside: logs in lines of JSON, and metrics for Prometheus.

Nothing here ever holds an identifier of a person: lines name interactions, customers, links and review items by their ids,
and of an exception that is not idlab's own no more than its class.
"""

from idlab.observe.correlation import carried, correlated, correlation
from idlab.observe.lines import JsonLines
from idlab.observe.logs import Logs, logs_to
from idlab.observe.observed import Observed
from idlab.observe.sink import Origin, Sink

__all__ = [
    "JsonLines",
    "Logs",
    "Observed",
    "Origin",
    "Sink",
    "carried",
    "correlated",
    "correlation",
    "logs_to",
]
