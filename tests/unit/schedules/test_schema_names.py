"""The names of an office in its JSON Schema: offered to whoever writes, never demanded."""

import jsonschema
from unit.schedules.schemas import as_json, nodes, of_schedules

from schedules.fields import WEEKDAYS
from schedules.grammar import Schedule
from schedules.json_schema import schedules_schema
from schedules.office import OfficeSpec
from schedules.schema_names import NAMED, OfficeNames, names_of_office, offered

STUDY = """\
a:
  title: 学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [brand-new]}
"""


def test_the_names_of_the_office_are_offered(starter: OfficeSpec) -> None:
    names = names_of_office(starter)
    schema = schedules_schema("zh_CN", names)
    found: dict[str, dict[str, str]] = {}
    for definition, keys in NAMED.items():
        for key in keys:
            found[f"{definition.__name__}.{key}"] = {
                name: text.zh for name, text in offered(definition, key, names).items()
            }

    assert found["ByRole.role"]["study-secretary"] == "学习秘书"
    assert found["Who.units"]["sections"] == "机关科室"
    assert "区司法局" in found["Outside.external"]
    assert "区司法局" not in found["Who.unit"]
    assert found["Rung.to"]["unit-head"] == "科室负责人；社区书记"
    assert found["HoursOf.hours"]["enforcement-training"] == "执法人员年度培训"
    assert found["Campaign.campaign"]["business-visits"] == "市场主体走访"
    assert found["UseLadder.use"]["short-task"] == ""
    assert [key for key, words in found.items() if not words] == []
    offers = [each["enum"] for each in nodes(schema["definitions"]["ByRole"]) if "enum" in each]
    assert offers == [list(names.roles)]


def test_no_name_is_demanded_and_no_person_named(starter: OfficeSpec) -> None:
    schema = schedules_schema("zh_CN", names_of_office(starter))
    jsonschema.Draft7Validator(schema).validate(as_json(STUDY))

    words = {word for each in nodes(schema) for word in each.get("enum", ()) if isinstance(word, str)}
    texts = {
        text for each in nodes(schema) for text in each.get("enumDescriptions", ()) if isinstance(text, str)
    }
    people = {person.id for person in starter.people} | {person.name for person in starter.people}
    assert people & (words | texts) == set()


def test_an_office_without_names_offers_only_what_is_always_known() -> None:
    assert offered(Schedule, "title", OfficeNames()) == {}
    assert [each for each in nodes(of_schedules()["definitions"]["ByRole"]) if "enum" in each] == []
    assert set(WEEKDAYS) <= {
        word for each in nodes(of_schedules()["definitions"]["Weekly"]) for word in each.get("enum", ())
    }
