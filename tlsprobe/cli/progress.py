"""How far a long run has come: on stderr, and only where somebody waits at a terminal for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tlsprobe.cli.console import Console

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.progress import Progress as Bar
    from rich.progress import Task

SHORT_RUN = 20
"""Endpoints that are gone through before anything is drawn."""
SHORT_READ = 2**24
"""Bytes of captures that are read before anybody would want to see a bar."""


class Progress:
    """Counts endpoints. Their number is not known beforehand: lists are read as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._done = 0
        self._bar: Bar | None = None

    def close(self) -> None:
        """Take away what is drawn."""
        if self._bar is not None:
            self._console.complain_through = None
            self._bar.stop()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._done > SHORT_RUN and self._console.progress_wanted:
            self._draw()

    def _draw(self) -> None:
        if self._bar is None:
            self._bar = self._begin()
        self._bar.update(self._bar.task_ids[0], completed=self._done)

    def _begin(self) -> "Bar":
        from rich import progress  # noqa: PLC0415 - takes a while, and few runs are long

        screen = _screen()
        bar = progress.Progress(
            progress.SpinnerColumn("line"),
            progress.TextColumn("{task.completed} endpoints"),
            progress.TimeElapsedColumn(),
            console=screen,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        bar.add_task("probe", total=None, completed=self._done)
        _start(bar, screen, self._console)
        return bar


class BytesRead:
    """Shows how much of `total` bytes (None: of nobody knows how many) is read.

    `position` is asked for it again and again.

    It is drawn by a thread of its own, so that whoever reads has nothing to do with it.
    """

    def __init__(self, console: Console, total: int | None, position: Callable[[], int]) -> None:
        self._console = console
        self._total = total
        self._position = position
        self._bar: Bar | None = None

    def begin(self) -> None:
        """Draw, if somebody waits for so much."""
        short = self._total is not None and self._total < SHORT_READ
        if short or not self._console.progress_wanted:
            return
        from rich import progress  # noqa: PLC0415 - takes a while
        from rich.progress_bar import ProgressBar  # noqa: PLC0415

        position, total = self._position, self._total

        class Reading(progress.BarColumn):
            """Looks how far it is whenever it is drawn."""

            def render(self, task: "Task") -> ProgressBar:
                """The bar as it is now."""
                task.completed, task.total = position(), total
                return super().render(task)

        screen = _screen()
        self._bar = progress.Progress(
            Reading(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
            console=screen,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bar.add_task("captures", total=total)
        _start(self._bar, screen, self._console)

    def close(self) -> None:
        """Take away what is drawn."""
        if self._bar is not None:
            self._console.complain_through = None
            self._bar.stop()
            self._bar = None


def _screen() -> "RichConsole":
    from rich.console import Console as RichConsole  # noqa: PLC0415 - takes a while

    return RichConsole(stderr=True, markup=False, emoji=False, highlight=False)


def _start(bar: "Bar", screen: "RichConsole", console: Console) -> None:
    """Draw it; what is complained of meanwhile goes above it."""
    from rich.text import Text  # noqa: PLC0415

    bar.start()
    console.complain_through = lambda line: screen.print(Text(line), soft_wrap=True)
