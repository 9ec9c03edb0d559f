"""The table: what each actor is answered at each address of the application, and which records he finds there.

A cell is a status, or the letters of the records that are found ("o" sales_east's own, "u" the department's, "r" the
region's, "f" far away; "-" none). A path that holds {customers} or {contracts} is asked for each of the four: those that
are not found must be answered as a record that does not exist. Where {codes} stands, all four are looked for at once.
What follows " + " is sent as a form.
"""

from __future__ import annotations

PAGES = """
anon sales manag clerk engin it    execu admin
302  200   200   200   200   200   200   200    GET /
302  200   200   200   404   404   200   200    GET /home/chart/new-customer
302  404   404   404   404   404   404   404    GET /home/chart/nothing
302  200   200   200   200   200   200   200    GET /search
302  200   200   200   200   200   200   200    GET /inbox/
302  302   302   302   302   302   302   302    POST /inbox/0/open
302  302   302   302   302   302   302   302    POST /inbox/read
302  200   200   200   200   200   200   200    GET /tokens/
302  400   400   400   400   400   400   400    POST /tokens/create
302  404   404   404   404   404   404   404    POST /tokens/none/revoke
302  200   200   200   200   200   200   200    GET /sessions/
302  302   302   302   302   302   302   302    POST /sessions/end/none
302  200   200   200   200   200   200   200    GET /substitutes/
302  200   200   200   200   200   200   200    GET /substitutes/people?q=sales
302  400   400   400   400   400   400   400    POST /substitutes/lend
302  302   302   302   302   302   302   302    POST /substitutes/0/begin
302  302   302   302   302   302   302   302    POST /substitutes/0/end
302  302   302   302   302   302   302   302    POST /substitutes/stop
302  200   200   200   200   200   200   200    GET /api/docs
302  302   302   302   302   302   302   302    GET /lang/en
302  302   302   302   302   302   302   302    GET /language/en
404  404   404   404   404   404   404   404    GET /language/xx
302  302   302   302   302   302   302   302    GET /back
200  200   200   200   200   200   200   200    GET /health/live
200  200   200   200   200   200   200   200    GET /health/ready
200  200   200   200   200   200   200   200    GET /static/logo.svg
404  404   404   404   404   404   404   404    GET /static/../config.py
404  404   404   404   404   404   404   404    GET /static/appbuilder/nothing
200  302   302   302   302   302   302   302    GET /login/
200  302   302   302   302   302   302   302    POST /login/
302  302   302   302   302   302   302   302    GET /login/code
302  302   302   302   302   302   302   302    POST /login/code
404  404   404   404   404   404   404   404    GET /login/oidc/
404  404   404   404   404   404   404   404    GET /login/oidc/callback
302  200   200   200   200   200   200   200    GET /second-factor/
302  200   200   200   200   200   200   200    POST /second-factor/begin
302  200   200   200   200   200   200   200    POST /second-factor/confirm
302  200   200   200   200   200   200   200    POST /second-factor/codes
302  200   200   200   200   200   200   200    POST /second-factor/off
405  405   405   405   405   405   405   405    GET /logout/
302  302   302   302   302   302   302   302    POST /logout/
404  404   404   404   404   404   404   404    GET /api/v1/menu/
404  404   404   404   404   404   404   404    GET /api/v1/security/users/
404  404   404   404   404   404   404   404    GET /api/v1/_openapi
404  404   404   404   404   404   404   404    GET /swagger/v1
404  404   404   404   404   404   404   404    GET /register/form
"""

