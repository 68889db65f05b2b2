"""Settings: where they come from, which goes before which, and what a bad one is answered with."""

from argparse import ArgumentParser
from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path

import pytest

from huechat.config import PREFIX, ClientSettings, ServerSettings, SettingError
from huechat.protocol import COLORS

BOTH = pytest.mark.parametrize("cls", [ServerSettings, ClientSettings])


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch):
    for cls in (ServerSettings, ClientSettings):
        for one in fields(cls):
            monkeypatch.delenv(PREFIX + one.name.upper(), raising=False)


def flags(cls, *arguments: str):
    parser = ArgumentParser()
    cls.add_flags(parser)
    return parser.parse_args(arguments)


def error(monkeypatch, folder: Path, variable: str, value: str, cls=ClientSettings) -> str:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as reason:
        cls.read(folder=folder)
    return str(reason.value)


@BOTH
def test_with_nothing_set_the_defaults_hold(cls, tmp_path):
    assert cls.read(folder=tmp_path) == cls()


def test_the_defaults_are_the_seeds():
    settings = ClientSettings()
    assert (settings.host, settings.port, settings.color) == ("127.0.0.1", 3030, "blue")


@BOTH
def test_settings_are_frozen(cls):
    with pytest.raises(FrozenInstanceError):
        cls().port = 1


def test_the_environment_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("HUECHAT_PORT", "4000")
    monkeypatch.setenv("HUECHAT_NAME", "ana")
    monkeypatch.setenv("HUECHAT_RECONNECT_MAX_S", "0.5")
    settings = ClientSettings.read(folder=tmp_path)
    assert (settings.port, settings.name, settings.reconnect_max_s) == (4000, "ana", 0.5)


def test_env_file_is_read_from_the_folder(tmp_path):
    (tmp_path / ".env").write_text("# mine\nHUECHAT_COLOR=red\nexport HUECHAT_PORT='4000'\n")
    settings = ClientSettings.read(folder=tmp_path)
    assert (settings.color, settings.port) == ("red", 4000)


def test_env_file_is_read_from_the_working_folder_if_none_is_given(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("HUECHAT_COLOR=red\n")
    monkeypatch.chdir(tmp_path)
    assert ClientSettings.read().color == "red"


def test_the_environment_goes_before_the_env_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("HUECHAT_COLOR=red\nHUECHAT_PORT=4000\n")
    monkeypatch.setenv("HUECHAT_COLOR", "green")
    settings = ClientSettings.read(folder=tmp_path)
    assert (settings.color, settings.port) == ("green", 4000)


def test_a_flag_goes_before_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("HUECHAT_COLOR", "green")
    monkeypatch.setenv("HUECHAT_PORT", "4000")
    settings = ClientSettings.read(flags(ClientSettings, "--color", "red"), tmp_path)
    assert (settings.color, settings.port) == ("red", 4000)


def test_what_one_changes_often_has_a_flag():
    shared = {"host", "port", "log_level"}
    assert set(vars(flags(ServerSettings))) == {*shared, "data"}
    assert set(vars(flags(ClientSettings))) == {
        *shared,
        *("color", "name", "history", "room", "format", "plain"),
    }


def test_the_names_of_the_limits_are_those_that_issue_3_fixes():
    names = {"messages_per_s", "connections", "connections_per_address", "handshakes_per_s"}
    assert names <= set(asdict(ServerSettings()))


@pytest.mark.parametrize(
    ("given", "may_be"),
    [
        ({"messages_per_s": -1}, "messages_per_s is -1; it may be a whole number"),
        ({"sync": "never"}, "sync is 'never'; it may be one of full, normal"),
        ({"data": ""}, "data is ''; it may be some text"),
        ({"port": None}, "port is None; it may be a whole number"),
    ],
)
def test_what_a_program_gives_is_checked_too(given, may_be):
    with pytest.raises(SettingError, match=may_be):
        ServerSettings(**given)


@pytest.mark.parametrize(
    "name",
    [
        "messages_per_s",
        "connections",
        "connections_per_address",
        "handshakes_per_s",
        "handshake_timeout_s",
        "keepalive_s",
        "keep_days",
        "keep_mb",
    ],
)
def test_0_lifts_a_limit(monkeypatch, tmp_path, name):
    monkeypatch.setenv(PREFIX + name.upper(), "0")
    assert asdict(ServerSettings.read(folder=tmp_path))[name] == 0


def test_by_default_a_message_outlives_a_loss_of_power_and_is_kept_for_ever():
    settings = ServerSettings()
    assert (settings.data, settings.sync) == ("data", "full")
    assert (settings.keep_days, settings.keep_mb) == (0, 0)


def test_history_means_the_servers_number_to_it_and_the_clients_to_the_client(
    monkeypatch, tmp_path
):
    assert (ServerSettings().history, ClientSettings().history) == (20, None)
    monkeypatch.setenv("HUECHAT_HISTORY", "5")
    assert ServerSettings.read(folder=tmp_path).history == 5
    assert ClientSettings.read(folder=tmp_path).history == 5


def test_what_the_env_file_says_stays_out_of_the_environment(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("HUECHAT_PORT=4000\n")
    ClientSettings.read(folder=tmp_path)
    (tmp_path / ".env").unlink()
    assert ClientSettings.read(folder=tmp_path).port == 3030


def test_an_empty_value_means_not_set(monkeypatch, tmp_path):
    for name in asdict(ClientSettings()):
        monkeypatch.setenv(PREFIX + name.upper(), "")
    assert ClientSettings.read(folder=tmp_path) == ClientSettings()


def test_capitals_do_not_matter_in_a_choice(monkeypatch, tmp_path):
    monkeypatch.setenv("HUECHAT_COLOR", "Light_Red")
    assert ClientSettings.read(folder=tmp_path).color == "light_red"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "0"), ("PORT", "65535"), ("CONNECT_TIMEOUT_S", "0.1"), ("CONNECT_TIMEOUT_S", "600")],
)
def test_the_ends_of_what_a_number_may_be_are_allowed(monkeypatch, tmp_path, variable, value):
    monkeypatch.setenv(PREFIX + variable, value)
    assert asdict(ClientSettings.read(folder=tmp_path))[variable.lower()] == float(value)


