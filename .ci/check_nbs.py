"""What must hold for the notebooks beyond running: `python .ci/check_nbs.py`. One line per finding, exit status 1 if there is any.

Order     an exported notebook imports from the package only what lower-numbered notebooks export; other folders may import all.
Form      first cell `# title` and `> summary`, unique names, exports end in nbdev_export(), imports in cells of their own.
Outputs   no error, no warning, no progress bar, no path of a machine, notebooks under 300 KB (pictures included)."""
import ast
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent/"docs"))
from book import cfg, notebooks, root

lib = cfg.lib_path.name
machine = re.compile(r"(?<![\w.])(/(home|root|tmp|work|Users|mnt|var/folders)/[\w.-]+|[A-Z]:\\Users)")
noise = re.compile(r"\b\w*Warning: |\d+%\|")
limit = 300_000


def imported(tree):
    "Modules of the package that a cell imports, `core` for both `from bmnas.core import x` and `from bmnas import core`."
    for o in ast.walk(tree):
        if isinstance(o, ast.Import):
            yield from (a.name[len(lib)+1:] for a in o.names if a.name.startswith(lib+"."))
        elif isinstance(o, ast.ImportFrom) and o.module and not o.level:
            if o.module == lib: yield from (a.name for a in o.names if not a.name.startswith("_"))
            elif o.module.startswith(lib+"."): yield o.module[len(lib)+1:]


def findings(nbs):
    modules = {n.module: n for n in nbs if n.module}
    for name in {n.path.stem for n in nbs}:
        same = [str(n.rel) for n in nbs if n.path.stem == name]
        if len(same) > 1: yield f"{', '.join(same)}: names must be unique over all folders"
    for n in nbs:
        say = f"{n.path.relative_to(root)}: "
        if n.module and not n.number: yield say+"exports a module but has no number, so it has no place in the order of imports"
        if n.path.stat().st_size > limit: yield say+f"{n.path.stat().st_size//1000} KB, more than {limit//1000}: make its outputs smaller"
        first = n.cells[0].source.strip() if n.cells else ""
        if not re.fullmatch(r"# \S[^\n]*\n+> \S[^\n]*", first): yield say+"the first cell must be `# title` and `> one-line summary`, no more"
        code = [c for c in n.cells if c.cell_type == "code" and c.source.strip()]
        if n.module and not (code and "nbdev_export(" in code[-1].source): yield say+"the last cell must call nbdev.nbdev_export()"
        for i, c in enumerate(n.cells):
            if c.cell_type != "code": continue
            where = f"{say}cell {i} (id {c.get('id')}): "
            try: tree = ast.parse(re.sub(r"^\s*[%!].*$", "", c.source, flags=re.M))
            except SyntaxError as e:
                yield where+f"not Python ({e.msg})"
                continue
            exported = re.search(r"^#\|\s*export", c.source, re.M)
            for m in imported(tree) if n.module else ():
                if m not in modules: yield where+f"imports {lib}.{m}, which no notebook exports"
                elif modules[m] is n:
                    if exported: yield where+f"imports itself ({lib}.{m})"
                elif n.number and modules[m].number and modules[m].number > n.number:
                    yield where+f"imports {lib}.{m} of {modules[m].rel}, a later notebook"
            top = [isinstance(o, (ast.Import, ast.ImportFrom)) for o in tree.body]
            if any(top) and not all(top) and "nbdev_export(" not in c.source:
                yield where+"mixes imports with other statements: give the imports a cell of their own"
            for o in c.get("outputs", []):
                text = "\n".join("".join(v) for k, v in o.get("data", {}).items() if k.startswith("text/"))+"".join(o.get("text", ""))
                if o.output_type == "error": yield where+f"saved output is an error: {o.ename}: {o.evalue}"
                if m := machine.search(text): yield where+f"saved output holds a path of a machine: {m[0]}"
                if m := noise.search(text): yield where+f"saved output holds a warning or progress bar: {m[0]!r}"
            if m := machine.search(c.source): yield where+f"source holds a path of a machine: {m[0]}"


def main():
    nbs = notebooks()
    found = list(findings(nbs))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(nbs)} notebooks, {len(found)} findings")
    return int(bool(found) or not nbs)


if __name__ == "__main__": sys.exit(main())
