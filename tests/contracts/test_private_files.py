"""Who may read what is kept: its owner alone, whatever the process's umask and the folder's age."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from tests.contracts.talk import TIME, everything, said

from huechat.server.__main__ import main
from huechat.store import care
from huechat.store.folder_lock import FolderLock
from huechat.store.search import FILE, LOG_FILE, SearchIndex

BESIDE = ("", "-wal", "-shm")
DATABASES = {f"{one}{ending}" for one in (LOG_FILE, FILE) for ending in BESIDE}


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    """Return the rights of all databases in a folder, and of what SQLite has beside them."""
    files = [one for one in folder.iterdir() if one.suffix.startswith((".db", ".before"))]
    return {one.name: one.stat().st_mode & 0o777 for one in files}


def fill(folder: Path, open_store, **settings) -> SearchIndex:
    open_store(folder, **settings).append([said("one")], TIME)
    index = SearchIndex(folder)
    index.add("lobby", 10)
    return index


def make_public(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o644)


def test_the_lock_is_its_owners_alone(tmp_path):
    lock = FolderLock(tmp_path)
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_all_that_is_made_is_its_owners_alone(open_store, tmp_path):
    folder = tmp_path / "data"
    index = fill(folder, open_store)
    with index._db():  # what is beside it is there while it is open
        assert rights(folder) == dict.fromkeys(DATABASES, 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_search_index_that_is_made_anew_is_its_owners_alone(open_store, tmp_path):
    fill(tmp_path, open_store).remake()
    assert rights(tmp_path)[FILE] == 0o600


def test_what_everybody_could_read_is_put_right_at_the_start(open_store, tmp_path):
    """Also what a server left beside it that was killed."""
    old, folder = tmp_path / "old", tmp_path / "data"
    index = fill(old, open_store)
    with index._db():
        shutil.copytree(old, folder)
    shutil.copy(folder / LOG_FILE, folder / care.KEPT)  # what a backup took the place of once
    make_public(folder)
    assert set(rights(folder)) == {*DATABASES, care.KEPT}
    store = open_store(folder)
    assert [one.text for one in everything(store)] == ["one"]
    with SearchIndex(folder)._db():
        assert rights(folder) == dict.fromkeys((*DATABASES, care.KEPT), 0o600)


def test_the_owner_gets_no_more_rights_than_there_were(open_store, tmp_path):
    fill(tmp_path, open_store)
    (tmp_path / FILE).chmod(0o444)
    SearchIndex(tmp_path)
    assert rights(tmp_path)[FILE] == 0o400


def test_what_is_somebody_elses_stays_as_it_is(open_store, tmp_path, monkeypatch):
    fill(tmp_path, open_store).remake()
    make_public(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    SearchIndex(tmp_path)
    assert rights(tmp_path)[FILE] == 0o644


def test_a_disk_that_knows_no_rights_is_good_enough(open_store, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("not supported")

    fill(tmp_path / "a", open_store)
    make_public(tmp_path / "a")
    monkeypatch.setattr(Path, "chmod", refuse)
    index = SearchIndex(tmp_path / "a")
    assert index.find("lobby", "one", 9, 9) == [1]
    assert open_store(tmp_path / "b").append([said("one")], TIME)


def test_backups_and_what_is_restored_are_their_owners_alone(open_store, tmp_path, capsys):
    folder, file, back = tmp_path / "data", tmp_path / "chat.backup", tmp_path / "back"
    fill(folder, open_store)
    file.write_text("an older one")
    Path(f"{file}.new").write_text("somebody's")
    assert main(["backup", str(file), "--data", str(folder)]) == 0
    assert Path(f"{file}.new").read_text() == "somebody's"
    assert file.stat().st_mode & 0o777 == 0o600
    assert main(["restore", str(file), "--data", str(back)]) == 0
    assert rights(back) == {LOG_FILE: 0o600}
    assert back.stat().st_mode & 0o777 == 0o700


def test_a_backup_goes_where_a_link_leads_and_the_link_stays(open_store, tmp_path):
    folder, file, link = tmp_path / "data", tmp_path / "chat.backup", tmp_path / "newest"
    fill(folder, open_store)
    link.symlink_to(file)
    for _ in range(2):  # there is no such file at first
        assert main(["backup", str(link), "--data", str(folder)]) == 0
        assert link.is_symlink()
        assert main(["restore", str(file), "--data", str(tmp_path / "back")]) == 0
        file.write_text("an older one")


def test_a_backup_goes_into_a_named_pipe_which_stays_one(open_store, tmp_path):
    folder, pipe = tmp_path / "data", tmp_path / "pipe"
    fill(folder, open_store)
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_bytes)
        assert main(["backup", str(pipe), "--data", str(folder)]) == 0
        (tmp_path / "got").write_bytes(read.result())
    assert pipe.is_fifo()
    assert main(["restore", str(tmp_path / "got"), "--data", str(tmp_path / "back")]) == 0


def test_a_backup_goes_into_a_pipe_that_a_device_stands_for(open_store, tmp_path):
    folder = tmp_path / "data"
    fill(folder, open_store)
    out, into = os.pipe()
    with ThreadPoolExecutor(1) as reader, open(out, "rb") as pipe:
        read = reader.submit(pipe.read)
        assert main(["backup", f"/dev/fd/{into}", "--data", str(folder)]) == 0
        os.close(into)
        (tmp_path / "got").write_bytes(read.result())
    assert main(["restore", str(tmp_path / "got"), "--data", str(tmp_path / "back")]) == 0


def test_links_that_go_round_are_no_place_for_a_backup(open_store, tmp_path, capsys):
    folder, link = tmp_path / "data", tmp_path / "round"
    fill(folder, open_store)
    link.symlink_to(link)
    assert main(["backup", str(link), "--data", str(folder)]) == 1
    assert f"cannot backup {link}: Too many levels of symbolic links" in capsys.readouterr().err
    assert link.is_symlink()


def test_what_a_restored_database_replaces_is_its_owners_alone(open_store, tmp_path):
    folder = tmp_path / "data"
    store = open_store(folder)
    store.append([said("one")], TIME)
    backup = BytesIO()
    care.backup(folder, backup)
    store.close()
    make_public(folder)
    (folder / f"{LOG_FILE}.restoring").write_text("what was left of another")
    (folder / f"{LOG_FILE}.restoring").chmod(0o644)
    backup.seek(0)
    care.restore(folder, backup)
    assert rights(folder) == {LOG_FILE: 0o600, care.KEPT: 0o600}


@pytest.mark.parametrize("name", [LOG_FILE, f"{LOG_FILE}-wal", FILE, "lock", f"x/../{LOG_FILE}"])
def test_a_backup_takes_the_place_of_no_file_of_the_database(open_store, tmp_path, capsys, name):
    folder = tmp_path / "data"
    fill(folder, open_store)
    (folder / "x").mkdir()
    before = (folder / LOG_FILE).read_bytes()
    file = str(folder / name)
    assert main(["backup", file, "--data", str(folder)]) == 1
    assert f"{file} is a file of the database itself" in capsys.readouterr().err
    assert (folder / LOG_FILE).read_bytes() == before
