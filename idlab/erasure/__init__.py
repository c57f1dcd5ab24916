"""Erasure: of customers by their ids, of old ones by the time of their last contact, with what proves it."""

from idlab.erasure.certificate import Certificate
from idlab.erasure.erasing import erase, finish, interactions_of
from idlab.erasure.foreseen import Foreseen, foresee
from idlab.erasure.former import erase_in_generations
from idlab.erasure.purging import purge

__all__ = [
    "Certificate",
    "Foreseen",
    "erase",
    "erase_in_generations",
    "finish",
    "foresee",
    "interactions_of",
    "purge",
]
