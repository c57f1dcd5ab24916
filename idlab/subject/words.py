"""The words of a decision, as somebody reads them who knows nothing of the resolver."""

from __future__ import annotations

OUTCOMES = {
    "MERGE": "taken to be of a customer who was known",
    "PENDING": "may be of a customer who was known; asked about, not united",
    "REVIEW": "left to a reviewer, not united",
    "NEW": "taken to be of a customer who was not known",
    "ERASED": "erased",
}
"""What each outcome says about an interaction."""

REASONS = {
    "NO_CANDIDATE": "nobody known had any of the identifiers",
    "BELOW_BAND": "whoever was known agreed too little",
    "STRONG_MATCH": "somebody known agreed strongly",
    "IN_BAND": "somebody known agreed, but not strongly enough",
    "RIVALS": "several who were known agreed about as strongly",
    "FLAGGED": "the one who agreed has had too many different names",
    "NAME_TOO_MANY": "it would have given the one who agreed one name too many",
    "OLDEST": "of several who agreed the oldest was taken",
    "BRIDGED": "it showed that several who were known are one",
    "AMBIGUOUS": "another one who agreed is itself still asked about, and was left out",
    "CONTRADICTION": "another one who agreed contradicted the first, and was left out",
    "CANNOT_LINK": "it was said before that another one who agreed is somebody else",
    "TOO_MANY_NAMES": "together they would have had too many different names",
    "JOINED": "it was put with others that are asked about for the same reason",
    "LINKED": "others who agreed less are asked about",
    "LINKS_CUT": "more agreed than are asked about",
    "HUB": "one of the identifiers leads to so many that it was not used",
    "SHARED": "one of the identifiers is known to be used by several people",
    "NOW_FLAGGED": "with it, the customer has had too many different names",
}
"""What each reason of a decision says."""

ELSEWHERE = (
    "datasets that the store was filled from or that were exported from it: idlab erase --dataset finds customers there too",
    "results of runs over such datasets (decisions, identities, pending links, reviews) and files of labels",
    "former generations of this store, kept after its config was switched",
    "backups of the database, and the servers' own write-ahead logs and replicas until they are written over",
    "logs of the programs that called the resolver, as far as these write identifiers; idlab itself writes none",
    "the systems that the interactions came from",
)
"""Where data of the same person may lie outside of the store; nothing of that was looked through."""
