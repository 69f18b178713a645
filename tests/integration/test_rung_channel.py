"""A rung that names a channel goes out on it, whatever the recipient's own is."""


def test_a_rung_may_name_its_own_channel(world, local_time):
    office = world.files["office.yaml"]
    assert "\nchannels:\n" in office
    world.files["office.yaml"] = office.replace(
        "\nchannels:\n", '\nchannels:\n  other: {url: "json://127.0.0.1:1/{id}", quiet: exempt}\n'
    )
    training = world.files["enforcement.yaml"]
    world.files["enforcement.yaml"] = training.replace("- {at: open}", "- {at: open, channel: other}")
    world.apply(local_time("2026-11-23 09:00"))

    sent = world.at("2026-11-23 09:00")

    used = {message.channel_key for message in sent if "学时" in message.body}
    assert used == {"other"}
    assert "personal" in {message.channel_key for message in sent}
