"""Settings: what the environment says, what is made up for it, and what is refused."""

import re
import subprocess
from pathlib import Path

import pytest

from worker.errors import NotConfigured
from worker.settings import SOCKET_PATH_BYTES, Secret, Settings, packaged_office

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"DUBAN_[A-Z]+(?:_[A-Z]+)*(?:_<NAME>)?")


def load(data: Path, **environ: str) -> Settings:
    return Settings.load({"DUBAN_DATA": str(data), **environ})


def test_every_variable_that_is_read_is_documented_and_the_other_way_round() -> None:
    source = (ROOT / "worker" / "settings.py").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    read = set(re.findall(r'"(DUBAN_[A-Z_]*[A-Z])"', source)) | {"DUBAN_SECRET_<NAME>"}
    rows = {
        match[0] for line in page.splitlines() if (match := re.match(r"\| `([^`]+)` \|", line)) and match[1]
    }
    documented = {VARIABLE.search(row).group() for row in rows if VARIABLE.search(row)}  # type: ignore[union-attr]

    assert documented == read


def test_without_an_environment_it_is_the_starter_office_on_this_machine(tmp_path: Path) -> None:
    found = load(tmp_path)

    assert found.office == packaged_office()
    assert found.database_url == f"sqlite:///{tmp_path}/duban.sqlite3"
    assert found.redis_url == f"redis+socket://{found.redis_socket}"
    assert (found.base_url, found.listen_host, found.listen_port) == (
        "http://127.0.0.1:8765",
        "127.0.0.1",
        8765,
    )
    assert found.language == "zh_CN"


def test_the_data_of_ones_own_office_lie_in_its_folder_wherever_the_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, elsewhere = tmp_path / "我的办事处", tmp_path / "elsewhere"
    for folder in (office / "calendar", elsewhere):
        folder.mkdir(parents=True)
    (office / "office.yaml").write_text("title: 一\n", encoding="utf-8")
    found = []

    monkeypatch.chdir(elsewhere)
    found.append(Settings.load({"DUBAN_OFFICE": str(office)}))
    monkeypatch.chdir(office)
    found.append(Settings.load({}))
    monkeypatch.chdir(office / "calendar")
    found.append(Settings.load({}))

    assert {each.office.resolve() for each in found} == {office}
    assert {each.data.resolve() for each in found} == {office / ".duban"}


def test_the_data_of_the_starter_office_and_of_a_folder_that_is_none_lie_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    for named in ({}, {"DUBAN_OFFICE": str(packaged_office())}, {"DUBAN_OFFICE": str(tmp_path / "misspelt")}):
        assert Settings.load(named).data == tmp_path / ".duban"


def test_git_passes_over_the_data(tmp_path: Path) -> None:
    settings = load(tmp_path / "data")
    settings.prepare()

    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    seen = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert settings.secret_key.reveal()
    assert seen.stdout == ""


def test_an_empty_variable_counts_as_absent(tmp_path: Path) -> None:
    assert load(tmp_path, DUBAN_DATABASE_URL="", DUBAN_LANGUAGE="") == load(tmp_path)


def test_loading_writes_nothing(tmp_path: Path) -> None:
    load(tmp_path / "data")

    assert list(tmp_path.iterdir()) == []


