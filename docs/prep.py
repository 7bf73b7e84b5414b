"""Notebooks -> a tree of MyST notebooks that Sphinx reads: `python docs/prep.py docs/_build/src`.

Only saved outputs are used and no notebook is run. nbdev's processors drop hidden cells; this file turns what they
leave for Quarto (front matter, cell options, callouts) into MyST, links notebooks and names in backticks, and writes one API page a
module from its source: signature with the comments of its parameters, docstring, link to the notebook."""
import ast
import json
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from nbdev.doclinks import patch_name

from book import alt_text, blob, cfg, directives, notebooks, processed, relink, root

Func = (ast.FunctionDef, ast.AsyncFunctionDef)
captions = ["Method", "Data and search", "Data sets", "Tutorials", "Explain", "Experiments"]
tags = {("echo", "false"): "remove-input", ("output", "false"): "remove-output", ("include", "false"): "remove-cell",
        ("warning", "false"): "remove-stderr", ("code-fold", "true"): "hide-input"}
_call = re.compile(r"^:::+\s*\{\.callout-(note|tip|warning|important|caution)[^}]*\}", re.M)
_attr = re.compile(r"(\]\(\S+?\))\{[^}]*\}")
_tick = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)(\(\))?`(?!`)")
_keep = re.compile(r"(^```.*?^```\s*?$|\$\$.*?\$\$|^#+ .*$|\[[^\]\n]*\]\([^)\n]*\))", re.M | re.S)   # nothing is linked in these


def parsed(source):
    "Syntax tree of a cell, or None where it isn't plain Python (magics)."
    try: return ast.parse(source)
    except SyntaxError: return None


def names(tree):
    "Public names that a cell or module defines, methods of its classes included: `Cell`, `Cell.forward`, and what `@patch` adds."
    res = []
    for o in tree.body:
        if isinstance(o, ast.ClassDef):
            res += [o.name]+[f"{o.name}.{f.name}" for f in o.body if isinstance(f, Func)]
        elif isinstance(o, Func):
            patched = patch_name(o)
            res += list(patched) if isinstance(patched, (list, tuple)) else [patched or o.name]
    return [n for n in res if not n.split(".")[0].startswith("_")]


