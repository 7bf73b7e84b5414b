"""Make README.md from nbs/index.ipynb (its saved outputs; nothing is run).

    python docs/readme.py            write README.md and docs/images/
    python docs/readme.py --check    fail when they are stale
"""
import base64
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from book import alt_text, directives, notebooks, processed, relink, root

images = root/"docs"/"images"
kinds = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
first = ["text/html", "text/markdown", *kinds, "text/plain"]   # the richest form an output has


def join(x): return "".join(x) if isinstance(x, list) else x


def link(path, anchor):
    return f"{path.relative_to(root)}{'' if path.suffix == '.ipynb' else anchor}" if path.is_relative_to(root) else None


def output(o, stem, alt, files, nb):
    "One saved output as markdown; pictures go to `files`."
    if o.output_type == "stream": return "" if o.name == "stderr" else f"```text\n{join(o.text).rstrip()}\n```"
    if o.output_type == "error": return f"```text\n{o.ename}: {o.evalue}\n```"
    mime = next((m for m in first if m in o.data), None)
    if mime is None: return ""
    data = join(o.data[mime])
    if mime in kinds:
        name = f"{stem}.{kinds[mime]}"
        files[name] = data.strip().encode()+b"\n" if mime == "image/svg+xml" else base64.b64decode(data)
        return f"![{alt}](docs/images/{name})"
    if mime == "text/html": return re.sub(r"<style.*?</style>", "", data, flags=re.S).strip()
    if mime == "text/markdown": return relink(data.strip(), nb, link)
    return f"```text\n{data.rstrip()}\n```"


def render():
    "`(text of README.md, {name: bytes of a picture})`"
    nb = next(n for n in notebooks() if n.page == "index")
    title, summary, cells = processed(nb)
    parts, files = [f"# {title}"], {}
    if summary: parts.append(f"> {summary}")
    for i, c in enumerate(cells):
        if c.cell_type == "markdown":
            parts.append(relink(c.source.strip(), nb, link))
            continue
        options, source = directives(c.source)
        if source and options.get("echo") != "false": parts.append(f"```python\n{source.rstrip(';')}\n```")
        if options.get("output") == "false": continue
        for o in c.get("outputs", []):
            parts.append(output(o, f"index_{len(files)+1}", alt_text(cells, i, title), files, nb))
    text = "\n\n".join(p for p in parts if p)
    return "<!-- Made from nbs/index.ipynb by docs/readme.py: edit there. -->\n\n"+text.rstrip()+"\n", files


def main():
    text, files = render()
    files = {images/k: v for k, v in files.items()}
    readme = root/"README.md"
    old = set(images.glob("index_*"))
    if "--check" in sys.argv[1:]:
        stale = [] if readme.exists() and readme.read_bytes() == text.encode() else [readme]
        stale += [p for p, b in files.items() if not p.exists() or p.read_bytes() != b]+sorted(old-set(files))
        if stale:
            print("stale:", *[p.relative_to(root) for p in stale], "– run: python docs/readme.py", file=sys.stderr)
            return 1
        return 0
    readme.write_bytes(text.encode())
    for p in old-set(files): p.unlink()
    if files: images.mkdir(exist_ok=True)
    for p, b in files.items(): p.write_bytes(b)
    print(f"README.md, {len(files)} pictures in docs/images/")
    return 0


if __name__ == "__main__": sys.exit(main())
