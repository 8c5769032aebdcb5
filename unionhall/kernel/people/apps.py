"""Wiring of the kernel package `people`."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.kernel.organizations import registry as organizations
from unionhall.kernel.people import registry
from unionhall.kernel.people.registry import Words
from unionhall.lib.later import Later
from unionhall.lib.text import Text

WORDS = (
    Words("people.Standing", "person"),
    Words("people.Pair", "first", ("reason",)),
    Words("people.Pair", "second", ("reason",)),
    Words("people.Merger", "kept", ("reason",)),
    Words("people.Merger", "gone", ("reason",)),
)

VERBS = {
    "people.registered": Text(zh="登记人员", en="person registered"),
    "people.corrected": Text(zh="更正人员信息", en="person corrected"),
    "people.moved": Text(zh="变更所属工会", en="home unit changed"),
    "people.merged": Text(zh="合并重复人员", en="two files made one"),
    "people.unmerged": Text(zh="撤销人员合并", en="two files separated again"),
    "people.told_apart": Text(zh="确认不是同一人", en="two files told apart"),
    "people.consented": Text(zh="同意告知书", en="agreed to a text"),
    "people.consent_withdrawn": Text(zh="撤回同意", en="consent taken back"),
    "people.consent_text_issued": Text(zh="发布告知书新版本", en="new version of a text to agree to"),
    "people.erased": Text(zh="删除个人信息", en="personal data erased"),
    "people.standing_set": Text(zh="确认身份", en="standing set"),
    "people.standing_ended": Text(zh="终止身份", en="standing ended"),
    "people.unreadable": Text(zh="敏感信息校验未通过", en="sensitive value failed its check"),
    "people.keys_rotated": Text(zh="更换密钥", en="keys rotated"),
}


class PeopleConfig(AppConfig):
    name = "unionhall.kernel.people"
    label = "people"

    def ready(self) -> None:
        """Tell the packages below what this one brings."""
        audit.register_verbs(VERBS)
        audit.register_sealer(Later("unionhall.kernel.people.actions.words.seal_reasons"))
        registry.register_words(WORDS)
        organizations.register_path_column("people.Person", unit="home")
        organizations.register_path_column("people.Standing")
