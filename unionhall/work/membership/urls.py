"""The addresses of the room: the desk under /membership/, the workers' pages under /hall/."""

from django.urls import path

from unionhall.work.membership.desk import applications, benefits, codes, dissolving, doubles, members, transfers, upkeep, yearly
from unionhall.work.membership.hall import benefits as hall_benefits
from unionhall.work.membership.hall import join, mine

app_name = "membership"

urlpatterns = [
    path("membership/", members.index, name="desk-list"),
    path("membership/export/", members.export, name="desk-export"),
    path("membership/register/", members.register, name="desk-register"),
    path("membership/applications/", applications.index, name="desk-applications"),
    path("membership/applications/approve/", applications.bulk_approve, name="desk-bulk-approve"),
    path("membership/applications/<int:id>/", applications.application, name="desk-application"),
    path("membership/applications/<int:id>/<str:what>/", applications.act, name="desk-application-act"),
    path("membership/transfers/", transfers.index, name="desk-transfers"),
    path("membership/transfers/<int:id>/", transfers.transfer, name="desk-transfer"),
    path("membership/transfers/<int:id>/<str:what>/", transfers.act, name="desk-transfer-act"),
    path("membership/codes/", codes.index, name="desk-codes"),
    path("membership/codes/below/", codes.below, name="desk-codes-below"),
    path("membership/codes/<int:id>/poster/", codes.poster, name="desk-poster"),
    path("membership/codes/<int:id>/revoke/", codes.revoke, name="desk-code-revoke"),
    path("membership/counts/", upkeep.four, name="desk-counts"),
    path("membership/yearly/", yearly.index, name="desk-yearly"),
    path("membership/yearly/confirm/", yearly.confirm, name="desk-yearly-confirm"),
    path("membership/yearly/ask/", yearly.ask, name="desk-yearly-ask"),
    path("membership/doubles/", doubles.index, name="desk-doubles"),
    path("membership/doubles/search/", doubles.search, name="desk-doubles-search"),
    path("membership/doubles/<int:id>/", doubles.pair, name="desk-double"),
    path("membership/doubles/<int:id>/merge/", doubles.merge, name="desk-double-merge"),
    path("membership/doubles/<int:id>/different/", doubles.different, name="desk-double-different"),
    path("membership/doubles/merged/<int:id>/undo/", doubles.undo, name="desk-double-undo"),
    path("membership/unions/<int:id>/dissolve/", dissolving.dissolve, name="desk-dissolve"),
    path("membership/partners/", upkeep.partner_list, name="desk-partners"),
    path("membership/partners/<int:id>/end/", upkeep.partner_end, name="desk-partner-end"),
    path("membership/foundings/", upkeep.founding_list, name="desk-foundings"),
    path("membership/foundings/<int:id>/", upkeep.founding, name="desk-founding"),
    path("membership/benefits/", benefits.index, name="desk-benefits"),
    path("membership/benefits/use/", benefits.use, name="desk-benefit-use"),
    path("membership/benefits/<int:id>/withdraw/", benefits.withdraw, name="desk-benefit-withdraw"),
    path("membership/bulk/tag/", upkeep.bulk_tag, name="desk-bulk-tag"),
    path("membership/bulk/message/", upkeep.bulk_message, name="desk-bulk-message"),
    path("membership/bulk/authenticate/", upkeep.bulk_authenticate, name="desk-bulk-authenticate"),
    path("membership/bulk/print/", upkeep.bulk_print, name="desk-bulk-print"),
    path("membership/<int:id>/", members.member, name="desk-member"),
    path("membership/<int:id>/move/", members.move, name="desk-move"),
    path("membership/<int:id>/work/", members.work, name="desk-work"),
    path("membership/<int:id>/<str:what>/", members.change, name="desk-change"),
    path("hall/join/", join.find, name="hall-find"),
    path("hall/join/at/<int:id>/", join.at_union, name="hall-join-at"),
    path("hall/join/done/<str:receipt>/", join.joined, name="hall-joined"),
    path("hall/join/<str:token>/", join.by_code, name="hall-join"),
    path("hall/member/", mine.mine, name="hall-mine"),
    path("hall/member/confirm/", mine.confirm, name="hall-confirm"),
    path("hall/member/move/", mine.move, name="hall-move"),
    path("hall/card/", mine.check, name="hall-check-card"),
    path("hall/benefits/", hall_benefits.index, name="hall-benefits"),
    path("hall/benefits/<int:id>/", hall_benefits.take, name="hall-benefit"),
    path("hall/benefits/claims/<int:id>/", hall_benefits.claim, name="hall-claim"),
]
