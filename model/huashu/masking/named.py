"""What its words or its form tell to be personal: names, addresses, contacts, papers, plates and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from huashu.reading.normalise import HAN

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬康伍余卜顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强"
    "贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆"
    "荣翁荀羊於惠甄曲家封芮储靳段富巫乌焦巴弓牧隗山谷侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶司黎薄印宿白"
    "怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎连茹习"
    "艾鱼容古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧沃利师巩聂晁勾敖融冷辛阚那简饶空曾沙鞠关查游竺权盖益桓公岳帅缑亢况有琴涂"
    "肖付代闫"
)
_RARE = "有能通终从空强明云花凤班全公文别利都国广东连容那包和时应干解山谷满益权项应支单封家司双步居勾农习融"
"""Surnames that are met more often as other words: only a field of a form (姓名：) takes what follows for a name."""
_COMMON = "".join(char for char in _SURNAMES if char not in _RARE)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|宇文|长孙|夏侯|端木|南宫|独孤"
_NOT_IN_NAMES = "的了是在有我你您他她它们不没这那就都也还要说叫去来过把被给到和跟与或吗呢吧啊"
_GIVEN = rf"(?:(?![{_NOT_IN_NAMES}])[{HAN}])"

_FIELD = (
    r"(?:姓名|户名|收件人|收货人|联系人|持卡人|投诉人|申诉人|举报人|来电人|报警人|报案人|当事人|受害人|被害人|事主|机主|开户人|签收人|经办人|患者|"
    r"法人|法定代表人|署名|真名|名字)"
)


@dataclass(frozen=True, slots=True)
class _Form:
    """``pattern`` finds one thing, its group ``it`` is what is hidden, but for its first ``kept`` and its last
    ``kept_last`` letters and digits."""

    pattern: re.Pattern[str]
    kept: int
    kept_last: int = 0


def _form(pattern: str, kept: int, kept_last: int = 0) -> _Form:
    return _Form(re.compile(pattern), kept, kept_last)


_IS = r"(?:是|为|叫|填的?|写的?是?)?[ :：]{0,3}"
_STREET = "路|街|道|巷|弄|胡同|大街|大道|新村|小区|花园|公寓|家园|苑|村|镇|庄|大厦|广场"
_BEFORE_STREET = "[住在址到于送寄是我籍]|(?<=[我你他她])家"
_DOOR = "号楼?|栋|幢|座|单元|室|楼|层|户|组|队|门"

FORMS: Mapping[str, tuple[_Form, ...]] = {
    "name": (
        _form(rf"{_FIELD}(?:是|为)?[ :：]{{1,3}}(?:{_COMPOUND}|[{_SURNAMES}])(?P<it>[{HAN}]{{1,2}})(?![{HAN}])", 0),
        _form(
            rf"(?:{_FIELD}(?:是|为|叫)|(?:我|本人|名字|大名|人|先生|女士)(?:的名字|姓名)?(?:叫|名叫)(?:做)?|我是|本人)"
            rf"(?:{_COMPOUND}|[{_COMMON}])(?P<it>{_GIVEN}{{1,2}})(?=[，,。.；;！!、\s（(\d]|$|身份证|电话|手机|住|家住|今年|来电|男|女)",
            0,
        ),
        _form(
            rf"{_FIELD}(?:{_COMPOUND}|[{_COMMON}])(?P<it>{_GIVEN}{{1,2}})(?=[，,；;（(、\s\d]|$|身份证|电话|手机|于|来电|反映|称)",
            0,
        ),
    ),
    "address": (
        _form(
            rf"(?P<it>(?:(?:(?!{_BEFORE_STREET})[{HAN}a-z\d]){{1,12}}?(?:{_STREET})){{1,3}}[ ]?"
            rf"(?:[a-z\d一二三四五六七八九十百东南西北甲乙丙\-]{{1,6}}(?:{_DOOR})[ ]?){{1,5}}"
            r"(?:[a-z\d\-]{1,6}(?:室|号|房)?)?)",
            0,
        ),
    ),
    "email": (
        _form(
            r"(?<![a-z0-9._%+\-*])(?P<it>[a-z0-9._%+\-*]{1,64}+)@(?=[a-z0-9\-]{1,63}+(?:\.[a-z0-9\-]{1,63}+){1,4})", 1
        ),
    ),
    "wechat": (
        _form(
            r"(?:微信|薇信|威信|[微薇威]xin|[vw]信|加微|加薇|加v|vx|wx|weixin|薇|卫星)"
            r"(?:号码?|id|是|为|同号|就是|叫|搜|[:： ]){0,3}"
            r"(?P<it>(?![*])(?:[a-z][a-z0-9_\-]{4,30}+|\d{5,11}+)(?![a-z0-9_*]))",
            2,
            1,
        ),
    ),
    "qq": (
        _form(r"(?:qq|扣扣|企鹅|q)(?:群号?|号码?|是|为|[:： ]){0,3}(?P<it>[1-9]\d{4,11}+)(?![\d*])", 2, 1),
        _form(r"(?<![\d*])(?P<it>[1-9]\d{4,11}+)(?=@qq)", 2, 1),
    ),
    "plate": (
        _form(
            r"(?P<it>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
            r"[a-z][·.\- ]?(?=[a-z0-9]{0,5}\d)[a-z0-9]{5,6}+)",
            2,
        ),
    ),
    "permit": (
        _form(
            r"(?:护照|通行证|回乡证|台胞证|台湾证件|居留证|居住证|港澳证|驾驶证|驾照|军官证|士兵证|社保卡?|医保卡?|学籍|准考证|证件)"
            rf"(?:号码?|编号)?{_IS}(?P<it>(?:[{HAN}]字第)?[a-z]{{0,2}}\d{{5,12}}+)(?![\d*])",
            1,
        ),
        _form(r"(?<![a-z0-9])(?P<it>[eghmk]\d{8,10}+)(?![a-z0-9*])", 1),
    ),
    "code": (
        _form(
            rf"(?:验证码|校验码|动态码|动态口令|短信码|授权码|认证码|激活码|取件码|提货码|cvv2?|cvn2?|安全码|后三位|背面三位数?)(?:号码?)?"
            rf"(?:[,，]?[{HAN}]{{0,4}}?(?:是|为|发|收到|报|说))?[ :：,，“\"]{{0,3}}"
            r"(?P<it>\d(?:[ \-]?\d){2,7})(?![\d*])",
            0,
        ),
        _form(
            rf"(?:密码|口令|passwo?r?d|pwd)"
            rf"(?:[{HAN}]{{0,4}}?(?:是|为|改成|设成|设为))?[ :：“\"]{{0,3}}"
            r"(?P<it>(?=[a-z!@#$%_.]{0,15}\d)[a-z0-9!@#$%_.]{4,16}+)",
            0,
        ),
        _form(
            rf"(?<![\d*.])(?P<it>\d{{4,8}}+)(?=[)）】”\"]?[ ,，]?"
            rf"(?:是|为)?(?:您|你|本次)?(?:[{HAN}]{{0,8}}?)(?:验证码|校验码|动态码|动态口令))",
            0,
        ),
        _form(r"(?:有效期)(?:限|至|到|是|为)?[ :：]{0,3}(?P<it>(?:0[1-9]|1[0-2])/?\d\d)(?![\d年*])", 0),
    ),
}
KINDS = tuple(FORMS)
"""What :func:`huashu.masking.mask` can be asked to hide besides numbers: a name after the word that announces it, an
address from street and door on, an e-mail's name, WeChat and QQ numbers, a car's plate, passports and permits, and
``code``: one-time codes, passwords, card verification numbers and dates."""


def named(kind: str, text: str) -> Iterator[int]:
    """Places in a normalised ``text`` that are to be hidden of a ``kind``; KeyError when there is no such kind."""
    for form in FORMS[kind]:
        for match in form.pattern.finditer(text):
            places = [place for place in range(*match.span("it")) if text[place].isalnum()]
            if not any(text[place] == "*" for place in range(*match.span("it"))):
                yield from places[form.kept : len(places) - form.kept_last]
