"""Wiring of the kernel package `access`: its permissions, and those of the packages below it."""

from django.apps import AppConfig

from unionhall.kernel.access import registry
from unionhall.kernel.access.registry import Permission
from unionhall.kernel.audit import registry as audit
from unionhall.kernel.organizations import registry as organizations
from unionhall.kernel.people import registry as people
from unionhall.kernel.people.registry import Follower, Words
from unionhall.lib.later import Later
from unionhall.lib.text import Text

WORDS = (
    Words("access.Account", "person"),
    Words("access.Grant", "person"),
    Words("access.Delegation", "lender", named=("reason",)),
)
DOUBLES = "unionhall.kernel.access.actions.doubles"
FORGETTING = "unionhall.kernel.access.actions.forgetting"

PERMISSIONS = [
    Permission("organizations.see", Text(zh="查看组织", en="See units")),
    Permission("organizations.manage", Text(zh="管理组织", en="Found, rename, move, merge and close units")),
    Permission("organizations.posts", Text(zh="管理岗位与任职", en="Manage posts and their holders")),
    Permission("organizations.import", Text(zh="批量导入组织", en="Import units"), sensitive=True),
    Permission("organizations.export", Text(zh="导出组织", en="Export units")),
    Permission("people.see", Text(zh="查看人员", en="See people")),
    Permission("people.register", Text(zh="登记人员", en="Register people")),
    Permission("people.correct", Text(zh="更正人员信息", en="Correct people's data")),
    Permission("people.reveal", Text(zh="查看敏感信息原文", en="Reveal sensitive values"), sensitive=True),
    Permission("people.export", Text(zh="导出人员", en="Export people"), sensitive=True),
    Permission("people.erase", Text(zh="删除个人信息", en="Erase personal data"), sensitive=True),
    Permission("audit.see", Text(zh="查看审计记录", en="See the audit trail")),
    Permission("audit.verify", Text(zh="校验审计链", en="Verify the audit trail")),
    Permission("access.see", Text(zh="查看账号与授权", en="See accounts and grants")),
    Permission("access.accounts", Text(zh="管理账号", en="Open, disable and reset accounts"), sensitive=True),
    Permission("access.grant", Text(zh="授予与收回角色", en="Give and take back roles"), sensitive=True),
    Permission("access.roles", Text(zh="管理自定义角色", en="Manage own roles"), sensitive=True),
    Permission("system.settings", Text(zh="系统设置", en="Settings of the house"), sensitive=True),
    Permission("system.jobs", Text(zh="查看后台任务", en="See background work")),
    Permission("hall.use", Text(zh="使用职工服务", en="Use the workers' hall")),
]
VERBS = {
    "access.account_opened": Text(zh="开通账号", en="account opened"),
    "access.account_disabled": Text(zh="停用账号", en="account disabled"),
    "access.account_enabled": Text(zh="恢复账号", en="account enabled"),
    "access.password_reset": Text(zh="重置密码", en="password reset"),
    "access.password_changed": Text(zh="修改密码", en="password changed"),
    "access.sessions_ended": Text(zh="结束全部会话", en="sessions ended"),
    "access.granted": Text(zh="授予角色", en="role given"),
    "access.revoked": Text(zh="收回角色", en="role taken back"),
    "access.lent": Text(zh="授权代办", en="lent to a deputy"),
    "access.lent_back": Text(zh="收回代办", en="delegation ended"),
    "access.role_made": Text(zh="新建角色", en="role made"),
    "access.role_changed": Text(zh="修改角色", en="role changed"),
    "access.role_retired": Text(zh="停用角色", en="role retired"),
    "access.signed_in": Text(zh="登录", en="signed in"),
    "access.sign_in_failed": Text(zh="登录失败", en="sign-in failed"),
    "access.signed_out": Text(zh="退出登录", en="signed out"),
}


class AccessConfig(AppConfig):
    name = "unionhall.kernel.access"
    label = "access"

    def ready(self) -> None:
        from unionhall.kernel.access import queries  # noqa: PLC0415 - models may be imported once all apps are loaded

        registry.register_permissions(PERMISSIONS)
        audit.register_verbs(VERBS)
        organizations.register_path_column("access.Grant")
        people.register_bar(Later(f"{DOUBLES}.bar"))
        people.register_follower("access", Follower(Later(f"{DOUBLES}.follow"), Later(f"{DOUBLES}.unfollow")))
        people.register_words(WORDS)
        people.register_forgetter("access", Later(f"{FORGETTING}.forget"))
        people.register_hold(Later(f"{FORGETTING}.keep"))
        people.register_scope(lambda by, permission: queries.scope_value(queries.ranges(by, permission)))