RECORDS = """
anon sales manag clerk engin it    execu admin
302  o     our   ou    our   404   ourf  ourf   GET /data/customers/list/?filter={codes}
302  o     our   ou    our   404   ourf  ourf   GET /data/customers/list/?sort=-KHMC&filter={codes}&columns=KHBH
302  403   our   ou    403   404   ourf  ourf   GET /data/customers/export/?kind=csv&filter={codes}
302  403   our   ou    403   404   ourf  ourf   GET /data/customers/export/?kind=xlsx&filter={codes}
302  403   our   ou    403   404   ourf  ourf   POST /data/customers/export/?kind=csv&filter={codes}
302  403   200   200   403   404   200   200    GET /data/customers/exports/new
302  403   400   400   403   404   400   400    POST /data/customers/exports/new
302  403   409   409   403   404   409   409    POST /data/customers/exports/run/none
302  403   our   403   403   404   403   ourf   POST /data/customers/unmask/{customers}/SJHM + reason=because
401  403   our   403   403   404   403   ourf   POST /api/v1/data/customers/{customers}/unmask + field=SJHM&reason=because
302  403   200   200   403   404   200   200    GET /data/customers/exports/
302  403   200   200   403   404   200   200    GET /data/customers/exports/none
302  403   302   302   403   404   302   302    POST /data/customers/exports/none/cancel
401  o     our   ou    our   404   ourf  ourf   GET /api/v1/data/customers/?filter={codes}
302  o     our   ou    our   404   ourf  ourf   GET /data/customers/list/?q={code}
302  o     our   ou    our   -     ourf  ourf   GET /search?q={code}
302  o     our   ou    404   404   ourf  ourf   GET /data/orders/look-up/KHBH?q={code}
302  o     our   ou    our   404   ourf  ourf   GET /data/contacts/look-up/KHBH?q={code}
302  200   200   200   200   404   200   200    GET /data/customers/panel/filter
302  404   404   404   404   404   404   404    GET /data/customers/panel/nothing
302  404   404   404   404   404   404   404    GET /data/customers/look-up/BZ
302  o     our   ou    our   404   ourf  ourf   GET /data/customers/show/{customers}
302  o     our   ou    our   404   ourf  ourf   GET /data/customers/history/{customers}
302  o     our   ou    404   404   ourf  ourf   GET /data/customers/related/{customers}/orders/KHBH
302  404   404   404   404   404   404   404    GET /data/customers/related/{customers}/orders/YWY
302  o     our   ou    our   404   ourf  ourf   GET /rules/deadlines/badge/customers/{customers}
302  o     our   ou    403   404   403   ourf   GET /data/customers/add?copy={customers}
302  200   200   200   403   404   403   200    GET /data/customers/add
302  400   400   400   403   404   403   400    POST /data/customers/add
302  o     our   ou    403   404   403   ourf   GET /data/customers/edit/{customers}
302  o     our   ou    403   404   403   ourf   POST /data/customers/edit/{customers} + row_hash=other&f.KHMC=x
302  403   403   ou    403   404   403   ourf   GET /data/customers/delete/{customers}
302  403   403   ou    403   404   403   ourf   POST /data/customers/delete/{customers} + row_hash=other
302  o     our   ou    403   404   403   ourf   POST /data/customers/bulk-edit + token={customers}&field=KHMC&step=preview&f.KHMC=x
302  400   400   400   403   404   403   400    POST /data/customers/bulk-edit
302  403   403   ou    403   404   403   ourf   POST /data/customers/bulk-delete + token={customers}
302  403   403   400   403   404   403   400    POST /data/customers/bulk-delete
302  302   302   302   302   404   302   302    POST /data/customers/undo/0
302  302   302   302   302   404   302   302    POST /data/customers/views/save
302  404   404   404   404   404   404   404    POST /data/customers/views/9999/delete
302  o     our   ou    404   404   ourf  ourf   GET /data/contracts/show/{contracts}
302  o     our   ou    404   404   ourf  ourf   GET /data/contracts/download/{contracts}/QZTP
302  404   404   404   404   404   404   404    GET /data/contracts/download/{contracts}/HTMC
401  o     our   ou    404   404   ourf  ourf   GET /api/v1/data/contracts/{contracts}/content/QZTP
401  200   200   200   200   200   200   200    GET /api/v1/data/
401  200   200   200   200   404   200   200    GET /api/v1/data/customers/schema
401  o     our   ou    our   404   ourf  ourf   GET /api/v1/data/customers/{customers}
401  400   400   400   403   404   403   400    POST /api/v1/data/customers/
401  o     our   ou    403   404   403   ourf   PATCH /api/v1/data/customers/{customers} + KHMC=x
401  o     our   ou    403   404   403   ourf   PUT /api/v1/data/customers/{customers} + KHMC=x
401  403   403   ou    403   404   403   ourf   DELETE /api/v1/data/customers/{customers}
401  400   400   400   400   404   400   400    POST /api/v1/data/customers/bulk
401  200   200   200   200   200   200   200    GET /api/v1/openapi.json
401  200   200   200   200   404   200   200    GET /api/v1/openapi.json?entity=customers
400  400   400   400   400   400   400   400    POST /api/v1/security/login
401  401   401   401   401   401   401   401    POST /api/v1/security/refresh
302  200   200   200   200   200   200   200    GET /rules/deadlines/
"""

