"""What every answer carries and every form must bring: headers, cookies, CSRF, sign-in."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from flask import session as cookie
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

from tasks.reporting.sealed import is_sealed
from tasks.roster.inspectors import present
from tasks.roster.rights import rights_of
from worker.clock import machine_now
from worker.settings import Settings
from worker.tokens import Who
from worker.web.phone import known
from worker.web.site import View, form_subject, reading, runtime
from worker.web.viewer import Viewer, inspector

SAFE = ("GET", "HEAD", "OPTIONS")
ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
MOST_FIELDS = 20_000  # the record of a gathering sends one or two for each who is expected; an office may have thousands
INSPECTORS_DO = frozenset({"inspect.draw"})  # what an inspector may hand in: it changes nothing of the office
# SVG is drawn with attributes only: no inline style, no script, nothing from elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'", "script-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    )
)  # fmt: skip

# Pages on which people type in the field. `no-store` would forbid the browser to keep the page behind a step forward: when the network
# is down at that step, what was typed would be gone. It may be kept by the reader's own browser, and is asked for anew by every visit.
TYPED_IN = frozenset({"personal", "requests_own", "away", "feed"})
KEPT = "private, no-cache"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256."""

    digest_method = staticmethod(hashlib.sha256)
    salt = "duban-session"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a cookie; to the API cookies count for nothing, and it sets none."""
        return NullSession() if request.path.startswith("/api/") else super().open_session(app, request)


def install(app: Flask, settings: Settings) -> None:
    """Set cookies, limits, headers and the check of every form."""
    secure = settings.base_url.startswith("https://")
    keys = settings.secret_key.reveal().split()
    app.session_interface = Sessions()
    app.config.update(
        SECRET_KEY=keys[0], SECRET_KEY_FALLBACKS=keys[1:], SESSION_COOKIE_NAME="__Host-duban" if secure else "duban",
        SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=ABSOLUTE, MAX_CONTENT_LENGTH=64 * 1024 * 1024, MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=MOST_FIELDS,
    )  # fmt: skip
    app.before_request(check_form)
    app.after_request(headers)


def headers(response: Response) -> Response:
    """Close what a page does not need. Only pages to be filled in may be kept, by the browser; only the stylesheet may be cached."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = KEPT if request.blueprint in TYPED_IN else "no-store"
    if runtime().settings.base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def check_form() -> None:
    """Refuse a POST that does not come from a page of ours shown to the same reader. 400 says: open the page again."""
    # A program sends its key in a header, which no page of anybody else can make a browser do; its cookies are not looked at.
    if request.method in SAFE or request.path.startswith("/api/"):
        return
    g.foreign = True
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(400)
    # A page under `no-referrer` sends "null" as its origin; the form's own token decides then.
    origin = request.headers.get("Origin", "null")
    if origin != "null" and origin not in (_origin(runtime().settings.base_url), _origin(request.host_url)):
        abort(400)
    g.foreign = False
    token = request.form.get("csrf", "")
    g.ours = runtime().tokens.form_ours(token)
    if not runtime().tokens.form_fits(token, form_subject(), machine_now()):
        abort(400)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def sign_in(who: Who, who_id: int) -> None:
    """Begin a session under a new id."""
    lang = cookie.get("lang")
    cookie.clear()
    now = int(machine_now().timestamp())
    cookie.update(id=secrets.token_urlsafe(16), at=now, seen=now, **{who: who_id})
    if lang:
        cookie["lang"] = lang
    cookie.permanent = True


def sign_out() -> None:
    """End the session."""
    cookie.clear()


def signed_in(view: View) -> Viewer | None:
    """Who may see supervisors' pages: whose session runs, else whose phone asks.

    A phone does not open them for the clerk, who may change everything of everybody and therefore signs in afresh. None when nobody is
    known, the time is over, the person left or supervises nothing, or the inspector's account is closed.
    """
    found = _of_session(view)
    if found is not None:
        return found
    phone = known(view)
    if phone is None:
        return None
    found = viewer_of(view, "person", phone.person.id, by_phone=True)
    return None if found is None or found.clerk else found


def _of_session(view: View) -> Viewer | None:
    begun, seen = cookie.get("at"), cookie.get("seen")
    who_id = cookie.get("person") or cookie.get("inspector")
    if not (isinstance(who_id, int) and isinstance(begun, int) and isinstance(seen, int)):
        return None
    now = machine_now()
    if now - _instant(begun) > ABSOLUTE or now - _instant(seen) > IDLE:
        return None
    found = viewer_of(view, "person" if cookie.get("person") else "inspector", who_id)
    if found is not None and now - _instant(seen) > timedelta(minutes=1):
        cookie["seen"] = int(now.timestamp())
    return found


def viewer_of(view: View, who: Who, who_id: int, *, by_phone: bool = False) -> Viewer | None:
    """A person or an inspector as a reader of these pages, with the rights of today; None without any."""
    if who == "inspector":
        row = present(view.session, who_id, today=view.today)
        return None if row is None else inspector(row.id, row.name, row.body)
    rights = rights_of(view.session, view.live, who_id, today=view.today)
    if rights is None:
        return None
    person = rights.person
    return Viewer(
        kind=rights.kind, person_id=person.id, key=person.key, name=person.name, roles=rights.roles, units=rights.units,
        by_phone=by_phone,
    )  # fmt: skip


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def require_viewer() -> None:
    """Before a supervisors' page: 401 unless somebody with a right to it is known, 403 for what an inspector may not do."""
    with reading() as view:
        g.viewer = signed_in(view)
        if g.viewer is None:
            abort(401)
        if not g.viewer.acts:
            _read_only(view)
    asked = request.args.get("lang")
    if asked:
        cookie["lang"] = asked[:8]


def _read_only(view: View) -> None:
    """An inspector reads; 404 for what belongs to a sealed matter, whichever page it stands on."""
    if request.method not in SAFE and request.endpoint not in INSPECTORS_DO:
        abort(403)
    given = request.view_args or {}
    if is_sealed(
        view.session, occurrence_id=given.get("occurrence_id"), obligation_id=given.get("obligation_id")
    ):
        abort(404)


def require_actor() -> None:
    """Before a page on which something is done to a duty: 403 for whoever may only read. Whether this duty is theirs, the page asks."""
    require_viewer()
    if not g.viewer.acts:
        abort(403)


def require_clerk() -> None:
    """Before a page of the desk: 403 for anybody but the clerk."""
    require_viewer()
    if not g.viewer.clerk:
        abort(403)


def require_whole_office() -> None:
    """Before what shows the whole office: 403 for those who see some units only."""
    require_viewer()
    if g.viewer.units is not None:
        abort(403)


def require_member() -> None:
    """Before what is not for inspectors, such as the ledger of messages, which tells who was reached how: 403 for them."""
    require_viewer()
    if not g.viewer.acts:
        abort(403)


GUARDS = (require_viewer, require_actor, require_clerk, require_whole_office, require_member)
