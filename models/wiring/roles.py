"""What a table is about (customer, order, ticket…), and the reasons in words that a person can check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.columns import is_phone, words_of
from models.wiring.identifiers import module_prefix, words
from models.wiring.relations.subjects import TYING, ZH_NOISE, SubjectIndex

ENGLISH: dict[str, tuple[str, ...]] = {
    "customer": ("customer", "client", "custom", "kunde", "cliente", "guest", "patron", "member", "patient", "debtor"),
    "contact": ("contact", "contact person", "linkman", "people"),
    "order": ("order", "sales order", "sale", "booking", "rental", "reservation", "so", "order header", "order head", "purchase order", "invoice"),
    "payment": ("payment", "receipt", "receivable", "collection", "paid", "transaction", "pay order"),
    "ticket": ("ticket", "case", "issue", "incident", "complaint", "service order", "work order", "service request", "after sale",
               "aftersale", "repair", "trouble ticket", "support ticket", "helpdesk"),
    "asset": ("asset", "equipment", "device", "machine", "vehicle", "installed product", "installation", "serial number"),
    "product": ("product", "good", "goods", "item", "material", "article", "sku", "part", "film", "commodity", "merchandise"),
    "employee": ("employee", "staff", "emp", "personnel", "salesperson", "worker", "user", "admin"),
    "organisation": ("department", "dept", "organization", "organisation", "org", "branch", "office", "division", "org unit", "store"),
}  # fmt: skip
CHINESE: dict[str, tuple[str, ...]] = {
    "contact": ("联系人", "客户联系人"),
    "payment": ("收款", "收款单", "付款", "回款", "支付单", "支付记录", "缴费", "付款单", "收款记录", "支付订单", "收费"),
    "order": ("订单", "销售订单", "定单", "销售单", "订单主", "采购订单", "单据主"),
    "ticket": ("工单", "服务单", "售后", "投诉", "报修", "维修单", "服务请求", "问题单", "保修单"),
    "customer": ("客户", "顾客", "往来单位", "会员用户", "会员", "业主", "供应商/客户", "用户信息"),
    "asset": ("资产", "设备", "车辆", "固定资产", "房产", "装机"),
    "product": ("产品", "商品", "物料", "货品", "商品基本", "存货"),
    "employee": ("员工", "职员", "雇员", "职工", "人员", "管理员", "用户", "业务员"),
    "organisation": ("部门", "组织", "组织机构", "机构", "分公司", "门店", "科室"),
}  # fmt: skip
CLOSE = 0.15
WEAK = {
    "article",
    "item",
    "part",
    "film",
    "merchandise",
    "invoice",
    "user",
    "admin",
    "用户",
    "管理员",
    "人员",
    "用户信息",
    "member",
    "会员",
}
"""Words that mean one role beside some tables and another beside others."""
WEAK_SCORE = 0.8
STAFF_MODULES = {"sys", "system", "upms", "admin", "base"}
ACCOUNTS = {"user", "admin", "account", "member"}
ACCOUNTS_OF = {
    "sys": "employee", "auth": "employee", "system": "employee", "upms": "employee", "backend": "employee", "back": "employee", "admin": "employee",
    "member": "customer", "app": "customer", "shop": "customer", "web": "customer", "wx": "customer", "client": "customer",
}  # fmt: skip
"""Whose accounts they are, by the word before: "sys_user", "app_user"."""
PREFIXES = {"sys", "system", "base", "bas", "biz", "crm", "erp", "oa", "hr"}
NOT_MAIN = {
    "type",
    "status",
    "level",
    "log",
    "history",
    "rel",
    "relation",
    "map",
    "mapping",
    "setting",
    "config",
    "tag",
    "category",
}
NEEDS: dict[str, str] = {
    "customer": "contactable",
    "contact": "contactable",
    "employee": "personal",
    "order": "dated",
    "payment": "valued",
    "ticket": "worded",
}
WORDED = ("subject", "title", "desc", "problem", "content", "reason", "summary", "question", "fault", "complaint", "symptom",
          "主题", "标题", "描述", "内容", "问题", "原因", "故障", "说明", "诉求")  # fmt: skip
ENDINGS_ZH = {"order", "payment", "ticket", "asset", "customer", "employee"}


@dataclass(frozen=True)
class RoleGuess:
    """A role, how sure it is, and why: codes such as "name:customer" and "columns:dated:order_date"."""

    role: str = "other"
    score: float = 0.0
    reasons: tuple[str, ...] = ()


def roles_of(index: SubjectIndex) -> dict[str, RoleGuess]:
    """A guess for each table."""
    guesses = {table.name: _guess(index, table) for table in index.facts.tables.values()}
    return _customers_of_a_shop(index, _only_the_best(guesses))


def _only_the_best(guesses: dict[str, RoleGuess]) -> dict[str, RoleGuess]:
    """A table that is only like an order is none where another one is called so outright."""
    best = {
        role: max(g.score for g in guesses.values() if g.role == role)
        for role in {g.role for g in guesses.values()}
    }
    return {name: g if g.score >= best[g.role] - CLOSE else RoleGuess() for name, g in guesses.items()}


def _guess(index: SubjectIndex, table: TableFacts) -> RoleGuess:
    named = _by_chinese(index, table) or _by_english(index, table)
    if named.role == "other" or table.is_view:
        return RoleGuess()
    if named.reasons == ("name:article",) and not _valued(table):
        return RoleGuess()  # something to read
    wanted = NEEDS.get(named.role)
    if wanted and not LOOKS[wanted](table):
        return RoleGuess() if named.score < 0.9 else RoleGuess(named.role, named.score - 0.3, named.reasons)
    seen = ", ".join(LOOKS[wanted](table)[:3]) if wanted else ""
    reasons = (*named.reasons, f"columns:{wanted}:{seen}") if wanted else named.reasons
    return RoleGuess(named.role, named.score, reasons)


def _by_chinese(index: SubjectIndex, table: TableFacts) -> RoleGuess | None:
    """The Chinese subject itself ("客户"), or its end ("服务工单")."""
    label = index.labels[table.name].zh if table.name in index.labels else ""
    subjects = {*index.chinese[table.name], ZH_NOISE.sub("", label)}
    for role, names in CHINESE.items():
        if found := subjects & set(names):
            return RoleGuess(role, WEAK_SCORE if found <= WEAK else 1.0, (f"name:{min(found)}",))
    for role in ENDINGS_ZH if not TYING.search(label) else ():
        endings = [n for n in CHINESE[role][:3] if len(n) > 1 and any(s.endswith(n) for s in subjects)]
        if endings:
            return RoleGuess(role, 0.85, (f"name:{endings[0]}",))
    return None


def _by_english(index: SubjectIndex, table: TableFacts) -> RoleGuess:
    guess = _by_words(index, table)
    chinese = index.labels[table.name].zh if table.name in index.labels and table.comment else ""
    if chinese and not any(name in chinese for name in CHINESE.get(guess.role, ())):
        return RoleGuess()  # the comment says something else than the name
    return guess


def _by_words(index: SubjectIndex, table: TableFacts) -> RoleGuess:
    own = index.words[table.name]
    if not own or own[-1] in NOT_MAIN:
        return RoleGuess()
    return (
        _exactly(own) or _of_accounts(own) or _contacts_of(own) or _behind_module(index, own) or RoleGuess()
    )


def _exactly(own: tuple[str, ...]) -> RoleGuess | None:
    """The whole name is a word for the role."""
    spoken = " ".join(own)
    for role, names in ENGLISH.items():
        if spoken in names:
            score = WEAK_SCORE if spoken in WEAK else 1.0 - 0.01 * names.index(spoken)
            return RoleGuess(role, score, (f"name:{spoken}",))
    return None


def _of_accounts(own: tuple[str, ...]) -> RoleGuess | None:
    """Accounts of the staff or of customers, by the word before: "sys_user", "app_user"."""
    if len(own) != 2 or own[-1] not in ACCOUNTS:
        return None
    role = ACCOUNTS_OF.get(own[-1]) or ACCOUNTS_OF.get(own[0])
    return RoleGuess(role, WEAK_SCORE, (f"name:{' '.join(own)}",)) if role else None


def _contacts_of(own: tuple[str, ...]) -> RoleGuess | None:
    """For example "customer_contacts": the people at another table's companies."""
    is_contact = len(own) == 2 and own[-1] in ENGLISH["contact"]
    return RoleGuess("contact", 0.85, (f"name:{own[-1]}",)) if is_contact else None