DESKS = """
anon sales manag clerk engin it    execu admin
302  403   403   403   403   403   403   200    GET /dashboards/edit
302  403   403   403   403   403   403   400    POST /dashboards/edit
302  403   403   403   403   403   403   200    GET /rules/calendars/
302  403   403   403   403   403   403   404    GET /rules/calendars/9999
302  403   403   403   403   403   403   400    POST /rules/calendars/9999
302  403   403   403   403   403   403   200    GET /rules/calendars/add
302  403   403   403   403   403   403   400    POST /rules/calendars/add
302  403   403   403   403   403   403   200    POST /rules/calendars/preview
302  403   403   403   403   403   403   200    GET /rules/letters/
302  403   403   403   403   403   403   302    POST /rules/letters/9999/replay
302  403   403   403   403   403   403   200    GET /rules/policies/
302  403   403   403   403   403   403   404    GET /rules/policies/9999
302  403   403   403   403   403   403   404    POST /rules/policies/9999
302  403   403   403   403   403   403   404    POST /rules/policies/9999/apply
302  403   403   403   403   403   403   302    POST /rules/policies/9999/move
302  403   403   403   403   403   403   404    POST /rules/policies/9999/switch
302  403   403   403   403   403   403   200    GET /rules/policies/add
302  403   403   403   403   403   403   200    GET /rules/policies/add/customers
302  403   403   403   403   403   403   400    POST /rules/policies/add/customers
302  403   403   403   403   403   403   200    POST /rules/policies/preview/customers
302  403   403   403   403   403   403   200    GET /rules/policies/targets/customers
302  403   403   403   403   403   403   200    GET /sign-in/
302  403   403   403   403   403   403   200    GET /sign-in/1
302  403   403   403   403   403   403   404    GET /sign-in/9999
302  403   403   403   403   403   403   302    POST /sign-in/roles
302  403   403   403   403   403   403   404    POST /sign-in/9999/unlock
302  403   403   403   403   403   403   404    POST /sign-in/1/nothing
302  403   403   403   403   403   403   200    GET /people/
302  403   403   403   403   403   403   200    GET /people/staff
302  403   403   403   403   403   403   302    POST /people/link/9999
302  403   403   403   403   403   403   200    GET /people/organisation
302  403   403   403   403   403   403   302    POST /people/organisation
302  403   403   403   403   403   403   200    GET /organisation/
302  403   403   403   403   403   403   404    GET /organisation/?unit=nothing
302  403   403   403   403   403   403   200    GET /organisation/look-up
302  403   403   403   403   403   403   200    GET /hand-over/
302  403   403   403   403   403   403   200    GET /hand-over/?giver=YG0103
302  403   403   403   403   403   403   400    POST /hand-over/start + giver=YG0103&entity=customers&taker=nobody
302  403   403   403   403   403   403   404    GET /hand-over/run/9999
302  403   403   403   403   403   403   404    POST /hand-over/run/9999/stop
302  403   403   403   403   403   403   404    POST /hand-over/run/9999/go
302  403   403   403   403   403   403   404    POST /hand-over/run/9999/back
302  403   403   403   403   403   403   200    GET /organisation/sheet/
302  403   403   403   403   403   403   400    POST /organisation/sheet/
302  403   403   403   403   403   403   302    POST /organisation/sheet/apply
302  403   403   403   403   403   403   404    POST /organisation/do/nothing
302  403   403   403   403   403   403   400    POST /organisation/do/add + code=1001&name=Twice
302  403   403   403   403   403   403   404    POST /organisation/do/close?unit=nothing
302  403   403   403   403   403   403   200    GET /rights/
302  403   403   403   403   403   403   409    POST /rights/?role=Sales + see:customers=all
302  403   403   403   403   403   403   404    GET /rights/?role=nobody
302  403   403   403   403   403   403   200    GET /rights/entity?role=Sales&entity=customers
302  403   403   403   403   403   403   200    GET /rights/fields/orders/KHBH.YWY
302  403   403   403   403   403   403   404    GET /rights/fields/orders/nothing
302  403   403   403   403   403   403   409    POST /rights/entity?role=Sales&entity=customers + scope.see=all
302  403   403   403   403   403   403   200    POST /rights/entity?role=Sales&entity=customers + more=scope.see
302  403   403   403   403   403   403   404    GET /rights/entity?role=Sales&entity=nothing
302  403   403   403   403   403   403   200    GET /rights/rights.yaml
302  403   403   403   403   403   403   200    GET /rights/apply
302  403   403   403   403   403   403   400    POST /rights/apply + text=nothing
302  403   403   403   403   403   403   404    GET /rights/why/customers/87654321
302  403   403   403   403   403   403   400    POST /rights/view-as/99999
302  302   302   302   302   302   302   302    POST /rights/view-as/end
302  403   403   403   403   200   403   200    GET /wiring/
302  403   403   403   403   200   403   200    GET /wiring/changes/
302  403   403   403   403   404   403   404    POST /wiring/changes/leave + table=nothing
302  403   403   403   403   404   403   404    POST /wiring/changes/take-over + table=nothing
302  403   403   403   403   302   403   302    POST /wiring/choose
302  403   403   403   403   302   403   302    POST /wiring/discard
302  403   403   403   403   302   403   302    GET /wiring/examine
302  403   403   403   403   302   403   302    POST /wiring/examine
302  403   403   403   403   200   403   200    GET /wiring/preview?table=T_KHZL
302  403   403   403   403   200   403   200    GET /wiring/review
302  403   403   403   403   302   403   302    POST /wiring/publish
302  403   403   403   403   302   403   302    POST /wiring/read-again
302  403   403   403   403   302   403   302    POST /wiring/take-over
302  403   403   403   403   200   403   200    GET /wiring/table?table=T_KHZL
302  403   403   403   403   404   403   404    POST /wiring/table?table=nothing
302  403   403   403   403   200   403   200    GET /wiring/versions/
302  403   403   403   403   200   403   200    GET /wiring/versions/1
302  403   403   403   403   200   403   200    GET /wiring/versions/1.yaml
302  403   403   403   403   404   403   404    POST /wiring/versions/9999/bring-back
302  403   403   403   403   403   403   200    GET /audit/
302  403   403   403   403   403   403   400    GET /audit/?since=yesterday
302  403   403   403   403   403   403   200    GET /audit/export
302  403   403   403   403   403   403   200    GET /persons/
302  403   403   403   403   403   403   200    GET /persons/new
302  403   403   403   403   403   403   404    GET /persons/new?entity=customers&record=87654321
302  403   403   403   403   403   403   400    POST /persons/new + kind=erase
302  403   403   403   403   403   403   400    POST /persons/new + kind=delete
302  403   403   403   403   403   403   404    GET /persons/9999
302  403   403   403   403   403   403   404    POST /persons/9999/hand-in
302  403   403   403   403   403   403   404    POST /persons/9999/decide + answer=approve
302  403   403   403   403   403   403   404    POST /persons/9999/cancel
302  403   403   403   403   403   403   404    GET /persons/9999/file.json
302  200   200   200   200   200   200   200    GET /exports/
302  403   403   403   403   403   200   200    GET /exports/requests
302  404   404   404   404   404   404   404    GET /exports/requests/none
302  403   403   403   403   403   404   404    POST /exports/requests/none/decide
302  404   404   404   404   404   404   404    POST /exports/requests/none/withdraw
302  403   403   403   403   403   403   200    GET /exports/all
302  403   403   403   403   403   403   400    GET /exports/all?at=yesterday&below=1
302  403   403   403   403   403   403   200    GET /exports/unmasked
302  403   403   403   403   403   403   200    GET /rights/limits?role=Sales
302  403   403   403   403   403   403   409    POST /rights/limits?role=Sales + export_day=5
302  302   302   302   302   302   302   302    GET /it-console/
302  403   403   403   403   200   403   200    GET /it/
302  403   403   403   403   200   403   200    GET /it/checks/
302  403   403   403   403   200   403   200    GET /it/connections/
302  403   403   403   403   200   403   200    GET /it/versions/
302  403   403   403   403   200   403   200    GET /it/overlay/
302  403   403   403   403   200   403   200    GET /it/overlay/?table=change
302  403   403   403   403   200   403   200    GET /it/rows/?table=T_KHZL
302  403   403   403   403   200   403   200    GET /it/rows/show?table=T_KHZL&token=5
302  403   403   403   403   404   403   404    GET /it/rows/content?table=T_KHZL&token=5&column=KHMC
302  403   403   403   403   403   403   403    GET /it/rows/add?table=T_KHZL
302  403   403   403   403   403   403   403    POST /it/rows/add?table=T_KHZL
302  403   403   403   403   403   403   403    GET /it/rows/edit?table=T_KHZL&token=5
302  403   403   403   403   403   403   403    POST /it/rows/edit?table=T_KHZL&token=5
302  403   403   403   403   403   403   403    POST /it/rows/delete?table=T_KHZL&token=5
302  403   403   403   403   400   403   400    POST /it/unlock
302  403   403   403   403   302   403   302    POST /it/lock
302  200   200   200   200   200   200   200    GET /users/userinfo/
302  200   200   200   200   200   200   200    GET /resetmypassword/form
302  200   200   200   200   200   200   200    POST /resetmypassword/form
302  403   403   403   403   403   403   200    GET /resetpassword/form
302  403   403   403   403   403   403   200    POST /resetpassword/form
302  200   200   200   200   200   200   200    GET /userinfoeditview/form
302  200   200   200   200   200   200   200    POST /userinfoeditview/form
302  403   403   403   403   403   403   200    GET /userstatschartview/chart/
302  403   403   403   403   403   403   404    GET /userstatschartview/chart/9
"""

