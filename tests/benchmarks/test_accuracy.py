"""That the accuracy bench finds what it found, and that its figures mean what they say."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.accuracy import __main__, misses, page, rules
from benchmarks.accuracy.bench import BARE, FULL, NAMES, Result, played, tallies
from benchmarks.accuracy.captured import CORPUS, Found
from benchmarks.accuracy.peers import Peer, box
from benchmarks.accuracy.scenario import Label, Place, Scenario, SkippedError, Stage, cases
from benchmarks.accuracy.scoring import Answer, Call, of_record, tally
from benchmarks.accuracy.workshop import INTERNAL, PUBLIC_ROOTS, issuer, owner, private, root_of
from tests.benchmarks.bench_run import without_lab

ROOT = Path(__file__).parents[2]
EVERY = tuple(cases())
BOX = issuer("Contoso Web Proxy CA", "Contoso Ltd")


def missed(results: tuple[Result, ...], rule: int) -> list[str]:
    """The cases that one of our rules gets wrong."""
    return [one.case.name for one in results if not one.skipped and [*one.complaints(rule)]]


@pytest.mark.parametrize("rule", [0, 1], ids=[FULL, BARE])
def test_only_what_is_known_is_missed(rule):
    """Without the lab, every case comes out right, or stands on the list with its reason."""
    results = without_lab()
    names = [one.case.name for one in results if not one.skipped]
    known = misses.known()[rule]
    assert [*misses.differences(known, names, missed(results, rule))] == []


def test_nothing_is_listed_that_is_no_case():
    """Every line of the list of misses means a case."""
    names = [case.name for case in EVERY]
    for known in misses.known():
        for pattern in known:
            played = [name for name in names if re.fullmatch(_expression(pattern), name)]
            assert played, f"{pattern}: no such case"


def _expression(pattern):
    return re.escape(pattern).replace(r"\*", ".*")


def test_only_captures_of_others_are_skipped():
    """What needs nothing is played everywhere."""
    skipped = [one.case for one in without_lab() if one.skipped]
    assert [case.name for case in skipped if case.play.place is not Place.CORPUS] == []
    assert bool(skipped) != CORPUS.is_dir()


def test_there_is_enough_to_be_wrong_about():
    """The bench has as many honest look-alikes as it promises, without counting captures of others."""
    files = Counter(
        label
        for label, _ in {
            (case.scenario.label, case.file)
            for case in EVERY
            if case.play.place is not Place.CORPUS
        }
    )
    assert files[Label.HONEST] >= 30
    assert files[Label.INTERCEPTION] >= 30


def test_every_case_has_a_name_and_a_sentence():
    """No two cases are called alike, and each says what it is."""
    assert [name for name, times in Counter(case.name for case in EVERY).items() if times > 1] == []
    for case in EVERY:
        assert case.about.endswith("."), case.name


def test_the_simple_rules_are_fooled_as_their_users_are():
    """Names and stores cannot tell an honest private PKI from a box, nor see a copied name."""
    answers = {
        one.case.name: dict(zip(NAMES[2:], one.answers[2:], strict=True)) for one in without_lab()
    }
    keyword, allowed, stores, refused, differs = NAMES[2:]
    assert answers["product-fortigate"][keyword] == Answer(Call.ALARM, named="fortinet")
    assert answers["names-copied"][keyword].call is Call.CLEAR
    assert answers["names-copied"][allowed].call is Call.CLEAR
    assert answers["private-ca-with-proxy-words"][keyword].call is Call.ALARM
    assert answers["enterprise-ca-on-an-internal-name"][stores].call is Call.ALARM
    assert answers["missing-intermediate"][refused].call is Call.ALARM
    assert answers["wrong-name"][refused].call is Call.ALARM
    assert answers["fleet-of-two-cas"][differs].call is Call.ALARM
    for rule in NAMES[2:]:
        assert answers["public-chain"][rule].call is Call.CLEAR
        assert answers["silent-filter"][rule].call is Call.UNDECIDED


def test_we_do_better_than_each_of_them():
    """With its reference, the program has fewer false alarms than any rule, and misses fewer."""
    ours, _, *theirs = tallies(without_lab())
    for rule, other in zip(NAMES[2:], theirs, strict=True):
        wrong = other.false_alarms + other.interceptions - other.found
        assert ours.false_alarms + ours.interceptions - ours.found < wrong, rule


@pytest.mark.parametrize(
    ("verdict", "pinned", "call"),
    [
        ("inspected", False, Call.ALARM),
        ("terminated", False, Call.ALARM),
        ("pin-broken", False, Call.ALARM),
        ("pin-broken", True, Call.UNDECIDED),
        ("direct", False, Call.CLEAR),
        ("faulty", False, Call.UNDECIDED),
        ("blocked", False, Call.UNDECIDED),
        ("undecided", False, Call.UNDECIDED),
    ],
)
def test_what_counts_as_an_alarm(verdict, pinned, call):
    """Broken pins are an alarm where nobody gave pins; a fault and a block are none."""
    scenario = Scenario(label=Label.HONEST, plays=(), pinned=pinned)
    assert of_record({"verdict": verdict, "interceptor": None}, scenario).call is call


def test_a_wrong_name_is_counted():
    """Whoever is named in another's place is counted, on an honest path as well."""
    boxed = Scenario(label=Label.INTERCEPTION, plays=(), product="Zscaler")
    honest = Scenario(label=Label.HONEST, plays=())
    right, wrong = (Answer(Call.ALARM, named=name) for name in ("Zscaler ZIA", "Fortinet"))
    counted = tally([(boxed, right), (boxed, wrong), (honest, wrong), (boxed, Answer(Call.CLEAR))])
    assert (counted.interceptions, counted.found, counted.honest) == (3, 2, 1)
    assert (counted.products, counted.named, counted.misnamed) == (3, 1, 2)
    assert counted.false_alarms == 1


