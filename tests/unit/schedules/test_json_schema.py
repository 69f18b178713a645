"""The JSON Schema of the office's files: words in both languages for every key, and never stricter than the loader."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import jsonschema
import pytest
from pydantic import TypeAdapter
from unit.schedules.schemas import as_json, entries, nodes, of_office, of_schedules, part, settings_file
from unit.schedules.test_preview import EVERYTHING

from schedules.about import file as texts_of_file
from schedules.about.everything import PARTS, key_of, part_of
from schedules.about.said import Said
from schedules.about.snippets import ENTRIES, GROUPS
from schedules.about.values import CHOICES
from schedules.flow_text import flow
from schedules.grammar import Entry, Schedule
from schedules.json_schema import schedules_schema
from schedules.loader import Loaded, SourceFile
from schedules.office import OfficeSpec
from schedules.strict import Definition
from schedules.yaml_tree import parse_yaml

Small = Callable[..., Loaded]
Schema = dict[str, Any]
CHINESE = re.compile(r"[一-鿿]")
PLACE = re.compile(r"\$\{\d+:([^}]*)\}")


def below(definition: type[Definition]) -> Iterator[type[Definition]]:
    for each in definition.__subclasses__():
        yield each
        yield from below(each)


SCHEMAS = [of_schedules(), of_office()]
DEFINITIONS = sorted(
    {each for each in below(Definition) if each.__module__.startswith("schedules.")},
    key=lambda each: each.__name__,
)


def own_keys(definition: type[Definition]) -> set[str]:
    """The keys that a definition adds to its bases, as they are written."""
    names = definition.__annotations__.keys() & definition.model_fields.keys()
    return {definition.model_fields[name].alias or name for name in names}


def texts() -> Iterator[tuple[str, Said]]:
    for definition, each in PARTS.items():
        yield definition.__name__, each.title
        yield definition.__name__, each.what
        yield from ((f"{definition.__name__}.{key}", text) for key, text in each.keys.items())
    yield from ((f"{key}: {word}", text) for key, words in CHOICES.items() for word, text in words.items())
    yield from texts_of_file.GROUPS.items()
    yield from texts_of_file.ITEM.items()
    yield from (
        (each.body, text) for each in (*ENTRIES, *GROUPS.values()) for text in (each.label, each.what)
    )


# ── words ───────────────────────────────────────────────────
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.__name__)
def test_every_key_of_the_grammar_is_described(definition: type[Definition]) -> None:
    described = part_of(definition)

    assert described.keys.keys() == own_keys(definition)
    assert described.title.zh
    for key in definition.allowed_keys():
        assert key_of(definition, key)


def test_a_key_without_a_text_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match=r"Schedule\.colour"):
        key_of(Schedule, "colour")


def test_every_text_is_there_in_both_languages() -> None:
    assert [
        place for place, text in texts() if not CHINESE.search(text.zh) and text.zh != "cron 表达式"
    ] == []
    assert [place for place, text in texts() if not text.en or CHINESE.match(text.en)] == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=["schedules", "office"])
def test_every_word_that_may_stand_somewhere_has_a_meaning(schema: Schema) -> None:
    lists = [each for each in nodes(schema) if isinstance(each.get("enum"), list)]
    assert lists

    for each in lists:
        assert each["enum"][0] == "周一" or len(each["enumDescriptions"]) == len(each["enum"]), each["enum"]


def test_the_chosen_language_comes_first() -> None:
    chinese, english = schedules_schema("zh_CN"), schedules_schema("en")
    keys = [each["definitions"]["Weekly"]["properties"]["on_holiday"] for each in (chinese, english)]

    assert [each["description"] for each in keys] == [
        "遇休息日怎么办。",
        "What becomes of a day that is a rest day.",
    ]
    assert [each["markdownDescription"].splitlines()[-1] for each in keys] == [
        "*What becomes of a day that is a rest day.*",
        "*遇休息日怎么办。*",
    ]
    assert [each["enumDescriptions"][0] for each in keys] == ["这一次不办。", "It is skipped."]
    assert keys[0]["errorMessage"].startswith("只能写：skip（这一次不办）；")
    assert keys[1]["errorMessage"].startswith("Only: skip (It is skipped); ")


def test_what_needs_quotes_is_filled_in_with_them() -> None:
    time = of_schedules()["definitions"]["Weekly"]["properties"]["time"]

    assert "examples" not in time
    assert [each["body"] for each in time["defaultSnippets"]] == ['^"15:00"', '^"09:00"']
    assert '例：`"15:00"`' in time["markdownDescription"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"by": "each", "quorum": "90%", "many": True}, "{by: each, quorum: 90%, many: true}"),
        (["03-15", 7, "周五"], '["03-15", 7, 周五]'),
        ("0 10 * 6-9 1", '"0 10 * 6-9 1"'),
        ("2026-04-07", "2026-04-07"),
        ({"3·15": "8123"}, '{"3·15": "8123"}'),
    ],
)
def test_values_are_written_as_the_office_writes_them(value: object, text: str) -> None:
    assert flow(value) == text
    tree, _ = parse_yaml(text)
    assert tree is not None
    assert as_json(text) == value


# ── what may be written ─────────────────────────────────────
def test_the_schema_accepts_what_ships_and_everything_that_can_be_said(
    starter_files: list[SourceFile],
) -> None:
    texts = {source.path: source.data.decode() for source in starter_files if source.path.endswith(".yaml")}
    entries().check_schema(of_schedules())
    settings_file().check_schema(of_office())

    settings_file().validate(as_json(texts.pop("office.yaml")))
    for text in (*texts.values(), EVERYTHING, texts_of_file.EXAMPLE):
        entries().validate(as_json(text))


@pytest.mark.parametrize(
    "definition", [each for each in PARTS if PARTS[each].example], ids=lambda each: each.__name__
)
def test_the_example_of_a_definition_is_one(definition: type[Definition]) -> None:
    tree, mistakes = parse_yaml(part_of(definition).example)
    assert tree is not None
    assert mistakes == []
    content = {key: child.plain() for key, child in tree.entries()}

    given = {**content, "id": "a"} if issubclass(definition, Entry) else content
    assert isinstance(TypeAdapter(definition).validate_python(given), definition)
    assert content.keys() & own_keys(definition)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.__name__)
def test_the_examples_of_keys_may_be_written(definition: type[Definition]) -> None:
    both = {**of_office()["definitions"], **of_schedules()["definitions"]}
    schemas = {**both, "OfficeFile": of_office()}
    for name, field in definition.model_fields.items():
        for example in key_of(definition, field.alias or name).examples:
            reader: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            TypeAdapter[Any](reader).validate_python(example)
            if definition.__name__ in schemas:
                schema = schemas[definition.__name__]["properties"][field.alias or name]
                part(schema, both).validate(example)


def test_nothing_after_the_colon_is_no_mistake_of_shape() -> None:
    entries().validate(
        as_json("a:\n  title: 学习\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n  remind:\n")
    )


@pytest.mark.parametrize("snippet", ENTRIES, ids=lambda each: each.label.en)
def test_a_template_is_a_schedule_as_it_stands(snippet: Any, starter: OfficeSpec) -> None:
    text = PLACE.sub(r"\1", snippet.body)
    entries().validate(as_json(text))

    ((key, node),) = parse_yaml(text)[0].entries()  # type: ignore[union-attr]
    content = {name: child.plain() for name, child in node.entries()}
    assert isinstance(TypeAdapter(Schedule).validate_python({**content, "id": key}), Schedule)


def test_a_template_of_a_group_is_a_member_of_it() -> None:
    for group, snippet in GROUPS.items():
        body = PLACE.sub(r"\1", snippet.body)
        entries().validate(as_json(f"{group}:\n" + "".join(f"  {line}\n" for line in body.splitlines())))


# ── what may not ────────────────────────────────────────────
STUDY = """\
a:
  title: 学习
  when: {weekly: 周五, time: "15:00", on_holiday: skip, min_gap: 3 workdays}
  who: {roles: [staff]}
  done: {by: any, evidence: {f: {kind: choice, from: [是, 否]}}}
  steps:
    x: {title: 一, due: start, evidence: {day: date}}
    y: {title: 二, after: x, from: day, within: 15 days, owed_by: {role: keeper}}
  remind: [{before: due, by: 1 workday, time: "09:00", to: unit-head, repeat: {every: 1 workday, most: 3}}]
  milestones: [{by: "06-30", reach: 3}]
  privacy: case
