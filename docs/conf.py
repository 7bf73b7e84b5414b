"""Sphinx reads this; `python docs/build.py` calls Sphinx. Values come from settings.ini."""
from pathlib import Path

from nbdev.config import get_config

cfg = get_config(path=Path(__file__).resolve().parent.parent)
project, author, copyright, release = cfg.lib_name, cfg.author, cfg.copyright, cfg.version
language = "en"

extensions = ["myst_nb", "sphinx_copybutton", "sphinx_design", "sphinx-mathjax-offline"]   # math without a network
nb_execution_mode = "off"          # outputs come from the saved notebooks
nb_merge_streams = True
nb_execution_show_tb = True
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline", "attrs_block", "deflist", "strikethrough"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header", "myst.strikethrough"]

html_theme = "furo"
html_title = cfg.title
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style, pygments_dark_style = "tango", "github-dark"
html_theme_options = {
    "source_repository": cfg.git_url,
    "footer_icons": [],
    "top_of_page_buttons": [],
    "light_css_variables": {"color-brand-primary": "#00579c", "color-brand-content": "#00579c"},
    "dark_css_variables": {"color-brand-primary": "#6cb6ff", "color-brand-content": "#6cb6ff"},
}
copybutton_exclude = ".linenos, .gp, .go"
