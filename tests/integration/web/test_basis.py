"""The page on which a duty is confirmed says by what rule it is due."""

import pytest


@pytest.fixture
def office_files(office_files):
    """The starter office, with a law behind the list of problems and a custom behind the review itself."""
    path = next(path for path, text in office_files.items() if "half-year-review:" in text)
    text = office_files[path]
    for title, basis in (("报送问题清单", "某条例3条"), ("召开研判会", "{text: 惯例, kind: custom}")):
        assert text.count(f"      title: {title}\n") == 1
        text = text.replace(f"      title: {title}\n", f"      title: {title}\n      basis: {basis}\n")
    return {**office_files, path: text}


@pytest.mark.parametrize(
    ("schedule", "part", "party", "said"),
    [
        ("half-year-review", "collect", "minzhu", "依据：某条例3条<"),
        ("half-year-review", "meet", None, "依据：惯例（本单位规定）<"),
        ("enforcement-training", "", None, "依据：省市年度培训要求（参照）<"),
    ],
    ids=["law", "custom", "default"],
)
def test_the_page_names_the_rule(site, local_time, schedule, part, party, said):
    duty = site.duty(schedule, part, party)
    page = site.app.test_client().get(site.path(duty, site.owner(duty), local_time("2026-11-23 09:05")))

    assert page.status_code == 200
    assert page.text.count("依据：") == 1
    assert said in page.text
    assert page.text.index("依据：") < page.text.index("<form"), "beside the date, not folded away"


def test_a_legal_day_is_shown_to_its_end(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    page = site.app.test_client().get(site.path(duty, site.owner(duty), local_time("2026-11-23 09:05")))

    assert "今天24:00前" in page.text


def test_a_duty_without_a_rule_names_none(site, local_time):
    duty = site.duty("friday-study", "record")
    page = site.app.test_client().get(site.path(duty, site.owner(duty), local_time("2026-11-23 09:05")))

    assert page.status_code == 200
    assert "依据" not in page.text
