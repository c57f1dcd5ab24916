"""The part of a store that one entry of the log can touch, as a world for the core; and the way back.

The replay's world holds a whole estate in arrays. This one holds the record at hand, its candidates and what they are linked
with, in lists, numbered from 0 in the order loaded. The same core works on both.

The lists are room that is made once and used again for the next entry: what counts is how much of them is in use, and whatever
stands beyond that was left by an earlier entry and is written before it is read.
"""

from idlab.neighbourhood.candidates import look_up
from idlab.neighbourhood.keys import KeyBook
from idlab.neighbourhood.neighbourhood import Neighbourhood
from idlab.neighbourhood.strangers import Strangers

__all__ = ["KeyBook", "Neighbourhood", "Strangers", "look_up"]
