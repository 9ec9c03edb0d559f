"""Evidence from columns that name a person by what he does: "created_by", "approver", 业务员."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.labels import heading
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.stems import nearest
from models.wiring.relations.subjects import SubjectIndex, Target, family
from models.wiring.relations.wording import subject

USERS = ("user", "admin", "administrator", "operator")
STAFF = ("employee", "emp", "staff")
PEOPLE = (*USERS, "account", "person", "worker", "personnel", "clerk")
USERS_ZH, STAFF_ZH = ("用户", "系统用户", "管理员"), ("员工", "职员", "职工", "雇员")
PEOPLE_ZH = (*STAFF_ZH, *USERS_ZH, "人员", "教师")
ACCOUNT = {"uid", "userid", "user_id"}
"""Somebody's account, where no table is called so."""
KEPT = re.compile(
    r"^(?:(?:created?|updated?|modif(?:y|ied)|changed?|deleted?|voided|retired|inserted|added|edit(?:ed)?|entered|last_?(?:edited|updated|modified|changed))"
    r"_?(?:by|user|operator|uid)|user_?id_?(?:create|update|modify)|(?:creat|modifi|updat|insert)ed(?=_id)|creat(?:or|er)|updat(?:er|or)|(?:last_?)?(?:modifier|editor|author)|poster)(?:_?(?:user|emp|employee|staff))?(?:_?(?:id|no|code|uid|uuid|guid))?$",
    re.IGNORECASE,
)
"""Who typed it in: an account of the program."""
KEPT_ZH = re.compile(r"(?:创建|更新|修改|录入|建档|编辑|新增|添加|最后操作)(?:人|者|用户|人员)")
DOING = re.compile(
    r"^(?:[a-z]+_by|[a-z]+ed_?(?:by|to)|(?:assigned|handled|closed|opened|checked|reviewed|signed|operated|registered|leader|manager|owner|charge|principal)_?user|"
    r"mgr|boss|owner|assignee|operator|principal|leader|manager|salesman|salesperson|(?:[a-z]+_)?(?:rep|officer|consultant|advis[eo]r)|"
    r"account_?manager|supervisor|resp(?:ons[ai]ble)?(?:_[a-z]+)?|(?:[a-z]+_)?(?:reviewer|approver|auditor|handler)|reporter|applicant|proposer|actor|seller|technician|engineer)(?:_?(?:user|emp|employee|staff))?(?:_?(?:id|no|code|uid|uuid|guid))?$",
    re.IGNORECASE,
)
"""Who does the work that the row is about: somebody of the staff."""
DOING_ZH = re.compile(
    r"(?:审核|审批|制单|经办|经手|操作|处理|负责|跟进|提交|签收|开单)人|^(?:业务员|操作员|销售员|工程师|客户经理|负责人|主管)"
)
NO_PERSON = re.compile(
    r"(?i)(?:type|(?<!user)(?<!user_)(?<!login)(?<!login_)name|_ip|time|date|role|dept|phone|tel|mail|group|avatar|status|count|num)s?$"
)
NO_PERSON_ZH = re.compile(
    r"(?:类型|名称|姓名|昵称|时间|日期|部门|电话|手机号?|邮箱|头像|角色|状态|数量?|部|IP)$"
)
LOGIN = re.compile(r"(?i)user_?name|login|account|emp|code|_?no$|number")
CERTAIN = {"kept": 0.8, "does": 0.76}
OTHERS = 0.74
"""For the second kind of people: certain only where other tables have the same."""
GUESSED = 0.5
SEVERAL = 0.42


def by_deed(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """A column for a person leads to the schema's table of people; several such tables make it a guess."""
    deed = _deed(index, column)
    if not deed or column.name in table.primary_key:
        return
    if index.by_words.get(subject(words(column.name))):
        return  # a table is called just so, and it means that one
    yield from _to_people(index, table, column, _people(index, column, deed)[0], CERTAIN[deed])


def by_other_people(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The other kind of people, for columns whose values deny the first: accounts that check, staff that keep records."""
    if deed := _deed(index, column):
        yield from _to_people(index, table, column, _people(index, column, deed)[1], OTHERS)


def by_account(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """What people sign in with, for texts that no name explains: the values have to tell."""
    if family(column) != "text" or NO_PERSON.search(column.name) or column.name in table.primary_key:
        return
    accounts = _tables(index, USERS, USERS_ZH)
    yield from _to_people(index, table, column, [t for t in accounts if t != table], GUESSED)


def _to_people(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, people: list[TableFacts], score: float
) -> Iterator[Candidate]:
    near = nearest(table, people)
    for person in near:
        target = _target(index, person, column)
        if target and (person, column.name) != (table, target.column.name):
            yield to_target(table, column, target, score if len(near) == 1 else SEVERAL, "person")


def _deed(index: SubjectIndex, column: ColumnFacts) -> str:
    """What the person does: "kept" the record or "does" the work; "" = no person."""
    said = column.comment or index.heard(column.name)
    if not family(column) or NO_PERSON.search(column.name) or NO_PERSON_ZH.search(heading(said)):
        return ""
    name = "_".join(words(column.name))
    if name in ACCOUNT:
        return "" if index.by_last_word.get("user") and name != "uid" else "does"
    if KEPT.match(name) or KEPT_ZH.search(said):
        return "kept"
    return "does" if DOING.match(name) or DOING_ZH.search(said) else ""


def _target(index: SubjectIndex, person: TableFacts, column: ColumnFacts) -> Target | None:
    """The key; for a text the name that people sign in with rather than their mail address."""
    usable = [t for t in index.targets(person) if fits(column, t)]
    usable.sort(key=lambda t: (not t.is_primary, not LOGIN.search(t.column.name)))
    return next(iter(usable), None)


def _people(index: SubjectIndex, column: ColumnFacts, deed: str) -> tuple[list[TableFacts], list[TableFacts]]:
    """Tables of people, and others if it is none of these: accounts for who kept the record, staff for who does the work."""
    says_user = "user" in column.name.lower() or column.name.lower() == "uid" or deed == "kept"
    users, staff = _tables(index, USERS, USERS_ZH), _tables(index, STAFF, STAFF_ZH)
    users, staff = _plainly(index, users), _plainly(index, staff)
    first, second = (users, staff) if says_user else (staff, users)
    if first:
        return first, second
    return second or _tables(index, PEOPLE, PEOPLE_ZH), []


def _plainly(index: SubjectIndex, tables: list[TableFacts]) -> list[TableFacts]:
    """Those that are called just so, when there are any: "employee" rather than "role_employee"."""
    return [t for t in tables if len(index.words[t.name]) == 1] or tables


def _tables(index: SubjectIndex, english: Collection[str], chinese: Collection[str]) -> list[TableFacts]:
    return [t for t in index.tables if _is_of(index, t, english, chinese)]


def _is_of(
    index: SubjectIndex, table: TableFacts, english: Collection[str], chinese: Collection[str]
) -> bool:
    own = index.words[table.name]
    return (len(own) <= 2 and own[-1:] != () and own[-1] in english) or any(
        s in chinese for s in index.chinese[table.name]
    )