def test_a_redis_by_url_is_not_ours_to_start(tmp_path: Path) -> None:
    found = load(tmp_path, DUBAN_REDIS_URL="redis://broker:6379/0")

    assert (found.redis_url, found.redis_socket) == ("redis://broker:6379/0", None)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(
            {"DUBAN_BASE_URL": "http://127.0.0.1:9000/"}, ("127.0.0.1", 9000), id="port of a local address"
        ),
        pytest.param(
            {"DUBAN_BASE_URL": "https://duban.example.cn"}, ("127.0.0.1", 8765), id="behind a proxy"
        ),
        pytest.param({"DUBAN_LISTEN": "0.0.0.0:80"}, ("0.0.0.0", 80), id="all interfaces"),
        pytest.param({"DUBAN_LISTEN": "[::1]:80"}, ("::1", 80), id="IPv6"),
    ],
)
def test_where_the_web_listens(tmp_path: Path, environ: dict[str, str], expected: tuple[str, int]) -> None:
    found = load(tmp_path, **environ)

    assert (found.listen_host, found.listen_port) == expected


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        pytest.param(
            {"DUBAN_BASE_URL": "duban.example.cn"}, "DUBAN_BASE_URL is duban.example.cn", id="no scheme"
        ),
        pytest.param(
            {"DUBAN_BASE_URL": "http://h:port"}, "DUBAN_BASE_URL is http://h:port", id="port is no number"
        ),
        pytest.param({"DUBAN_LISTEN": "8765"}, "DUBAN_LISTEN is 8765", id="no host"),
        pytest.param({"DUBAN_LISTEN": "h:0"}, "DUBAN_LISTEN is h:0", id="port 0"),
        pytest.param({"DUBAN_LANGUAGE": "fr"}, "DUBAN_LANGUAGE is fr", id="no such language"),
        pytest.param(
            {"DUBAN_TRUSTED_PROXY": "proxy.local"},
            "DUBAN_TRUSTED_PROXY is proxy.local",
            id="no address of a proxy",
        ),
        pytest.param({"DUBAN_API_RATE": "0/minute"}, "DUBAN_API_RATE is 0/minute", id="no such rate"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    tmp_path: Path, environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(NotConfigured, match=re.escape(sentence)):
        load(tmp_path, **environ)


def test_no_secret_shows_itself(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        DUBAN_SECRET_KEY="key-of-links",
        DUBAN_SECRET_SMS="key-of-sms",
        DUBAN_DATABASE_URL="postgresql+psycopg://duban:key-of-db@host/duban",
        DUBAN_REDIS_URL="redis://:key-of-redis@host/0",
    )

    assert "key-of" not in repr(found)
    assert "key-of" not in f"{found.secret_key} {found.secret('sms')!r}"
    assert found.secret_key.reveal() == "key-of-links"


def test_the_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    data = tmp_path / "data"

    first, second = load(data).secret_key, load(data).secret_key

    assert first == second
    assert len(first.reveal()) >= 43
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["secret_key", "secrets.env"])
def test_a_file_of_secrets_that_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("SMS=x\n")
    file.chmod(0o640)
    settings = load(tmp_path)

    with pytest.raises(NotConfigured, match=f"chmod 600 {file}"):
        assert settings.secret_key if name == "secret_key" else settings.secret("sms")


def test_secrets_come_from_the_environment_then_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.touch(mode=0o600)
    file.write_text("# channels\n\nSMS=from file\nWECOM_KEY = a=b \n")
    found = load(tmp_path, DUBAN_SECRET_SMS="from environment")

    assert found.secret("sms") == Secret("from environment")
    assert found.secret("wecom-key") == Secret("a=b")
    assert found.secret("mail") is None


def test_a_line_that_is_no_secret_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.touch(mode=0o600)
    file.write_text("SMS=x\nexport MAIL=y\n")

    with pytest.raises(NotConfigured, match=r"secrets\.env:2: write NAME=value"):
        load(tmp_path).secret("mail")


@pytest.mark.parametrize("name", ["key", "../etc", "", "a b"])
def test_some_names_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotConfigured, match="cannot be the name of a secret"):
        load(tmp_path, DUBAN_SECRET_KEY="x").secret(name)


def test_a_long_socket_path_moves_to_a_private_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("深" * 40)

    first, again, other = (load(path).redis_socket for path in (deep, deep, tmp_path / ("浅" * 40)))

    assert first == again != other
    assert first is not None
    assert len(bytes(first)) <= SOCKET_PATH_BYTES
    assert first.parent.stat().st_mode & 0o777 == 0o700
    first.parent.rmdir()
    assert other
    other.parent.rmdir()


def test_a_folder_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("深" * 40)
    socket = load(deep).redis_socket
    assert socket
    socket.parent.chmod(0o755)

    with pytest.raises(NotConfigured, match="only this user can open"):
        load(deep)

    socket.parent.rmdir()


def test_children_get_the_same_settings(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        DUBAN_SECRET_SMS="s",
        DUBAN_SECRET_KEY="k",
        DUBAN_LISTEN="0.0.0.0:80",
        DUBAN_LANGUAGE="en",
        DUBAN_API_RATE="9/hour",
        DUBAN_TRUSTED_PROXY="10.0.0.5",
    )

    assert Settings.load(found.environ()) == found


def test_children_get_nothing_that_these_settings_leave_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load(tmp_path)
    monkeypatch.setenv("DUBAN_REDIS_URL", "redis://broker.example.cn:6379/0")
    monkeypatch.setenv("DUBAN_HEARTBEAT_URL", "https://monitor.example.cn/ping")
    monkeypatch.setenv("DUBAN_TRUSTED_PROXY", "10.0.0.5")
    monkeypatch.setenv("DUBAN_METRICS_TOKEN", "t" * 40)

    assert Settings.load(found.environ()) == found
