"""A process that stores messages and dies without closing the store: `dying STORE FOLDER NUMBER`.

`STORE` is where its class is, as `module:name`. Prints the seqs that it was given.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from tests.contracts.talk import TIME, said, seqs


def main(where: str, folder: str, number: str) -> None:
    module, _, name = where.partition(":")
    store = getattr(import_module(module), name)(Path(folder))
    drafts = [said(f"hi {n}", id_=f"dying {os.getpid()} {n}") for n in range(int(number))]
    print(*seqs(store.append(drafts, TIME)), flush=True)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
