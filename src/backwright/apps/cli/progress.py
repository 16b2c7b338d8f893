"""Progress of long work, a line each; on a terminal the line of what runs now is replaced by its outcome."""

from __future__ import annotations

import sys
from typing import TextIO, assert_never

from backwright.chain.events import Event, GateFinished, PhaseStarted, Said

__all__ = ["Progress"]


class Progress:
    """Listens to the chain and writes to `stream`."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._open = False

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(label):
                self._line(f"  … {label}", stays=not self._live)
            case GateFinished(result):
                mark = {"passed": "ok  ", "failed": "FAIL", "not_run": "--  "}[result.status]
                self._line(
                    f"  {mark} {result.name:<9} {result.count:>6} {result.unit}  {result.seconds:.1f} s", stays=True
                )
            case Said(text):
                self._line(f"  {text}", stays=True)
            case _:
                assert_never(event)

    def _line(self, text: str, *, stays: bool) -> None:
        if self._open:
            self._stream.write("\r\x1b[2K")
        self._stream.write(text + ("\n" if stays else ""))
        self._stream.flush()
        self._open = not stays
