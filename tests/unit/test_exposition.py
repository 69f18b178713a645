"""The Prometheus text format, as Prometheus's own parser reads it."""

from prometheus_client.parser import text_string_to_metric_families

from worker.exposition import Gauge, Sample, by_label, gauge, text

ODD = 'a "quoted" \\ back\nslash 中文'


def test_labels_and_help_with_odd_characters_come_through_as_they_were() -> None:
    page = text([Gauge("duban_x", ODD, (Sample(1.5, {"channel": ODD}),))])

    [family] = text_string_to_metric_families(page)
    assert family.documentation == ODD
    assert [(sample.labels, sample.value) for sample in family.samples] == [({"channel": ODD}, 1.5)]


def test_what_is_not_known_has_no_value_and_truths_are_one_and_nought() -> None:
    page = text(
        [
            gauge("a", "", None),
            gauge("b", "", True),
            gauge("c", "", False),
            by_label("d", "", "of", {"x": None, "y": 2}),
        ]
    )

    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert samples == {("b",): 1.0, ("c",): 0.0, ("d", "y"): 2.0}
