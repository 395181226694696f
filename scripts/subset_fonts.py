"""Cut the bundled fonts out of the full Noto Serif SC.

    python scripts/subset_fonts.py FOLDER

FOLDER is the unpacked npm package @expo-google-fonts/noto-serif-sc 0.4.3. The same input gives
the same bytes. `characters.txt` beside the fonts lists what they can draw, so that the program
finds a missing glyph without a font library.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterator

FONTS = Path(__file__).resolve().parent.parent / "pipeline" / "documents" / "fonts"
WEIGHTS = {
    "NotoSerifSC-Regular.ttf": "400Regular/NotoSerifSC_400Regular.ttf",
    "NotoSerifSC-Bold.ttf": "700Bold/NotoSerifSC_700Bold.ttf",
}
LICENCE = "LICENSE_FONT"

# ASCII, Latin-1, tone vowels, general punctuation, letter-like, numbers and arrows, mathematics,
# enclosed numbers, boxes and shapes, CJK punctuation, full-width forms.
SYMBOLS = (
    range(0x20, 0x7F),
    range(0xA0, 0x180),
    range(0x2010, 0x2050),
    range(0x2100, 0x2200),
    range(0x2200, 0x2300),
    range(0x2460, 0x2500),
    range(0x2500, 0x2700),
    range(0x3000, 0x3040),
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),
)
# The family holds beyond the basic plane only what 通用规范汉字表 needs, so all of it is taken.
SUPPLEMENT = range(0x20000, 0x32000)

# Hanzi of 通用规范汉字表 that GB2312 lacks (level 3 complete, in the order of their code points),
# rare characters of names, and the traditional forms of common surnames.
NAMES = """
㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡
䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮丏乸亸亹伈伋伣伭伾佁佖佸佺佽侁侂侘侴侹
俍俙俫倓倕倞倧倴倻偁偉偓偡偭偰偲傃傉傑傒傕僇僎僔儦儳儴冏冔冮凓凘刬剅剋剕剟劄劉劼勍勔勚勠匼卬厖叇
叕叚叡吳吽呇咇咉咍咡咥咺哃哢哱唝啫啰啴喆喤喬嗞嘚噀噂噇嚄嚚嚭囷國圌圐圙圢圫圲坉坋坒坥坬坰坽垈垍垎
垏垕垙垚垞垟垯垱垵垺垾垿埆埇埌埗埪埫埼堃堉堌堎堐堧堨堯堲堼堽堾塅塝塱墈墐墕墘墡墣墦壸夐奓奡妘妧妭
姈姞姤姱姶姽娀娵婌婍婘婞婠婤婫婳婻婼媂媄媆媓媖媞媭媱嫄嫕嫚嫪嫭嫽嬛嬥嬬嬿孅孖孫學宧宬寁尨尪屃屼屾
岊岞岠岨峂峃峗峘峛峣峧峱峿崀崁崄崌崒崟崡崶崿嵁嵅嵚嵲嶅嶍嶒嶓嶟嶦嶲巇帡帨幖幪庤庱庼廆廋廙弆弇弢弨
張弶弸彟彧徛忞忳忺恔悆悈悢悰惎惔惙惛愃愐愭慆慥慬慭憕憙憭憺戣戭扂扅扆扊扞扺扽挓掞揕搒摏摛摴擿攽敔
敩斝斠斶旐旞旴旵旸旻旼旿昄昇昈昉昒昡昣昤昪昫昳昺昽晅晊晐晙晞晢晪晫晱晳暅暎暐暕暲暵暶暿曈曌書朏朓
朤朳朸杄杕杙杧東枅枍枲枹柊柖柷栐栒栴栻桯桲桹梌梠梣梴梼梽梾梿棐棓棤棨棪棫棬棻棽椀椆椑椓椸楊楒楙楩
楪榃榅榑榮榰槃槚槜槱橑橞橦檞櫆欂欸欻歅殣毌毐氾氿汈汋汧汫汭沄沇沘沨沺泂泃泇泙泚泜洈洑洓洘洢洣洨洭
洴洸洺洿浉浐浕浛浟浡浥浬浭浰浲涄涍涐涘涢涴淏淜淟淯淴渟渰渼湉湑湜湝湣湯湲湴溁溇溍溚溞溠溦溵溹滆滉
滍滘滧漈漋漖漦漴漷漹漻漼潏潖潟潩潵潽潾澂澐澔澛澤澪澭澴澼澽濋濛濤濩濬濱瀌瀍瀔瀞瀱瀼灈炆炌炘炟炣炤
烔烜烝烠烶烺烻焆焌焜焞煁煃煋煐煓煟煴熇熛熜熥熻燊燋燏燚爇爔爚爟牂牚牥牻犇犨狉狝猄猇猯猰猺玃玒玓玕
玘玙玚玞玠玡玤玥玦玭玱玶玹玼玿珅珇珋珌珒珕珖珛珝珢珣珦珪珫珮珰珵珷珸珹珺珽琀琄琇琈琎琔琟琡琤琫琭
琯琲瑀瑂瑃瑄瑅瑆瑋瑑瑓瑔瑖瑝瑢瑤瑧瑨瑩瑬瑱瑳璆璈璒璘璟璠璥璬璮璱璲瓀瓊瓖瓘瓻甗甡甦甪畖畤畬畯疁疍
疐疢痓癗癿皕皛皞皦皭盦盧盷睎瞫瞭矞矰矻矼砄砆砠砫砮砵硁硊硍硔硙硚硿碃碈碏碨碶磏磜磡磹磻礌礵祃祇祊
祋祎祏祐祕祲祼祾禋禒禔禘禛禤秬稌稑稙穄穙穜穟窅窊窎竑竘竫笯筀筜筤筥筦筶筼箖範篯簃簉簕簝簠簰籥糒糵
絜縢繄纮纻纼绖绤绹缊缐缞罍罶罽羅羓羕羖義羱羴翀翂翃翈翙翚翛翯翷翾耇耏耑耤耰肸胈胠胣脟脩脿腒腘腨腯
膙臑舠舥舲艅艎芃芠芣苉苧苾茀茋茝茽荁荄荓荖荙莙莝莿菂菉菍華菼萚萣萩萬萳萹葉葎葖葰葴蒄蒐蒟蒨蒱蒻蓂
蓇蓏蓢蔀蔃蔈蔊蔣蕗蕭蕰薁薢薳薸薿藟藦藨蘘虒虓虤虷虸蚄蚆蚲蛃蜎蜐蝘蝲螣螱蟏蟫蠋衃衎衒衠衹袆袗袪袯裈
裛褕褯襕襚襜襫觃觟觭觱觿訄訚許詟謝譚譞譽讱讻诇诐谞谼谿豮貆賀賢賴贇贊赑赒赗赟赪趙趯跂跐跱跶踦踶蹅
蹐蹚蹜蹢轪辀辌辒辿迺逴遆遹邘邠邨邲邽邿郃郈郚郪郿鄀鄃鄅鄌鄑鄒鄗鄘鄚鄜鄠鄧鄫鄭酂酅酦酺醨醾釐錢鐘钖
钘铏铚铻锜锧锳锽镃镈镋镕镚镮長閻阇阘陎陑陞陳陸隃隩隺雊雱霅靬靽鞁鞡鞮鞳韂韓韨頔颋颙飏飐飔飗飝饳饸
饹饻馃馉馌馝馞馧馬馮驲骃骉骍骕骙骦髃髎髢髽鬒鬘鬶鬷魋鱽鱾鲃鲉鲊鲌鲏鲖鲗鲘鲙鲝鲪鲬鲯鲹鲾鲿鳀鳁鳂鳈
鳉鳑鳒鳚鳛鳠鳡鳣鳤鴻鸤鸧鸮鸰鸼鹀鹍鹒鹓鹔鹖鹙鹝鹟鹠鹡鹢鹮鹯鹲鹴麀麑麖麹黃黇黡鼒鼩鼫鼱齇龁龂龍龔龢
鿍鿎鿏
"""


def main() -> None:
    """Write the two weights, their licence and the list of characters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the unpacked npm package")
    folder = parser.parse_args().folder
    FONTS.mkdir(parents=True, exist_ok=True)
    for name, source in WEIGHTS.items():
        drawn = write_subset(folder / source, FONTS / name)
        print(f"{name}: {len(drawn)} characters, {(FONTS / name).stat().st_size} bytes")
        (FONTS / "characters.txt").write_bytes("".join(drawn).encode())
    shutil.copyfile(folder / LICENCE, FONTS / "OFL.txt")


