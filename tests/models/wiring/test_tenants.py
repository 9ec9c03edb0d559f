"""Columns of tenants are pointed out with their values, and nothing is fixed unasked."""

import pytest

from fields import best_kind
from models.wiring.infer import infer
from tests.models.wiring.schema import Rows, schema, table


@pytest.mark.parametrize(
    ("column", "is_one"),
    [
        ("tenant_id bigint", True), ("tenantId varchar(20)", True), ("TENANT_CODE varchar(9)", True), ("MANDT char(3)", True),
        ("org bigint # 租户编号", True), ("zhid varchar(9) # 所属租户ID", True), ("tenant_name varchar(50)", False),
        ("tenant_package_id bigint # 租户套餐编号", False), ("tenant_count int # 租户数量", False), ("tenant_at datetime", False),
    ],
)  # fmt: skip
def test_the_column_of_a_tenant(column: str, *, is_one: bool) -> None:
    name = column.split(maxsplit=1)[0]
    facts = schema(table("orders", "id int ! +", column))
    rows = Rows(orders=[{"id": n, name: 1 + n % 2} for n in range(9)])
    found = infer(facts, best_kind, rows)["orders"]  # type: ignore[arg-type]
    assert found.tenant == ((name, ("1", "2")) if is_one else ("", ()))
    assert not found.entity.fixed
