"""A QR code as an inline SVG that is drawn with attributes only: the policy of the pages forbids inline styles."""

import io

import segno
from markupsafe import Markup, escape

from tasks.delivery.links import PersonalAddress

QUIET_ZONE = 4  # modules of white around the code: ISO/IEC 18004 asks for four


def code(address: PersonalAddress, label: str) -> Markup:
    """The code of an address; `label` is what a screen reader says. Level M: a crumpled slip still reads."""
    drawn = io.BytesIO()
    segno.make(address.reveal(), error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=QUIET_ZONE, svgclass=None, lineclass=None, nl=False,
    )  # fmt: skip
    svg = drawn.getvalue().decode("ascii")
    start = Markup('<svg class="qr" role="img" aria-label="{}" shape-rendering="crispEdges"').format(
        escape(label)
    )
    return start + Markup(svg.removeprefix("<svg"))  # noqa: S704 - segno's own drawing, in which the address is only lines