PORTS = "a whole number from 0 to 65535"
ALONE = "an address or a name alone: the port is HUECHAT_PORT, or --port"


@pytest.mark.parametrize(
    ("given", "taken"),
    [("here", "here"), ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1")],
)
def test_a_host_is_a_name_or_an_address(monkeypatch, tmp_path, given, taken):
    monkeypatch.setenv("HUECHAT_HOST", given)
    assert ClientSettings.read(folder=tmp_path).host == taken


@pytest.mark.parametrize(
    ("variable", "value", "may_be"),
    [
        *(("HUECHAT_PORT", bad, PORTS) for bad in ["x", "-1", "65536", "1.5", "0x1", "1_0", "３"]),
        ("HUECHAT_PORT", " 3030", PORTS),
        ("HUECHAT_PORT", "9" * 5000, PORTS),
        *(("HUECHAT_HOST", bad, ALONE) for bad in ["[]", "here:3030", "http://here", "[::1]:3030"]),
        ("HUECHAT_COLOR", "purple", f"one of {', '.join(COLORS)}"),
        ("HUECHAT_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("HUECHAT_NAME", "-ana", "empty, or a name: a name begins with a letter or a digit"),
        ("HUECHAT_NAME", "x" * 33, "empty, or a name: a name has 1 to 32 characters, not 33"),
        *(
            ("HUECHAT_CONNECT_TIMEOUT_S", bad, "seconds from 0.1 to 600")
            for bad in ["0", "601", "-1", "nan", "inf", "soon"]
        ),
    ],
)
def test_a_bad_value_is_told_with_its_variable_and_what_it_may_be(
    monkeypatch, tmp_path, variable, value, may_be
):
    told = error(monkeypatch, tmp_path, variable, value)
    assert told == f"{variable} is {value!r} in the environment; it may be {may_be}"


@pytest.mark.parametrize("value", ["127", "1048577", "many"])
def test_a_bad_limit_is_told_with_its_unit(monkeypatch, tmp_path, value):
    told = error(monkeypatch, tmp_path, "HUECHAT_MAX_LINE_BYTES", value, ServerSettings)
    assert told.endswith("it may be a whole number of bytes from 128 to 1048576")


def test_a_bad_value_in_the_env_file_is_told_with_its_line(tmp_path):
    file = tmp_path / ".env"
    file.write_text("\nHUECHAT_PORT=x\n")
    words = f"^HUECHAT_PORT is 'x' in {file}, line 2; it may be {PORTS}$"
    with pytest.raises(SettingError, match=words):
        ServerSettings.read(folder=tmp_path)


def test_all_bad_values_are_told_at_once_and_where_each_stands(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("HUECHAT_PORT=x\nHUECHAT_SYNC=never\nHUECHAT_HOST=here\n")
    monkeypatch.setenv("HUECHAT_PORT", "y")
    with pytest.raises(SettingError) as told:
        ServerSettings.read(folder=tmp_path)
    assert str(told.value).split("\n") == [
        "2 settings are wrong:",
        f"  HUECHAT_PORT is 'y' in the environment; it may be {PORTS}",
        f"  HUECHAT_SYNC is 'never' in {file}, line 2; it may be one of full, normal",
    ]


def test_a_bad_flag_is_told_with_what_it_may_be(capsys):
    with pytest.raises(SystemExit):
        flags(ServerSettings, "--port", "x")
    assert f"argument --port: it is 'x'; it may be {PORTS}" in capsys.readouterr().err


@BOTH
def test_help_names_the_variable_of_each_flag(cls, capsys):
    with pytest.raises(SystemExit):
        flags(cls, "--help")
    shown = capsys.readouterr().out
    flagged = [one.name for one in fields(cls) if one.metadata["setting"].flag]
    assert flagged
    for name in flagged:
        assert f"--{name.replace('_', '-')}" in shown
        assert PREFIX + name.upper() in shown
