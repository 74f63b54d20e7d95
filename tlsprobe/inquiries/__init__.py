"""Further questions about an endpoint that has been looked at: one file, one question.

Each brings other looks at the endpoint, which the checks hold against the first, or facts that no
handshake shows. They are asked side by side, and none knows of another.
"""

from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.inquiries.canary import CANARY
from tlsprobe.inquiries.hops import HOPS
from tlsprobe.inquiries.jarm import JARM
from tlsprobe.inquiries.nowhere import NOWHERE
from tlsprobe.inquiries.other_hellos import OTHER_HELLOS
from tlsprobe.inquiries.other_names import OTHER_NAMES
from tlsprobe.inquiries.other_routes import OTHER_ROUTES
from tlsprobe.inquiries.resolvers import RESOLVERS
from tlsprobe.inquiries.revocation import REVOCATION
from tlsprobe.inquiries.second_opinion import SECOND_OPINION

__all__ = ["INQUIRIES", "Asked", "Inquiry", "Learned"]

INQUIRIES = (
    SECOND_OPINION, OTHER_ROUTES, CANARY, OTHER_NAMES, NOWHERE, RESOLVERS, REVOCATION, OTHER_HELLOS,
    JARM, HOPS,
)  # fmt: skip
"""In the order in which their looks are reported, and connections are given to them."""
