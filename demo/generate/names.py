"""Names, addresses and numbers that are plainly fictional, composed from lists of syllables by hash bits.

Every list has a power of two as its length, so that a choice is a shift and a mask. Phone numbers use the blocks 154
and 169, which no operator holds; mail and web addresses end in .example; IP addresses are those kept for documents.
"""

from __future__ import annotations

MASK = (1 << 64) - 1


def mix(number: int) -> int:
    """64 well mixed bits of a number (the finaliser of splitmix64): the same number gives the same bits."""
    z = (number + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Pairs of (Chinese, pinyin) from words like '青Qing'."""
    words = text.split()
    pairs = [(word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), word) for word in words]
    return [(zh, word[len(zh) :]) for zh, word in pairs]


SURNAMES = _pairs(
    "云Yun 林Lin 叶Ye 江Jiang 白Bai 石Shi 洛Luo 池Chi 竹Zhu 柏Bo 梅Mei 岳Yue 原Yuan 苗Miao 麦Mai 舟Zhou "
    "谷Gu 安An 易Yi 简Jian 尹Yin 乔Qiao 季Ji 沈Shen 陆Lu 顾Gu 方Fang 何He 宋Song 许Xu 韩Han 唐Tang"
)
GIVEN = _pairs(
    "思Si 远Yuan 若Ruo 溪Xi 子Zi 衡Heng 清Qing 岚Lan 承Cheng 宇Yu 一Yi 诺Nuo 书Shu 雅Ya 望Wang 川Chuan "
    "知Zhi 行Xing 明Ming 月Yue 初Chu 晴Qing 小Xiao 满Man 景Jing 和He 嘉Jia 言Yan 亦Yi 凡Fan 星Xing 野Ye "
    "静Jing 舒Shu 安An 然Ran 海Hai 棠Tang 以Yi 宁Ning 听Ting 风Feng 怀Huai 瑾Jin 暮Mu 雪Xue 扬Yang 帆Fan "
    "慕Mu 青Qing 长Chang 庚Geng 念Nian 真Zhen 致Zhi 成Cheng 乐Le 山Shan 敏Min 行Hang 立Li 夏Xia 秋Qiu 实Shi"
)
BRAND = _pairs(
    "青Qing 屿Yu 岚Lan 澜Lan 禾He 砚Yan 朔Shuo 星Xing 霁Ji 泽Ze 曜Yao 澄Cheng 翎Ling 沐Mu 珀Po 衡Heng "
    "启Qi 铭Ming 栖Qi 樾Yue 筑Zhu 拓Tuo 锦Jin 穗Sui 麓Lu 溯Su 棠Tang 鲸Jing 驰Chi 岩Yan 鹿Lu 帆Fan "
    "昀Yun 朗Lang 鹤He 瀚Han 榆Yu 森Sen 湛Zhan 凌Ling 钧Jun 宸Chen 墨Mo 彦Yan 皓Hao 韵Yun 辰Chen 熙Xi "
    "珩Heng 煜Yu 炬Ju 磐Pan 梧Wu 桐Tong 蔚Wei 沧Cang 汀Ting 洲Zhou 雁Yan 隼Sun 麒Qi 麟Lin 烁Shuo 峦Luan"
)
PLACES = {
    "HD": (_pairs("云泽Yunze 青萍湾Qingpingwan 望湖Wanghu 越溪Yuexi"), 31.2, 120.4, "021"),
    "DN": (_pairs("榕川Rongchuan 鹭汀Luting 茶岭Chaling 海棠港Haitanggang"), 25.6, 118.4, "0591"),
    "HZ": (_pairs("江麓渡Jiangludu 九湖Jiuhu 楚原Chuyuan 汉泽Hanze"), 30.4, 113.8, "027"),
    "HB": (_pairs("燕岭Yanling 平川Pingchuan 槐城Huaicheng 晋岚Jinlan"), 38.9, 115.6, "010"),
    "DB": (_pairs("松雪Songxue 白桦Baihua 黑水湾Heishuiwan 长岭子Changlingzi"), 43.6, 125.1, "024"),
    "XB": (_pairs("沙洲Shazhou 祁石Qishi 古驿Guyi 胡杨Huyang"), 35.9, 105.2, "029"),
    "HN": (_pairs("珠汀Zhuting 椰滩Yetan 木棉Mumian 南屿Nanyu"), 23.2, 113.0, "020"),
    "XI": (_pairs("锦溪Jinxi 雾山Wushan 竹海Zhuhai 雪岭Xueling"), 29.8, 104.8, "028"),
}
TRADES = {
    "01": (("机械", "Machinery"), ("重工", "Heavy Industry")),
    "02": (("电子", "Electronics"), ("半导体", "Semiconductor")),
    "03": (("食品", "Foods"), ("粮油", "Grain and Oil")),
    "04": (("纺织", "Textiles"), ("服饰", "Garments")),
    "05": (("建材", "Building Materials"), ("陶瓷", "Ceramics")),
    "06": (("物流", "Logistics"), ("供应链", "Supply Chain")),
    "07": (("医疗器械", "Medical"), ("生物", "Biotech")),
    "08": (("农业", "Agriculture"), ("种业", "Seeds")),
}
INDUSTRIES = tuple(TRADES)
FORMS = (
    ("有限公司", "Co., Ltd."),
    ("有限责任公司", "LLC"),
    ("股份有限公司", "Corp."),
    ("商贸有限公司", "Trading Co., Ltd."),
)
ROADS = (
    "云梯路",
    "星河大道",
    "青石巷",
    "望海路",
    "银杏街",
    "白鹭路",
    "听涛路",
    "长桥街",
    "春晓路",
    "竹影巷",
    "北斗大道",
    "梧桐路",
    "锦绣街",
    "石榴路",
    "龙井巷",
    "明月路",
)
POSITIONS = ("采购经理", "总经理", "财务主管", "设备主管", "采购员", "厂长", "行政助理", "技术总监")
COLOURS = (
    "#2563EB",
    "#059669",
    "#D97706",
    "#DC2626",
    "#7C3AED",
    "#0891B2",
    "#DB2777",
    "#4B5563",
    "#65A30D",
    "#EA580C",
    "#4F46E5",
    "#0D9488",
    "#BE123C",
    "#9333EA",
    "#CA8A04",
    "#1E293B",
)


def person(h: int) -> tuple[str, str]:
    """A person's name in Chinese and in pinyin; one in four has a given name of one syllable."""
    family, family_en = SURNAMES[h & 31]
    first, first_en = GIVEN[h >> 5 & 63]
    if not h >> 11 & 3:
        return family + first, f"{family_en} {first_en}"
    second, second_en = GIVEN[h >> 13 & 63]
    return family + first + second, f"{family_en} {first_en}{second_en.lower()}"


def company(h: int, region: str) -> tuple[str, str, str, str]:
    """A company's name in Chinese and English, its industry code and its brand in pinyin (for addresses)."""
    place, place_en = PLACES[region][0][h & 3]
    one, one_en = BRAND[h >> 2 & 63]
    two, two_en = BRAND[h >> 8 & 63]
    industry = INDUSTRIES[h >> 14 & 7]
    trade, trade_en = TRADES[industry][h >> 17 & 1]
    form, form_en = FORMS[h >> 18 & 3]
    brand = one_en + two_en.lower()
    return (
        place + one + two + trade + form,
        f"{place_en} {brand} {trade_en} {form_en}",
        industry,
        brand.lower(),
    )


def mobile(block: str, number: int) -> str:
    """A mobile number that no other number below 100 million gives; some are written with dashes, as typed."""
    digits = f"{number * 7_919_111 % 100_000_000:08d}"
    if number % 23 == 7:
        return f"{block}-{digits[:4]}-{digits[4:]}"
    return block + digits


def address(h: int, region: str) -> str:
    """A street address in one of the region's fictional towns."""
    return f"{PLACES[region][0][h & 3][0]}市{ROADS[h >> 20 & 15]}{(h >> 24 & 511) + 1}号"


def ip(h: int) -> str:
    """An address from the three networks kept for documents (RFC 5737)."""
    network = ("192.0.2", "198.51.100", "203.0.113", "192.0.2")[h & 3]
    return f"{network}.{(h >> 2 & 127) + 1}"
