"""Sphinx's settings; pages that depend on the code are written anew at each build."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import write_pages

import ecosurvey

HERE = Path(__file__).parent

project = "ecosurvey"
author = "ecosurvey contributors"
copyright = "ecosurvey contributors, MIT licence"
release = version = ecosurvey.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build", "jupyter_execute", "README.md"]
suppress_warnings = ["mystnb.unknown_mime_type"]

# notebooks are executed by the tests; here their stored outputs are shown
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"  # numpydoc's sections say it in words
autodoc_member_order = "bysource"
intersphinx_mapping: dict[str, tuple[str, str | None]] = {}  # a build needs no network

html_theme = "pydata_sphinx_theme"
html_title = "ecosurvey"
html_static_path = []
html_show_sourcelink = False
add_module_names = False
html_sidebars = {f"_made/{page}": [] for page in ("gallery", "reference", "commands")}
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}

write_pages(HERE)
