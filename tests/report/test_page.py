import dataclasses
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.report.page import Row, Span, Tone, cells, plain, shortened, styled, visible

SPANS = st.lists(st.builds(Span, st.text(), st.sampled_from(Tone)), max_size=4).map(tuple)
ROWS = st.lists(
    st.builds(
        Row,
        heads=st.lists(
            st.tuples(st.integers(0, 40), st.builds(Span, st.text(max_size=9))), max_size=3
        ).map(tuple),
        spans=SPANS,
        hang=st.integers(0, 40),
    ),
    max_size=4,
)


@given(st.text())
def test_visible_is_harmless(text):
    """Nothing that a terminal could obey is left: no control, no format character, no line end."""
    shown = visible(text)
    kinds = {unicodedata.category(one) for one in shown}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert "\xa0" not in shown


def test_visible_keeps_letters():
    """Letters of every script are shown as they are."""
    assert visible("Prüfstelle 検査 Проверка O=x") == "Prüfstelle 検査 Проверка O=x"


def test_visible_spells_out():
    """What is not shown can still be read off."""
    assert visible("a\x1b[2J\u202eb\x9b\r\n") == r"a\x1b[2J\u202eb\x9b\r\n"


@given(ROWS, st.integers(20, 120))
def test_styled_says_what_plain_says(rows, width):
    """On a terminal the same words stand at the same places, and markup in them is only text."""
    on_terminal = [line.rstrip() for line in styled(rows, width).plain.split("\n")]
    assert on_terminal == [line.rstrip() for line in plain(rows, width).split("\n")]


@given(SPANS, st.integers(0, 40), st.integers(60, 120))
def test_wrapping_keeps_the_words(spans, hang, width):
    """Wrapping moves no character but spaces, and keeps to the width."""
    text = plain([Row(spans=spans, hang=hang)], width)
    assert all(cells(line) <= width for line in text.splitlines())
    assert text.replace(" ", "").replace("\n", "") == "".join(
        visible(span.text) for span in spans
    ).replace(" ", "")


def test_later_lines_hang():
    """Later lines begin where the text began, beside the heads."""
    row = Row(heads=((0, Span("why")), (6, Span("proof"))), spans=(Span("one two three"),), hang=12)
    assert plain([row], 20) == "why   proof one two\n            three\n"


def test_long_names_are_broken_after_commas():
    """A distinguished name has no spaces, and is broken between its parts."""
    row = Row(spans=(Span("CN=an example,O=of a long,OU=name"),), hang=2)
    assert plain([row], 22) == "  CN=an example,O=of a\n  long,OU=name\n"


def test_long_words_are_broken_anywhere():
    """A word that is longer than a line costs as many lines as it takes."""
    assert plain([Row(spans=(Span("x" * 50),))], 20) == f"{'x' * 20}\n{'x' * 20}\n{'x' * 10}\n"


def test_text_that_stands_below_its_heads():
    """Where a narrow line leaves little beside the heads, text has lines of its own, indented."""
    row = Row(
        heads=((0, Span("direct")), (10, Span("example.com"))),
        spans=(Span("a reason that takes some room, and more than there is"),),
        hang=24,
        below=2,
    )
    assert plain([row], 50) == (
        "direct    example.com\n  a reason that takes some room, and more than\n  there is\n"
    )
    assert plain([row], 80) == (
        "direct    example.com   a reason that takes some room, and more than there is\n"
    )
    assert (
        plain([dataclasses.replace(row, spans=(Span("short"),))], 50)
        == "direct    example.com   short\n"
    )
    assert plain([row], 0, wrap=False).count("\n") == 1


def test_words_that_are_copied():
    """A name or an address is whole on its line, be that as narrow as it may, and lists too."""
    row = Row(spans=(Span(f"see https://{'x' * 40}/a,b,c for CN=a,O=b and so on"),), unbroken=True)
    assert plain([row], 20) == f"see\nhttps://{'x' * 40}/a,b,c\nfor CN=a,O=b and so\non\n"


def test_wide_letters_count_double():
    """East Asian letters take two columns, marks above letters none."""
    assert (cells("検査"), cells("e\u0301"), cells("abc")) == (4, 1, 3)


@given(ROWS, st.integers(10, 60))
def test_one_line(rows, width):
    """Without wrapping a row is one line that is cut off at the width, or, at width 0, nowhere."""
    cut = plain(rows, width, wrap=False).splitlines()
    assert len(cut) == len(rows)
    assert all(cells(line) <= width for line in cut)
    whole = plain(rows, 0, wrap=False).splitlines()
    assert all(
        line.removesuffix("...").rstrip() in one for line, one in zip(cut, whole, strict=True)
    )


def test_shortened():
    """A text that is too long ends in dots, and a limit is kept."""
    assert (shortened("abcdef", 6), shortened("abcdefg", 6)) == ("abcdef", "abc...")
