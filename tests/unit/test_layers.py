"""Who may import whom: what DESIGN.md says, held against what the files say."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
PACKAGE = SERVICES / "huechat"
FILES = sorted(PACKAGE.rglob("*.py"))

OUR_OWN_NAMES = {"getattr(socket, option)"}  # of a table that stands beside it

every_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SERVICES)))


def folder(name: str) -> list[Path]:
    return sorted((PACKAGE / name).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Yield all that a file imports, as `package.module`; of `from m import n`, also `m.n`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(module: str, *places: str) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def foreign(where: str, *allowed: str) -> set[tuple[str, str]]:
    """What the files of a folder import beyond `allowed` and the standard library."""
    return {
        (path.name, module)
        for path in folder(where)
        for module in imports(path)
        if not is_standard(module) and module != "huechat" and not is_within(module, *allowed)
    }


def importers(*modules: str) -> set[Path]:
    return {path for path in FILES if any(is_within(one, *modules) for one in imports(path))}


def test_the_domain_knows_only_the_protocol():
    assert foreign("chat", "huechat.protocol", "huechat.chat") == set()


def test_a_wire_knows_only_the_protocol():
    assert foreign("wire", "huechat.protocol", "huechat.wire", "msgspec") == set()


def test_a_store_knows_only_the_protocol_and_what_is_to_be_stored():
    ours = ("huechat.protocol", "huechat.store", "huechat.chat.draft", "huechat.chat.accounts")
    assert foreign("store", *ours, "sqlalchemy", "alembic") == set()


def test_only_a_store_speaks_sql():
    assert importers("sqlalchemy", "alembic", "sqlite3") <= set(folder("store"))


def test_a_client_knows_no_server_and_no_store():
    assert importers("huechat.server", "huechat.store") & set(folder("client")) == set()


def test_the_protocol_knows_nobody():
    assert foreign("protocol", "huechat.protocol", "msgspec") == set()


@pytest.mark.parametrize("module", ["socket", "ssl", "selectors", "select", "asyncio"])
def test_only_server_and_client_meet_sockets(module):
    both = {PACKAGE / "keepalive.py"}  # what the two do alike
    assert importers(module) <= {*folder("server"), *folder("client")} | both


@pytest.mark.parametrize("module", ["threading", "queue", "time", "sqlite3", "termcolor"])
def test_no_wire_meets_threads_clocks_disks_or_colors(module):
    assert importers(module) & set(folder("wire")) == set()


@pytest.mark.parametrize("module", ["sqlite3", "termcolor", "msgspec", "logging"])
def test_the_domain_meets_no_disk_no_wire_and_no_people(module):
    assert importers(module) & set(folder("chat")) == set()


@every_file
def test_only_config_reads_the_environment(path):
    words = {"environ", "environb", "getenv", "putenv", "dotenv_values", "load_dotenv"}
    used = {
        getattr(node, "attr", getattr(node, "id", None)) for node in ast.walk(tree(path))
    } & words
    named = {module.rpartition(".")[2] for module in imports(path)} & words
    assert not (used | named) or path == PACKAGE / "config.py"


@pytest.mark.parametrize("where", ["chat", "wire", "server"])
def test_nothing_is_looked_up_by_a_name_that_a_client_sent(where):
    calls = [
        node
        for path in folder(where)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"getattr", "eval", "exec", "globals", "__import__"}
    ]
    asked = [call for call in calls if not isinstance((call.args[1:] or [None])[0], ast.Constant)]
    assert {ast.unparse(call) for call in asked} <= OUR_OWN_NAMES


def test_the_checks_see_the_package():
    folders = {path.parent.name for path in FILES}
    assert {"protocol", "chat", "wire", "store", "server", "client"} <= folders
    assert PACKAGE / "server/chat_server.py" in importers("socket")
