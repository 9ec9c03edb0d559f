"""Evidence from columns that name a person by what he does: "created_by", "approver", 业务员."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.subjects import SubjectIndex, family

PEOPLE = ("user", "person", "worker", "personnel", "admin", "administrator", "operator", "clerk")
PEOPLE_ZH = ("员工", "职员", "职工", "人员", "用户", "雇员", "教师")
DOING = re.compile(
    r"^(?:(?:created?|updated?|modified|approved?|submitted|assigned|handled|closed|opened|deleted|checked|audited|reviewed|"
    r"signed|entered|operated|changed|last_?edited|edited|registered)_?(?:by|to|user)|creator|updater|modifier|approver|owner|"
    r"assignee|handler|operator|auditor|principal|leader|manager|salesman|salesperson|(?:[a-z]+_)?(?:rep|officer|consultant|advis[eo]r)|account_?manager|supervisor|"
    r"agent|reviewer|reporter|responsible|technician|engineer)(?:_?(?:user|emp|employee|staff))?(?:_?(?:id|no|code))?$",
    re.IGNORECASE,
)
DOING_ZH = re.compile(
    r"(?:创建|更新|修改|审核|审批|制单|经办|经手|操作|录入|建档|处理|负责|跟进|提交|签收|开单)人|^(?:业务员|操作员|销售员|工程师|客户经理|负责人|主管)"
)


def by_deed(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """A column for a person leads to the schema's table of people; several such tables make it a guess."""
    if column.name in table.primary_key or not _names_a_person(column):
        return
    people = _people(index)
    for person in people:
        target = next((t for t in index.targets(person) if fits(column, t)), None)
        if target:
            yield to_target(table, column, target, 0.66 if len(people) == 1 else 0.42, "person")


def _names_a_person(column: ColumnFacts) -> bool:
    if not family(column):
        return False
    return bool(DOING.match("_".join(words(column.name)))) or bool(DOING_ZH.search(column.comment))


def _people(index: SubjectIndex) -> list[TableFacts]:
    """Tables of people: employees when there are any, else users."""
    employees = [
        t
        for t in index.tables
        if _is_of(index, t, ("employee", "emp", "staff"), ("员工", "职员", "职工", "雇员"))
    ]
    return employees or [t for t in index.tables if _is_of(index, t, PEOPLE, PEOPLE_ZH)]


def _is_of(
    index: SubjectIndex, table: TableFacts, english: Collection[str], chinese: Collection[str]
) -> bool:
    own = index.words[table.name]
    return (len(own) <= 2 and own[-1:] != () and own[-1] in english) or any(
        s in chinese for s in index.chinese[table.name]
    )
