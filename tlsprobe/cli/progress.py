"""How far a long run has come: on stderr, and only where somebody waits at a terminal for it."""

from typing import TYPE_CHECKING

from tlsprobe.cli.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

SHORT_RUN = 20
"""Endpoints that are gone through before anything is drawn."""


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
        from rich.console import Console as RichConsole  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        screen = RichConsole(stderr=True, markup=False, emoji=False, highlight=False)
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
        bar.start()
        self._console.complain_through = lambda line: screen.print(Text(line), soft_wrap=True)
        return bar