SCREEN = """
anon sales manag clerk engin it    execu admin
302  403   403   403   403   403   403   200    GET /{screen}/list/
302  403   403   403   403   403   403   {seen} GET /{screen}/show/1
302  403   403   403   403   403   403   {seen} GET /{screen}/edit/1
302  403   403   403   403   403   403   {gone} POST /{screen}/edit/999
302  403   403   403   403   403   403   {made} GET /{screen}/add
302  403   403   403   403   403   403   {made} POST /{screen}/add
302  403   403   403   403   403   403   {gone} POST /{screen}/delete/999
405  405   405   405   405   405   405   405    GET /{screen}/delete/1
405  405   405   405   405   405   405   405    GET /{screen}/action/nothing/1
404  404   404   404   404   404   404   404    POST /{screen}/action/nothing/1
404  404   404   404   404   404   404   404    POST /{screen}/action_post + action=nothing&rowid=1
"""
"""Flask-AppBuilder's screens: accounts and roles can be edited there, permissions are only looked at."""
SCREENS = [
    SCREEN.format(screen="users", seen=200, made=200, gone=404),
    SCREEN.format(screen="roles", seen=200, made=200, gone=404),
    SCREEN.format(screen="groups", seen=404, made=200, gone=404),
    *(SCREEN.format(screen=name, seen=403, made=403, gone=403) for name in ("permissions", "viewmenus", "permissionviews")),
]  # fmt: skip


def lines(*tables: str) -> list[tuple[list[str], str]]:
    """(cells by actor, "METHOD path") of each line."""
    rows = [row.split(None, 8) for table in tables for row in table.strip().splitlines()]
    return [(row[:8], row[8]) for row in rows if len(row) == 9]


ALL = lines(PAGES, RECORDS, DESKS, *SCREENS)
CORE = lines(RECORDS)