def _behind_module(index: SubjectIndex, own: tuple[str, ...]) -> RoleGuess | None:
    """For example "crm_customer", "hs_hr_employee": behind the words of a module stands one for the role."""
    head = own[:-1]
    is_module = index.is_module(head) or (
        len(head) == 1 and (head[0] in PREFIXES or _is_module(index, head[0]))
    )
    if not is_module or index.by_words.get(head):
        return None
    role = next((role for role, names in ENGLISH.items() if own[-1] in names[:3]), None)
    return RoleGuess(role, 0.8, (f"name:{own[-1]}",)) if role else None


def _is_module(index: SubjectIndex, word: str) -> bool:
    """The first word stands before several tables: "crm_customer"."""
    return sum(own[:1] == (word,) for own in index.words.values()) >= 3


def _customers_of_a_shop(index: SubjectIndex, guesses: dict[str, RoleGuess]) -> dict[str, RoleGuess]:
    """Without a table of customers, the users that orders or tickets point at are the customers, when others are staff."""
    roles = {guess.role for guess in guesses.values()}
    users = _users(index, guesses)
    if "customer" in roles or len(users) != 1:
        return guesses
    pointing = [t for name, t in index.facts.tables.items() if guesses[name].role in {"order", "ticket"}]
    has_staff = any(guess.role == "employee" and name != users[0] for name, guess in guesses.items())
    is_pointed_at = any("user" in words(column.name) for table in pointing for column in table.columns)
    is_shop = any(guesses[table.name].role == "order" for table in pointing)
    if is_pointed_at and (has_staff or is_shop):
        return {**guesses, users[0]: RoleGuess("customer", WEAK_SCORE, ("name:user", "orders"))}
    return guesses


