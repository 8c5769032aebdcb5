"""What is in the house: the explicit list of its packages."""

KERNEL = [
    "unionhall.kernel.audit",
    "unionhall.kernel.organizations",
    "unionhall.kernel.people",
    "unionhall.kernel.access",
    "unionhall.kernel.policies",
    "unionhall.kernel.programmes",
    "unionhall.kernel.ledger",
    "unionhall.kernel.files",
    "unionhall.kernel.notices",
    "unionhall.kernel.flows",
    "unionhall.kernel.exchange",
]
ROOMS = [
    "unionhall.work.office",
    "unionhall.work.issues",
    "unionhall.work.campaigns",
    "unionhall.work.hardship",
    "unionhall.work.funds",
    "unionhall.work.grants",
    "unionhall.work.portal",
    "unionhall.work.membership",
    "unionhall.work.reports",
]
