"""Domain packs and the lexicon: data, and the reader that loads it."""

from backwright.packs.data import Data, load, read, section, words

__all__ = ["Data", "load", "read", "section", "words"]
