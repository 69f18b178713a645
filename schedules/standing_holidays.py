"""The public holidays that stand in law, whatever the yearly notice makes of them: a year before its notice.

全国年节及纪念日放假办法 as revised on 2024-11-10, in force since 2025-01-01, article 2: 元旦 1 day, 春节 4 (除夕 to 初三), 清明 1,
劳动节 2, 端午 1, 中秋 1, 国庆节 3. Which working days replace holidays that fall on a weekend, and which weekends are worked for
them, only the notice says; until then such days stay what the week makes of them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

# 正月初一, 清明, 端午, 中秋 as month and day. Beyond the last year only the holidays of the solar calendar are known.
MOVABLE: Mapping[int, tuple[str, str, str, str]] = {
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
    2041: ("02-01", "04-04", "06-03", "09-10"),
    2042: ("01-22", "04-04", "06-22", "09-28"),
    2043: ("02-10", "04-05", "06-11", "09-17"),
    2044: ("01-30", "04-04", "05-31", "10-05"),
    2045: ("02-17", "04-04", "06-19", "09-25"),
}


@lru_cache(maxsize=64)
def standing_holidays(year: int) -> Mapping[date, str]:
    """The days that are off by law in a year, with their names."""
    return dict(_days(year))


def _days(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "元旦"
    if year in MOVABLE:
        spring, *others = (date.fromisoformat(f"{year}-{day}") for day in MOVABLE[year])
        for offset in range(-1, 3):
            yield spring + timedelta(days=offset), "除夕" if offset < 0 else "春节"
        yield from zip(others, ("清明节", "端午节", "中秋节"), strict=True)
    for month, day, name in (
        (5, 1, "劳动节"),
        (5, 2, "劳动节"),
        (10, 1, "国庆节"),
        (10, 2, "国庆节"),
        (10, 3, "国庆节"),
    ):
        yield date(year, month, day), name
