"""Build the site: `python docs/build.py` -> docs/_site/index.html. Any warning is an error.

Needs `pip install -e ".[dev]"` and nothing else: no Quarto, no network, and no notebook is run (saved outputs are shown)."""
import shutil
import subprocess
import sys
from pathlib import Path

docs = Path(__file__).resolve().parent
sys.path.insert(0, str(docs))
import prep


def main():
    build, site = docs/"_build", docs/"_site"
    src = prep.main(build/"src")
    shutil.rmtree(site, ignore_errors=True)
    rc = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-b", "html", "-c", str(docs),
                         "-d", str(build/"doctrees"), str(src), str(site)]).returncode
    shutil.rmtree(docs/"jupyter_execute", ignore_errors=True)   # myst-nb's copies of the pictures, beside the site
    if rc: return rc
    (site/".nojekyll").touch()   # GitHub Pages must not drop the folders whose names start with an underscore
    print(f"{len(list(site.rglob('*.html')))} pages in {site.relative_to(docs.parent)}/, start at index.html")
    return 0


if __name__ == "__main__": sys.exit(main())
