"""Whoever asks for a sign-in link twice at one moment gets one, and is answered both times."""

import threading

import pytest

from tasks.roster.sign_in import send_link


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_two_requests_at_one_moment_make_one_link(post, world):
    post.begin()
    now = post.local("2026-11-24 09:00")
    answers: list[bool] = []

    def ask() -> None:
        with world.writing() as (session, live):
            answers.append(send_link(session, live, world.cipher, typed="jiangtao", now=now, machine_now=now))

    with world.writing() as (session, live):
        first = send_link(session, live, world.cipher, typed="jiangtao", now=now, machine_now=now)
        second = threading.Thread(target=ask)
        second.start()
        second.join(0.3)
    second.join(10)

    assert (first, answers) == (True, [False])
