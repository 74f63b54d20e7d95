"""Cisco Umbrella before a name of which nothing is known, by a leaf of five days
under its signer's key, as its real leafs are.
"""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import STRANGER, issuer, minted, owner

BOX = issuer("Cisco Umbrella Secondary SubCA ams-SG", "Cisco")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Umbrella",
    verdict="inspected",
    plays=(
        Written(
            sessions=(
                Session(
                    presents=minted(STRANGER, BOX, days=5, one_key=True, above=()), host=STRANGER
                ),
            ),
            elsewhere=owner(STRANGER),
        ),
    ),
)
