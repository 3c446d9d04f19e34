"""The design of a deck: colours, fonts, master and layouts, written as the XML that PowerPoint itself writes.

Real placeholders for title, body, figure, source and slide number, so that the outline view, screen readers and a
user's own template find them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

FONT = "微软雅黑"
INCH = 914400
SLIDE = (round(13.333 * INCH), round(7.5 * INCH))
"""16:9, in EMU."""

RED, DARK, GREY, PALE, GOLD = "A01C20", "262626", "5F5F5F", "FBF3EF", "D9A441"
TITLE_LAYOUT, BODY_LAYOUT, PART_LAYOUT, FIGURE_LAYOUT = "封面", "要点", "部分", "要点与数字"
BODY_BOX, NARROW_BOX, FIGURE_BOX = (0.85, 1.72, 11.65, 4.95), (0.85, 1.72, 7.9, 4.95), (9.15, 1.8, 3.4, 4.6)
PART_BOX = (1.6, 3.35, 10.4, 3.3)
"""Left, top, width and height in inches."""

TITLE_SIZE, BODY_SIZE = 36, 28
_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
_COLORS = {
    "dk1": DARK,
    "lt1": "FFFFFF",
    "dk2": "5B1113",
    "lt2": PALE,
    "accent1": RED,
    "accent2": GOLD,
    "accent3": "1F4E79",
    "accent4": "6B7F3F",
    "accent5": "8C6D4F",
    "accent6": GREY,
    "hlink": RED,
    "folHlink": GREY,
}
_TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
Box = tuple[float, float, float, float]


def set_frame(presentation: Any, parse: Callable[[str], Any]) -> dict[str, Any]:
    """Gives an empty presentation the design; its four layouts by name. `parse` reads XML for this presentation."""
    presentation.slide_width, presentation.slide_height = SLIDE
    master = presentation.slide_master
    set_theme(master.part)
    layouts = list(presentation.slide_layouts)
    for layout in layouts[4:]:
        presentation.slide_layouts.remove(layout)
    _set_shapes(master, _master_shapes(), parse, "")
    styles = master._element.find(".//{*}txStyles")
    styles.getparent().replace(styles, parse(_text_styles()))
    drawn = (
        (TITLE_LAYOUT, _title_shapes()),
        (BODY_LAYOUT, _body_shapes(BODY_BOX)),
        (PART_LAYOUT, _part_shapes()),
        (FIGURE_LAYOUT, _body_shapes(NARROW_BOX) + _figure_shapes()),
    )
    for layout, (name, shapes) in zip(layouts, drawn, strict=False):
        _set_shapes(layout, shapes, parse, name)
    _set_background(layouts[0], parse, RED)
    return {name: layout for layout, (name, _) in zip(layouts, drawn, strict=False)}


def set_theme(part: Any) -> None:
    """The deck's colours, and the Chinese font for Latin and Chinese letters."""
    theme = part.part_related_by(_THEME)
    text = theme.blob.decode("utf-8")
    for name, color in _COLORS.items():
        text = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>', text, flags=re.S
        )
    for group in ("majorFont", "minorFont"):
        fonts = f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/><a:cs typeface=""/>'
        text = re.sub(rf"<a:{group}>.*?</a:{group}>", f"<a:{group}>{fonts}</a:{group}>", text, flags=re.S)
    theme._blob = text.encode("utf-8")


def _set_shapes(page: Any, shapes: str, parse: Callable[[str], Any], name: str) -> None:
    tree = page._element.cSld.spTree
    tree.getparent().replace(tree, parse(f"<p:spTree {_NAMES}>{_TREE}{shapes}</p:spTree>"))
    if name:
        page._element.cSld.set("name", name)
        page._element.attrib.pop("type", None)
        page._element.set("userDrawn", "1")


def _set_background(layout: Any, parse: Callable[[str], Any], color: str) -> None:
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill><a:effectLst/>'
    layout._element.cSld.insert(0, parse(f"<p:bg {_NAMES}><p:bgPr>{fill}</p:bgPr></p:bg>"))


def _frame(box: Box) -> str:
    left, top, width, height = (round(each * INCH) for each in box)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _block(number: int, box: Box, color: str) -> str:
    """A plain coloured rectangle, which screen readers pass over."""
    decorative = (
        '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
        'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="色块{number}">{decorative}</p:cNvPr><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="zh-CN"/></a:p></p:txBody></p:sp>'
    )