class Site:
    "All pages, and what may be linked to."
    def __init__(self, dest):
        self.dest, self.nbs = dest, notebooks()
        self.pages = {n.path: n.page for n in self.nbs}
        self.by_page = {n.page: n for n in self.nbs}
        self.labels = {}   # label -> (module, name)
        for n in self.nbs:
            if not n.module: continue
            for c in n.cells:
                if c.cell_type == "code" and re.search(r"^#\|\s*exports?\s*$", c.source, re.M) and (t := parsed(c.source)):
                    self.labels |= {label(n.module, s): (n.module, s) for s in names(t)}
        self.heads = {n.path: self.slugs(n) for n in self.nbs}

    @staticmethod
    def slugs(n):
        "Anchors of the headings of a notebook, as MyST makes them (those of GitHub)."
        text = re.sub(r"^```.*?^```", "", "\n".join(c.source+"\n" for c in n.cells if c.cell_type == "markdown"), flags=re.M | re.S)
        res = set()
        for m in re.finditer(r"^#{1,6}\s+(.+?)\s*$", text, re.M):
            slug = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", m[1]).lower()).replace(" ", "-")
            res.add(slug)
        return res

    def md(self, text, nb, page):
        "Markdown for Quarto -> MyST, links resolved as seen from `page`."
        up = "../"*page.count("/")

        def to(path, anchor):
            if path in self.pages:
                ok = anchor and anchor[1:].lower() in self.heads[path]
                return f"{up}{self.pages[path]}.ipynb{anchor.lower() if ok else ''}"
            if path.name in ("CONTRIBUTING.md", "CHANGELOG.md"): return f"{up}project/{path.stem.lower()}.md"
            if path.is_relative_to(root) and not (path.suffix.lower() in (".png", ".svg", ".jpg", ".gif") and path.exists()):
                return f"{blob}/{path.relative_to(root)}{anchor}"
            if path.exists():   # a picture beside the notebook
                out = self.dest/"files"/path.name
                out.parent.mkdir(exist_ok=True)
                shutil.copy2(path, out)
                return f"{up}files/{path.name}"

        text = _call.sub(lambda m: ":::{"+m[1]+"}", text)
        text = relink(text, nb, to)
        text = _attr.sub(r"\1", text)
        return "".join(p if i % 2 else _tick.sub(lambda m: self.name(m, nb, up), p) for i, p in enumerate(_keep.split(text)))

    def name(self, m, nb, up):
        "A name in backticks -> a link to where the book defines it; the notebook's own names first."
        sym = m[1].removeprefix(cfg.lib_path.name+".")
        if sym != m[1] and "modules/"+sym.replace(".", "/") in self.by_page: return f"[{m[0]}]({up}modules/{sym.replace('.', '/')}.ipynb)"
        found = [k for k, (mod, s) in self.labels.items() if s == sym or f"{mod}.{s}" == sym]
        found.sort(key=lambda k: self.labels[k][0] != nb.module)
        return f"[{m[0]}](#{found[0]})" if found else m[0]

    def page(self, nb):
        title, summary, cells = processed(nb)
        out, heading, shown, anchors = [], title, set(), set(self.heads[nb.path])
        intro = [f"# {title}"]
        if summary: intro.append("{.summary}\n"+self.md(summary, nb, nb.page))
        if nb.page != "index":
            where = [f"[{nb.rel}]({blob}/{nb.path.relative_to(root)})"]
            if nb.module: where.append(f"[API of `{cfg.lib_path.name}.{nb.module}`](#api-{nb.module})")
            intro.append("{.where}\n"+" · ".join(where))
        out.append(cell("\n\n".join(intro), "title"))
        for i, c in enumerate(cells):
            if c.cell_type == "markdown":
                found = re.findall(r"^#+\s+(.+)$", c.source, re.M)
                if found: heading = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", found[-1]).replace("`", "")
                out.append(cell(self.md(c.source, nb, nb.page), c.id))
                continue
            options, source = directives(c.source)
            exported = {"export", "exports"} & set(getattr(c, "directives_", None) or {})
            defined = [s for s in names(t) if s not in shown] if exported and nb.module and (t := parsed(source)) else []
            if defined:
                shown |= set(defined)
                top = [s for s in defined if api_shown(s)]
                head = "".join(f"({label(nb.module, s)})=\n" for s in defined)
                text = " · ".join(f"[{s}](#api-{label(nb.module, s)})" for s in top if "." not in s or s.split(".")[0] not in top)
                ids = list(dict.fromkeys(s.lower() for s in defined if s.lower() not in anchors))
                anchors |= set(ids)
                spans = "".join(f'<span id="{i}"></span>' for i in ids)   # the anchors nbdev links to from other projects
                text = f"API: {text}" if text else "&nbsp;"
                out.append(cell(f"{head}\n{{.api}}\n{spans}{text}", f"{c.id}-api"))
            meta = {"mystnb": {"image": {"alt": alt_text(cells, i, heading)}},
                    "tags": [tags[kv] for kv in options.items() if kv in tags]}
            if nb.module and not c.get("outputs") and only_imports(source):   # folded in the book, plain in tutorials
                meta["mystnb"] |= {"code_prompt_show": "Imports", "code_prompt_hide": "Imports"}
                meta["tags"].append("hide-input")
                if out[-1]["metadata"].get("tags") == ["hide-input"] == meta["tags"]:
                    out[-1]["source"] += "\n\n"+source
                    continue
            outputs = [clean(o) for o in c.get("outputs", [])]
            if source or outputs:
                out.append(dict(cell_type="code", id=c.id, metadata=meta, source=source, outputs=outputs, execution_count=None))
        return out

    def toc(self, entries, caption):
        return "```{toctree}\n:hidden:\n:caption: "+caption+"\n\n"+"\n".join(entries)+"\n```"

    def write(self):
        api = Api(self)
        for nb in self.nbs:
            cells = self.page(nb)
            if nb.page == "index":
                known = captions+sorted({n.caption for n in self.nbs}-set(captions))
                groups = [(k, [n.page for n in self.nbs if n.caption == k and n.page != "index"]) for k in known]
                groups += [("Reference", ["api/index", "project/contributing", "project/changelog"])]
                cells.append(cell("\n\n".join(self.toc(v, k) for k, v in groups if v), "toc"))
            spec = dict(display_name="python3", language="python", name="python3")
            save(self.dest/f"{nb.page}.ipynb", json.dumps(dict(
                cells=cells, metadata=dict(kernelspec=spec, language_info=dict(name="python", pygments_lexer="ipython3")),
                nbformat=4, nbformat_minor=5), indent=1, ensure_ascii=False))
        api.write()
        for name in ("CONTRIBUTING", "CHANGELOG"):
            p = root/f"{name}.md"
            text = p.read_text(encoding="utf-8") if p.exists() else f"# {name.capitalize()}\n"
            nb = type(self.nbs[0])(p, "", [])
            save(self.dest/"project"/f"{name.lower()}.md", self.md(text, nb, f"project/{name.lower()}"))


def only_imports(source):
    t = parsed(source)
    return bool(t and t.body) and all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in t.body)


def label(module, symbol): return f"{module}.{symbol}".lower()+("" if symbol == symbol.lower() else ".c")   # docutils ignores case
def api_shown(s): return not any(p.startswith("_") for p in s.split("."))
def cell(source, id): return dict(cell_type="markdown", metadata={}, id=str(id), source=source)


def clean(o):
    "An output as nbformat wants it."
    o = json.loads(json.dumps(o))
    if o["output_type"] == "execute_result": o.setdefault("execution_count", None)
    if o["output_type"] in ("execute_result", "display_data"): o.setdefault("metadata", {})
    return o


def save(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


class Api:
    "One page a module, from the module's source alone (nothing is imported)."
    def __init__(self, site): self.site = site

    def header(self, o, lines):
        "The source of a definition up to its body, comments of the parameters included."
        body = o.body[0]
        start = min([d.lineno for d in o.decorator_list if "patch" not in ast.dump(d) or "as_prop" in ast.dump(d)]+[o.lineno])
        if body.lineno > o.lineno: head = lines[start-1:body.lineno-1]
        else: head = lines[start-1:o.lineno-1]+[lines[o.lineno-1].encode()[:body.col_offset].decode().rstrip()]
        while head and not head[-1].strip(): head.pop()
        indent = min(len(h)-len(h.lstrip()) for h in head if h.strip())
        return "\n".join(h[indent:] for h in head)

    def entry(self, nb, symbol, o, lines, level):
        mod, page = nb.module, f"api/{nb.module}"
        py = f"{cfg.lib_path.name}/{mod.replace('.', '/')}.py"
        code = self.header(o, lines)
        if isinstance(o, ast.ClassDef):
            fields = [lines[f.lineno-1:f.end_lineno] for f in o.body if isinstance(f, ast.AnnAssign)]
            init = next((f for f in o.body if isinstance(f, Func) and f.name == "__init__"), None)
            code += "".join("\n"+"\n".join(f) for f in fields)
            if init: code += "\n"+"\n".join("    "+h for h in self.header(init, lines).splitlines())
        res = [f"(api-{label(mod, symbol)})=\n{'#'*level} {symbol}",
               f"{{.where}}\n[explained](#{label(mod, symbol)}) · [source]({blob}/{py}#L{o.lineno})",
               f"```python\n{code}\n```"]
        doc = ast.get_docstring(o)
        if doc: res.append(self.site.md(doc, nb, page))
        return "\n\n".join(res)

    def module(self, nb):
        "`(text of the page, [(name, first line of its docstring)])`"
        source = (cfg.lib_path/(nb.module.replace(".", "/")+".py")).read_text(encoding="utf-8")
        tree, lines = ast.parse(source), source.splitlines()
        groups, listed, constants = {}, [], []
        exported = next((ast.literal_eval(o.value) for o in tree.body
                         if isinstance(o, ast.Assign) and getattr(o.targets[0], "id", "") == "__all__"), [])
        for o in tree.body:
            if isinstance(o, (ast.Assign, ast.AnnAssign)):
                target = o.targets[0] if isinstance(o, ast.Assign) else o.target
                if getattr(target, "id", "") in exported: constants.append("\n".join(lines[o.lineno-1:min(o.end_lineno, o.lineno+11)]))
            if not isinstance(o, (ast.ClassDef, *Func)): continue
            tops = names(ast.Module([o], []))
            if not tops: continue
            top = tops[0]
            group = groups.setdefault(top.split(".")[0], [])
            if api_shown(top) and label(nb.module, top) in self.site.labels:
                group.append((top, o))
                listed.append((top, (ast.get_docstring(o) or "").split("\n\n")[0].replace("\n", " ")))
            if isinstance(o, ast.ClassDef):
                group += [(f"{o.name}.{f.name}", f) for f in o.body if isinstance(f, Func) and not f.name.startswith("_")]
        title, summary, _ = processed(nb)
        page = f"api/{nb.module}"
        parts = [f"(api-{nb.module})=\n# {cfg.lib_path.name}.{nb.module}"]
        if summary: parts.append("{.summary}\n"+self.site.md(summary, nb, page))
        up = "../"*page.count("/")
        parts.append(f"{{.where}}\nexplained in [{nb.rel}]({up}{nb.page}.ipynb)")
        for owner, group in groups.items():
            for symbol, o in group:
                level = 3 if "." in symbol and symbol != group[0][0] else 2
                parts.append(self.entry(nb, symbol, o, lines, level))
        if constants: parts.append("## Constants\n\n```python\n"+"\n".join(constants)+"\n```")
        return "\n\n".join(parts)+"\n", summary, listed

    def write(self):
        index, pages = ["# API", "{.summary}\nEvery public name, by module; each leads to the place in the book that explains it."], []
        for nb in self.site.nbs:
            if not nb.module: continue
            text, summary, listed = self.module(nb)
            save(self.site.dest/"api"/f"{nb.module}.md", text)
            pages.append(nb.module)
            rows = [f"| [`{s}`](#api-{label(nb.module, s)}) | {self.site.md(d, nb, 'api/index').replace('|', chr(92)+'|')} |"
                    for s, d in listed]
            table = "| name | |\n|---|---|\n"+"\n".join(rows) if rows else ""
            index.append(f"## [{cfg.lib_path.name}.{nb.module}](#api-{nb.module})\n\n{self.site.md(summary, nb, 'api/index')}\n\n{table}")
        index.append("```{toctree}\n:hidden:\n\n"+"\n".join(pages)+"\n```")
        save(self.site.dest/"api"/"index.md", "\n\n".join(index)+"\n")


def main(dest):
    dest = Path(dest).resolve()
    shutil.rmtree(dest, ignore_errors=True)
    dest.mkdir(parents=True)
    Site(dest).write()
    return dest


if __name__ == "__main__": print(main(sys.argv[1]))
