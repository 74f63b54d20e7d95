"""What each resolver says of the name, the system's own way of finding it, and its hosts file.

Asked also where nothing could be reached: an answer that leads nowhere is why. Where the caller gave
the address, or a proxy finds it, no answer of these was used, and none is asked for.
"""

from msgspec.structs import replace

from tlsprobe.asking import When
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.model.verdict import Conclusion
from tlsprobe.wire.ip_literals import is_ip_literal


def _wanted(asked: Asked) -> bool:
    request, when = asked.request, asked.settings.resolvers
    if asked.world.resolvers is None or when is When.NEVER:
        return False
    if request.address is not None or is_ip_literal(request.host):
        return False
    if asked.report.observation.target.via is not None:
        return False
    return when is When.ALWAYS or asked.report.verdict.conclusion is not Conclusion.DIRECT


async def _inquire(asked: Asked) -> Learned:
    host, resolvers = asked.request.host, asked.world.resolvers
    if resolvers is None:
        return Learned()
    answers = await resolvers().answers(host, timeout=asked.settings.limits.resolve)
    listed = asked.world.hosts.addresses_of(host)
    return Learned(names=replace(answers, system=asked.addresses, hosts_file=listed))


RESOLVERS = Inquiry(_wanted, _inquire, of_unreached=True)