def _holder(
    number: int, name: str, kind: str, box: Box, prompt: str, style: str = "", anchor: str = "ctr", inset: float = 0
) -> str:
    """A placeholder; `kind` are the attributes of its `p:ph`, `style` its own paragraph style."""
    side = round(inset * INCH)
    own = f"<a:lstStyle><a:lvl1pPr {style}</a:lvl1pPr></a:lstStyle>" if style else "<a:lstStyle/>"
    run = f'<a:r><a:rPr lang="zh-CN"/><a:t>{prompt}</a:t></a:r>'
    if "sldNum" in kind:
        run = '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'</p:spPr><p:txBody><a:bodyPr vert="horz" lIns="{side}" tIns="0" rIns="{side}" bIns="0" rtlCol="0" anchor="{anchor}">'
        f"<a:normAutofit/></a:bodyPr>{own}<a:p>{run}</a:p></p:txBody></p:sp>"
    )


def _style(size: int, color: str, rest: str = "", bold: bool = False) -> str:
    weight = ' b="1"' if bold else ' b="0"'
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    return f'marL="0" indent="0" {rest}><a:buNone/><a:defRPr sz="{size * 100}"{weight}>{fill}</a:defRPr>'


def _foot(color: str = GREY) -> str:
    footer = _style(14, color, 'algn="l"')
    number = _style(14, color, 'algn="r"')
    return _holder(8, "出处", 'type="ftr" sz="quarter" idx="11"', (0.85, 6.88, 10.4, 0.38), "", footer) + _holder(
        9, "页码", 'type="sldNum" sz="quarter" idx="12"', (11.5, 6.88, 1.0, 0.38), "", number
    )


def _master_shapes() -> str:
    return (
        _block(20, (0, 0, 0.22, 7.5), RED)
        + _holder(2, "标题", 'type="title"', (0.85, 0.42, 11.65, 0.95), "标题")
        + _holder(3, "正文", 'type="body" idx="1"', BODY_BOX, "要点", anchor="t")
        + _foot()
    )


def _title_shapes() -> str:
    title = _style(44, "FFFFFF", 'algn="l"', bold=True)
    subtitle = _style(24, "FBE9D0", 'algn="l"')
    return (
        _block(20, (0, 0, 13.334, 7.5), RED)
        + _block(21, (1.0, 4.12, 1.6, 0.06), GOLD)
        + _holder(2, "标题", 'type="ctrTitle"', (1.0, 1.35, 11.2, 2.5), "标题", title, "b")
        + _holder(3, "副标题", 'type="subTitle" idx="1"', (1.0, 4.4, 11.2, 1.9), "发布机关和日期", subtitle, "t")
    )


def _body_shapes(box: Box) -> str:
    return (
        _block(21, (0.85, 1.42, 0.9, 0.05), RED)
        + _holder(2, "标题", 'type="title"', (0.85, 0.42, 11.65, 0.95), "标题")
        + _holder(3, "正文", 'type="body" idx="1"', box, "要点", anchor="t")
        + _foot()
    )


def _part_shapes() -> str:
    title = _style(40, RED, 'algn="l"', bold=True)
    body = _style(26, DARK, 'algn="l"')
    return (
        _block(20, (0, 0, 13.334, 7.5), PALE)
        + _block(21, (0.85, 1.25, 0.14, 1.75), RED)
        + _holder(2, "标题", 'type="title"', (1.6, 1.2, 10.4, 1.85), "部分", title)
        + _holder(3, "正文", 'type="body" idx="1"', PART_BOX, "本部分的条款", body, "t")
        + _foot()
    )


def _figure_shapes() -> str:
    style = _style(54, RED, 'algn="ctr"', bold=True)
    return _block(22, FIGURE_BOX, PALE) + _holder(
        4, "数字", 'type="body" sz="quarter" idx="13"', FIGURE_BOX, "数字", style, inset=0.2
    )


def _text_styles() -> str:
    fonts = '<a:latin typeface="+m{0}-lt"/><a:ea typeface="+m{0}-ea"/><a:cs typeface="+m{0}-cs"/>'
    fill = '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
    title = (
        f'<a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:lnSpc>'
        f'<a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{TITLE_SIZE * 100}" b="1" kern="1200">{fill}{fonts.format("j")}</a:defRPr></a:lvl1pPr>'
    )
    body = (
        f'<a:lvl1pPr marL="381000" indent="-381000" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" '
        f'hangingPunct="1"><a:lnSpc><a:spcPct val="110000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:spcAft><a:spcPts val="900"/></a:spcAft><a:buClr><a:schemeClr val="accent1"/></a:buClr>'
        f'<a:buFont typeface="Arial"/><a:buChar char="•"/>'
        f'<a:defRPr sz="{BODY_SIZE * 100}" kern="1200">{fill}{fonts.format("n")}</a:defRPr></a:lvl1pPr>'
    )
    other = f'<a:defPPr><a:defRPr lang="zh-CN"/></a:defPPr><a:lvl1pPr><a:defRPr sz="1800">{fonts.format("n")}</a:defRPr></a:lvl1pPr>'
    return (
        f"<p:txStyles {_NAMES}><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )
