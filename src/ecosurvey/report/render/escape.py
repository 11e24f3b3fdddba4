"""Make any text harmless in a medium, keeping what the reader should see."""

from __future__ import annotations

import html
import re
import unicodedata

# C0 and C1 controls, surrogates, and the marks that can turn the direction of what follows
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)

_RARE_SPACES = re.compile("[\u1680\u2000-\u200a\u202f\u205f]")  # which fonts may lack

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "[": "{[}",  # after a line break, a bare bracket would be read as an option
        "]": "{]}",
        "−": "$-$",
        "±": r"$\pm$",
        "×": r"$\times$",
        "·": r"$\cdot$",
        "≥": r"$\geq$",
        "≤": r"$\leq$",
        "≠": r"$\neq$",
        "≈": r"$\approx$",
        "→": r"$\rightarrow$",
        "←": r"$\leftarrow$",
        "↔": r"$\leftrightarrow$",
        "∞": r"$\infty$",
        "√": r"$\surd$",
        "²": r"$^{2}$",
        "³": r"$^{3}$",
        "α": r"$\alpha$",
        "β": r"$\beta$",
        "γ": r"$\gamma$",
        "δ": r"$\delta$",
        "ε": r"$\varepsilon$",
        "η": r"$\eta$",
        "θ": r"$\theta$",
        "κ": r"$\kappa$",
        "λ": r"$\lambda$",
        "μ": r"$\mu$",
        "ξ": r"$\xi$",
        "ρ": r"$\rho$",
        "σ": r"$\sigma$",
        "τ": r"$\tau$",
        "φ": r"$\varphi$",
        "χ": r"$\chi$",
        "ψ": r"$\psi$",
        "ω": r"$\omega$",
        "Δ": r"$\Delta$",
        "Σ": r"$\Sigma$",
        "Φ": r"$\Phi$",
        "Λ": r"$\Lambda$",
        "\u00a0": "~",
        "\u200b": "",
        "\ufeff": "",
    }
)


def visible(words: str) -> str:
    r"""Return a text without characters that act instead of showing; line breaks become spaces.

    Examples
    --------
    >>> visible("a\x00b\u202ec\nd")
    'abc d'
    """
    if words.isascii() and words.isprintable():
        return words
    spaced = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+", " ", words)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", spaced))


def html_escape(words: str) -> str:
    """Return a text for HTML content or a quoted attribute.

    Examples
    --------
    >>> html_escape('<b onclick="x">')
    '&lt;b onclick=&quot;x&quot;&gt;'
    """
    return html.escape(visible(words), quote=True)


def latex_escape(words: str) -> str:
    r"""Return a text for LaTeX: specials escaped, Greek and relations set as mathematics.

    Examples
    --------
    >>> print(latex_escape("50% of χ² ≥ 3 \\input{x}"))
    50\% of $\chi$$^{2}$ $\geq$ 3 \textbackslash{}input\{x\}
    """
    return _RARE_SPACES.sub(" ", visible(words)).translate(_LATEX)


def file_slug(words: str) -> str:
    """Return a text as a file name that is safe on every system.

    Examples
    --------
    >>> file_slug("../Model fit (CFA)")
    'model_fit_cfa'
    """
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return slug[:80] or "unnamed"
