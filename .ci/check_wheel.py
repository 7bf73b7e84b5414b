"""The installed package, seen from outside the checkout: `python -I .ci/check_wheel.py PREFIX` (PREFIX: where it must lie)."""
import ast
import importlib
import importlib.metadata
import importlib.resources
import pkgutil
import re
import sys
from pathlib import Path

import bmnas

place = Path(bmnas.__file__).resolve()
if not place.is_relative_to(Path(sys.argv[1]).resolve()): sys.exit(f"imported from {place}, not from the installed wheel")
modules = [m.name for m in pkgutil.walk_packages(bmnas.__path__, "bmnas.")]
for m in modules: importlib.import_module(m)
files = importlib.resources.files("bmnas")
if not (files/"py.typed").is_file(): sys.exit("py.typed is missing")

# what the modules import at their top must be among the plain requirements: an extra may be missing at the user's
def norm(s): return re.sub(r"[-_.]+", "-", s).lower()
required = {norm(re.match(r"[\w.-]+", r)[0]) for r in importlib.metadata.requires("bmnas") if "extra ==" not in r}
owners = importlib.metadata.packages_distributions()
for p in sorted(place.parent.rglob("*.py")):
    for o in ast.parse(p.read_text(encoding="utf-8")).body:
        found = [a.name for a in o.names] if isinstance(o, ast.Import) else [o.module] if isinstance(o, ast.ImportFrom) and not o.level else []
        for top in (m.split(".")[0] for m in found):
            if top == "bmnas" or top in sys.stdlib_module_names or required & {norm(d) for d in owners.get(top, [])}: continue
            sys.exit(f"{p.name} imports {top}, which is not in `requirements` of settings.ini")

n = 0
if "bmnas.genotype" in modules:
    from bmnas.genotype import Genotype, preset, presets
    for name in presets():
        g = preset(name)
        if Genotype.from_json(g.to_json()) != g: sys.exit(f"preset {name} doesn't survive JSON")
        n += 1
    if not n: sys.exit("no preset")
print(f"{len(modules)} modules, {n} presets, version {bmnas.__version__}")