def test_the_list_of_misses_is_exact():
    """What is missed and not listed is told, and so is what is listed and not missed."""
    names = ["a (1)", "a (2)", "b", "c"]
    told = [*misses.differences({"a *": "why", "absent": "why"}, names, ["a (1)", "b"])]
    assert [one.partition(":")[0] for one in told] == ["a (2)", "b"]


def test_a_false_alarm_would_be_seen(tmp_path):
    """An interception that is called honest makes the bench complain: it can fail."""
    wrong = Scenario(label=Label.HONEST, plays=(box(BOX, trusted=root_of(BOX)),))
    [case] = [case for case in EVERY if case.file == "public-chain"]
    seen = wrong.plays[0].run(Stage(folder=tmp_path))
    answer = of_record(seen.told, wrong)
    result = Result(case=replace(case, scenario=wrong), answers=(answer, answer))
    assert [*result.complaints(0)] == ["honest comes out inspected"]


def test_a_private_chain_is_seen_as_it_was_presented(tmp_path):
    """What the simple rules go by is the chain that the server sent, and the stores as given."""
    pki = issuer("Contoso Issuing CA 2", "Contoso Ltd")
    served = private(INTERNAL, pki)
    peer = Peer(presents=served, host=INTERNAL, machine=(*PUBLIC_ROOTS, root_of(pki)))
    seen = peer.run(Stage(folder=tmp_path))
    assert seen.chain[0] == served.leaf == seen.elsewhere
    assert len(seen.chain) == 2
    assert len(seen.machine) == len(seen.public) + 1
    assert rules.store_difference(seen).call is Call.ALARM


def test_a_box_mints_for_whatever_it_is_asked(tmp_path):
    """The leaf is for the very name, and another place sees the owner's."""
    seen = box(BOX, host="anything.example.net").run(Stage(folder=tmp_path))
    assert seen.told["chain"][0]["subject"] == "CN=anything.example.net"
    assert seen.elsewhere == owner("anything.example.net").leaf


def test_a_capture_that_is_not_here_is_skipped():
    """It is said which one."""
    with pytest.raises(SkippedError, match=r"no absent\.pcap"):
        Found(path="nobody/absent.pcap", host="a.example").run(Stage(folder=Path()))


def test_without_a_lab_its_cases_are_skipped_with_the_reason(capsys):
    """They are no misses, they are told, and they keep README as it is."""
    chosen = [case for case in EVERY if case.play.place is Place.LAB][:2]
    results = played(chosen, Stage(folder=Path(), lab_lacks="this is no Linux"), __main__._tell)
    assert [one.skipped for one in results] == ["this is no Linux"] * 2
    assert [one.interceptions + one.honest for one in tallies(results)] == [0] * len(NAMES)
    before = page.README.read_bytes()
    __main__._keep(results)
    assert page.README.read_bytes() == before
    assert "README was left as it is" in capsys.readouterr().out


def test_the_readme_counts_the_cases_that_there_are():
    """The table of README is of as many cases as anybody can play."""
    own = [Result(case=case) for case in EVERY if case.play.place is not Place.CORPUS]
    assert f"Cases: {page.counted(own)}." in page.in_readme()


def test_the_command_says_what_it_plays():
    """One scenario by name: its line, the table, and success; an unknown name is refused."""
    command = [sys.executable, "-m", "benchmarks.accuracy"]
    done = subprocess.run(
        [*command, "public_chain.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "public-chain: direct" in done.stdout
    assert "| `tlsprobe` " in done.stdout
    refused = subprocess.run(
        [*command, "no-such"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "no such scenario: no-such" in refused.stderr