def _users(index: SubjectIndex, guesses: dict[str, RoleGuess]) -> list[str]:
    """Tables of users that nothing else is known of: "users" itself before "app_user"."""
    free = [
        n for n, t in index.facts.tables.items() if guesses[n].role in {"employee", "other"} and not t.is_view
    ]
    exact = [name for name in free if index.words[name] == ("user",)]
    exact = [name for name in exact if module_prefix(name) not in STAFF_MODULES] or exact
    return exact or [name for name in free if index.words[name][1:] == ("user",)]


def _contactable(table: TableFacts) -> list[str]:
    return [c.name for c in table.columns if is_phone(c) or _is_called(c, "mail", "address", "邮箱", "地址")]


def _personal(table: TableFacts) -> list[str]:
    return [c.name for c in table.columns if _is_called(c, "name", "姓名", "名") or is_phone(c)]


def _dated(table: TableFacts) -> list[str]:
    return [
        c.name
        for c in table.columns
        if c.base_type in {"date", "datetime", "timestamp"} or _is_called(c, "date", "time", "日期", "时间")
    ]


def _valued(table: TableFacts) -> list[str]:
    return [
        c.name
        for c in table.columns
        if c.base_type in {"decimal", "numeric", "double", "float"}
        or _is_called(c, "amount", "price", "金额")
    ]


def _is_called(column: ColumnFacts, *names: str) -> bool:
    text = f"{column.name} {words_of(column)}".lower()
    return any(name in text for name in names)


def _worded(table: TableFacts) -> list[str]:
    return [c.name for c in table.columns if _is_called(c, *WORDED)]


LOOKS: dict[str, Callable[[TableFacts], list[str]]] = {
    "contactable": _contactable,
    "personal": _personal,
    "dated": _dated,
    "valued": _valued,
    "worded": _worded,
}
"""By what a role needs: the columns of a table that show it."""
