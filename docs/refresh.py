"""Run notebooks in place, so that the saved outputs are what their code gives now, and clean them.

    python docs/refresh.py                    all, in reading order
    python docs/refresh.py nbs/00_core.ipynb  these only
    python docs/refresh.py --flags "slow data" ...   also the cells with these flags

Cells that `nbdev_test` skips (`eval: false`, and the flags of settings.ini unless given) are not run and keep what they show."""
import argparse
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.update(PYTHONWARNINGS="ignore", TQDM_DISABLE="1", OMP_NUM_THREADS="1")   # kernels inherit these: quiet, deterministic outputs

import nbformat
from nbclient import NotebookClient
from nbdev.clean import nbdev_clean

from book import cfg, notebooks

del os.environ["IN_TEST"]   # a kernel behaves as it does for a reader


class Client(NotebookClient):
    skip = re.compile(r"(?!)")

    async def async_execute_cell(self, cell, cell_index, **kw):
        if self.skip.search(cell.source) or "nbdev_export(" in cell.source:
            if re.search(r"^#\|\s*eval:\s*false", cell.source, re.M | re.I): cell.outputs = []   # never run: nothing stale
            return cell
        return await super().async_execute_cell(cell, cell_index, **kw)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("paths", nargs="*", type=Path)
    args.add_argument("--flags", default="", help="flags of cells to run as well, separated by spaces")
    a = args.parse_args()
    flags = [f for f in cfg.tst_flags.split() if f not in a.flags.split()]
    Client.skip = re.compile(r"^#\|\s*(eval:\s*false"+"".join("|"+re.escape(f) for f in flags)+r")\s*$", re.M | re.I)
    for p in a.paths or [n.path for n in notebooks()]:
        nb = nbformat.read(p, 4)
        Client(nb, kernel_name="python3", timeout=None, record_timing=False, extra_arguments=["--log-level=40"],
               resources={"metadata": {"path": str(p.parent)}}).execute()
        nbformat.write(nb, p)
        nbdev_clean.__wrapped__(str(p))
        print("ran", p)


if __name__ == "__main__": main()
