"""A page that needs neither database nor office: for when one of them is missing."""

from flask import render_template
from markupsafe import escape

from schedules.words import Words, phrase
from worker.bootstrap import Runtime
from worker.web import resend
from worker.web.site import HTML_LANG, form_token, language

BROKEN = phrase("That did not work just now")


def bare_page(
    run: Runtime, what: Words | None = None, *, reference: str = "", heading: Words = BROKEN
) -> str:
    """The page in the language asked for.

    `what` says what is missing, `reference` is the number in the log, `heading` what stands above.
    """
    lang = language()
    gettext = run.texts.gettext(lang)
    sentence = what.text(gettext) if what else gettext("Wait a minute and try once more.")
    return render_template(
        "bare.html",
        html_lang=HTML_LANG[lang],
        heading=heading.text(gettext),
        sentence=sentence,
        reference=reference,
        _=lambda text, **fields: escape(gettext(text)).format(**fields),
        again=resend.again(503),
        csrf=form_token(),
    )