def repertoire() -> set[str]:
    """Return every character wanted, whether the family has it or not."""
    wanted = {chr(code) for block in (*SYMBOLS, SUPPLEMENT) for code in block}
    return wanted | set(national()) | set("".join(NAMES.split()))


def national() -> Iterator[str]:
    """Yield the hanzi of GB2312 and the symbols of GBK, out of Python's own codecs."""
    yield from decoded(range(0xA1, 0xAA), range(0x40, 0xFF), "gbk")
    yield from decoded(range(0xB0, 0xF8), range(0xA1, 0xFF), "gb2312")


def decoded(rows: range, cells: range, codec: str) -> Iterator[str]:
    """Yield the characters of a double-byte code table."""
    for row in rows:
        for cell in cells:
            yield from bytes((row, cell)).decode(codec, "ignore")


def write_subset(source: Path, target: Path) -> list[str]:
    """Write the subset of one weight; return the characters it can draw, sorted."""
    with TTFont(source, recalcTimestamp=False) as font:
        subsetter = Subsetter(options())
        subsetter.populate(unicodes=[ord(character) for character in repertoire()])
        subsetter.subset(font)
        font.save(target)
        return [chr(code) for code in sorted(font.getBestCmap())]


def options() -> Options:
    """Return what is dropped: hints, layout features and the metrics of vertical writing."""
    chosen = Options()
    chosen.hinting = False
    chosen.layout_features = []
    chosen.drop_tables += ["BASE", "GSUB", "GPOS", "GDEF", "STAT", "vhea", "vmtx", "GlyphOrder"]
    chosen.name_IDs = ["*"]
    chosen.notdef_outline = True
    return chosen


if __name__ == "__main__":
    main()
