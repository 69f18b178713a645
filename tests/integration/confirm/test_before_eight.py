"""Before 08:00 in China it is still yesterday by UTC; days are counted by the office's calendar all the same."""

import pytest

RUNG = "{after: recorded, by: 0 days, to: absent}"


@pytest.fixture
def office_files(office_files):
    """Whoever was absent is told a working day after the record, not at once."""
    study = office_files["study.yaml"]
    assert RUNG in study
    return {**office_files, "study.yaml": study.replace(RUNG, "{after: recorded, by: 1 workday, to: absent}")}


def test_a_working_day_after_the_record_counts_from_the_offices_day(acts, local_time):
    acts.world.at("2026-11-27 09:00")
    acts.gather(local_time("2026-12-01 07:00"), {"chenxia": "absent"})

    told = {
        moment: {each.recipient_key for each in acts.world.at(moment) if "补学" in each.title}
        for moment in ("2026-12-01 08:40", "2026-12-01 15:00", "2026-12-02 08:40")
    }

    assert told == {"2026-12-01 08:40": set(), "2026-12-01 15:00": set(), "2026-12-02 08:40": {"chenxia"}}
