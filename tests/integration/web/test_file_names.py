"""Names of files go over the wire as the protocol writes them: a server cannot send Chinese in a header as it stands."""

import pytest


@pytest.mark.parametrize("path", ["/overdue.xlsx", "/schedule/friday-study/table.xlsx"])
def test_the_chinese_name_of_a_table_is_sent_in_ascii(site, path):
    answer = site.signed_in("wangmin").get(path)

    assert answer.status_code == 200
    assert "filename*=UTF-8''%" in answer.headers["Content-Disposition"]
    assert all(value.isascii() for _, value in answer.headers)
