r"""What the control words of RTF stand for: characters, ends of paragraphs, groups with a text of their own.

Source: Rich Text Format Specification, version 1.9.1 (Microsoft, 2008).
"""

from __future__ import annotations

import codecs
import re

TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?"
    rb"|\\'([0-9A-Fa-f]{2})"
    rb"|\\([^A-Za-z'])"
    rb"|([{}])"
    rb"|([^\\{}\r\n\0]+)"
    rb"|\\?[\r\n\0]+|\\'?",
    re.DOTALL,
)
"""A control word with its number, a byte in hexadecimal, a sign, a brace, or plain text, in this order of groups."""
DANGLING = re.compile(rb"\\(?:[A-Za-z]{0,32}|[A-Za-z]{1,32}-?[0-9]{0,10} ?|'[0-9A-Fa-f]?)\Z")
"""What a token may begin with at the end of what is there so far."""
ENDS = frozenset({"par", "cell", "nestcell", "sect"})
"""Words that end a paragraph."""
CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "row": "\n",
    "page": "\n",
    "column": "\n",
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
}
SIGNS = {b"~": " ", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\", b":": ":", b"|": ""}
"""What a backslash before a sign means."""
STORIES = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    "footnote": "footnote",
    "annotation": "comment",
    "atnauthor": "comment.author",
    "atnid": "comment.author",
    "fldinst": "link",
    "shptxt": "text",
    "sv": "shape",
    "title": "properties.title",
    "subject": "properties.subject",
    "author": "properties.author",
    "manager": "properties.manager",
    "company": "properties.company",
    "operator": "properties.operator",
    "category": "properties.category",
    "keywords": "properties.keywords",
    "comment": "properties.comment",
    "doccomm": "properties.comment",
    "hlinkbase": "properties.hlinkbase",
    "staticval": "properties.custom",
    "linkval": "properties.custom",
    "docvar": "properties.variable",
    "revtbl": "properties.reviser",
    "ffdeftext": "form",
    "ffhelptext": "form",
    "ffstattext": "form",
    "ffl": "form",
}
"""Groups whose text is a field of its own."""
OWN_NUMBERS = frozenset({"header", "footer"})
"""Fields whose paragraphs are counted by themselves."""
ENTERED = frozenset(
    {"shpinst", "shp", "shppict", "info", "userprops", "formfield", "object", "result", "field", "fldrslt", "sp"}
) | {"background", "shpgrp", "do", "dptxbxtext", "atrfstart", "xmlopen", "xmlclose", "ud", "mmath", "moMath", "oMath"}
"""Groups that a reader may pass over by the `\\*` before them, and that hold text all the same."""
SKIPPED = frozenset(
    {
        "colortbl",
        "stylesheet",
        "pict",
        "objdata",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "mmathPr",
        "filetbl",
        "bkmkstart",
        "bkmkend",
        "nonshppict",
        "objclass",
        "objname",
        "objalias",
        "objsect",
        "shprslt",
        "pntxta",
        "pntxtb",
        "pntext",
        "listtext",
        "sn",
        "propname",
        "datafield",
        "fontemb",
        "fontfile",
        "panose",
        "falt",
        "blipuid",
        "picprop",
        "xe",
        "tc",
        "wgrffmtfilter",
        "creatim",
        "revtim",
        "printim",
        "buptim",
        "passwordhash",
        "protusertbl",
        "atndate",
    }
)
"""Groups without a text that a person could see."""
SHAPE_TEXTS = ("wzDescription", "wzName", "pihlShape", "gtextUNICODE", "wzTooltip")
"""Properties of a shape that are texts; all others are numbers."""

_BY_CHARSET = {
    77: "mac_roman",
    78: "cp932",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
}


def codec_of_charset(number: int) -> str:
    """Give the codec of a font's character set; empty where the document's own holds."""
    return _BY_CHARSET.get(number, "")


def codec_of_page(number: int) -> str:
    """Give the codec of a Windows code page; cp1252 for those that Python has not."""
    name = {10000: "mac_roman", 65001: "utf-8", 936: "gbk", 1361: "johab"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
