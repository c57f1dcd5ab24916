"""What a store holds about one person, and what was done to it: for whoever asks what is known of them."""

from idlab.subject.finding import customers_with
from idlab.subject.held import held_about
from idlab.subject.page import page_of
from idlab.subject.trail import Trail, trail_of

__all__ = ["Trail", "customers_with", "held_about", "page_of", "trail_of"]