"""
MISTAKES = [
    ("title: 学习", "titel: 学习"),
    ("weekly: 周五", "weekly: 周八"),
    ("weekly: 周五, ", ""),
    ("weekly: 周五", "weekly: 周五, monthly: 3"),
    ("weekly: 周五", "monthly: 32"),
    ("weekly: 周五", "cycle: fortnight"),
    ('time: "15:00", on', "time: 9, on"),
    ('time: "15:00", on', 'time: "9:00", on'),
    ("on_holiday: skip", "on_holiday: skipp"),
    ("3 workdays", "3 day"),
    ("3 workdays", "workdays"),
    ("  who: {roles: [staff]}\n", ""),
    ("roles: [staff]", "rolls: [staff]"),
    ("roles: [staff]", "roles: {staff: 1}"),
    ("by: any", "by: some"),
    ("kind: choice", "kind: fotos"),
    ("day: date", "day: dates"),
    ("due: start", "due: {by: 3 days}"),
    ("owed_by: {role: keeper}", "owed_by: nobody"),
    ("owed_by: {role: keeper}", "owed_by: {rolle: keeper}"),
    ("before: due, by", "by"),
    ("most: 3", "most: 0"),
    ("most: 3", "most: 31"),
    ('by: "06-30"', 'by: "6月30日"'),
    ("reach: 3", "reach: three"),
    ("privacy: case", "privacy: secret"),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES, ids=[new or old for old, new in MISTAKES])
def test_mistakes_of_shape_are_refused_as_the_loader_refuses_them(old: str, new: str, small: Small) -> None:
    assert old in STUDY
    entries().validate(as_json(STUDY))
    wrong = STUDY.replace(old, new, 1)

    with pytest.raises(jsonschema.ValidationError):
        entries().validate(as_json(wrong))
    assert small(wrong).problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rest_days: quiet", "rest_days: loud"),
        ('day_ends: "18:00"', "day_ends: 1800"),
        ("soon_short:", "soon_shorter:"),
        ("  leader:        {title", "  boss:        {title"),
        ("  - {from:", "  - {form:"),
        ("title: 解放区", "titel: 解放区"),
    ],
)
def test_mistakes_in_office_yaml_are_refused(old: str, new: str, starter_files: list[SourceFile]) -> None:
    (text,) = [source.data.decode() for source in starter_files if source.path == "office.yaml"]
    assert old in text

    with pytest.raises(jsonschema.ValidationError):
        settings_file().validate(as_json(text.replace(old, new, 1)))


def test_an_entry_that_is_named_like_a_group_is_a_schedule() -> None:
    text = "report:\n  title: 报告\n  when: {by: '03-01'}\n  who: {role: clerk}\n"
    entries().validate(as_json(text))

    with pytest.raises(jsonschema.ValidationError):
        entries().validate(as_json(text.replace("who:", "whom:")))


def test_the_id_stands_before_the_colon() -> None:
    entry = of_schedules()["definitions"]["Schedule"]

    assert "id" not in entry["properties"]
    assert entry["required"] == ["title", "when", "who"]
