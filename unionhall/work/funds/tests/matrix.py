"""One object of every kind of this room in a unit, for the permission matrix."""

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.people import queries as people
from unionhall.lib import dates
from unionhall.work.funds.actions import agreements, audits, lines, movements, stocks


def objects(cast, unit, token):
    house, today = people.house(), dates.today()
    line = lines.open_line(organization=unit, year=today.year, name=token, source="own", purpose="relief", ceiling=100_00, by=house)
    new = movements.NewMovement(stage="received", source="own", purpose="relief", amount=10_00, counterpart=token, note=token)
    one = movements.book(organization=unit, new=new, by=house)
    down = movements.NewMovement(stage="passed_down", source="own", purpose="relief", amount=5_00, unit=unit)
    sent = movements.book(organization=unit.parent, new=down, by=house)
    file = files.attach(one, SimpleUploadedFile(f"{token}.txt", token.encode()), by=house, kind="voucher")
    signed = agreements.sign(
        organization=unit, by=house,
        new=agreements.NewAgreement(kind="cooperation", title=token, partner=token, signed_on=today, content=token),
    )  # fmt: skip
    kept = stocks.NewStock(name=token, measure="袋", price=1_00, valuation=f"发票{token}", source="own", purpose="warmth")
    stock = stocks.open_stock(organization=unit, new=kept, by=house)
    audit = audits.plan(organization=unit, unit=unit, subject=token, planned_on=today, by=house)
    finding = audits.find(audit_id=audit.pk, text=token, due_on=today, by=house)
    return {
        "funds:desk-movement": {"id": one.pk},
        "funds:desk-withdraw": {"id": one.pk},
        "funds:desk-confirm": {"id": sent.pk},
        "funds:desk-paper": {"id": one.pk, "file": file.pk},
        "funds:desk-line": {"id": line.pk},
        "funds:desk-stock": {"id": stock.pk},
        "funds:desk-agreement": {"id": signed.pk},
        "funds:desk-audit": {"id": audit.pk},
        "funds:desk-of-finding": {"id": finding.pk},
        "funds:desk-correct": {"id": audit.pk, "finding": finding.pk},
    }
