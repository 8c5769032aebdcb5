"""Wiring of the kernel package `organizations`."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.kernel.organizations import registry
from unionhall.lib.text import Text


class OrganizationsConfig(AppConfig):
    name = "unionhall.kernel.organizations"
    label = "organizations"

    def ready(self) -> None:
        registry.register_path_column("organizations.Employer")
        audit.register_verbs(
            {
                "organizations.founded": Text(zh="建立组织", en="unit founded"),
                "organizations.renamed": Text(zh="组织更名", en="unit renamed"),
                "organizations.corrected": Text(zh="更正组织信息", en="unit corrected"),
                "organizations.moved": Text(zh="调整隶属关系", en="unit moved"),
                "organizations.merged": Text(zh="合并组织", en="unit merged"),
                "organizations.closed": Text(zh="撤销组织", en="unit closed"),
                "organizations.imported": Text(zh="批量导入组织", en="units imported"),
                "organizations.paths_mended": Text(zh="修复隶属路径", en="copied paths mended"),
                "organizations.employer_added": Text(zh="登记用人单位", en="employer added"),
                "organizations.post_added": Text(zh="设置岗位", en="post created"),
                "organizations.post_held": Text(zh="任职", en="post taken up"),
                "organizations.post_left": Text(zh="离任", en="post left"),
            }
        )
