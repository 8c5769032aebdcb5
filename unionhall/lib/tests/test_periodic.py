import pytest

from unionhall.lib.periodic import Periodic


def test_a_job_carries_its_code_its_time_and_its_act():
    ran = []
    job = Periodic("flows.escalate", "*/10 * * * *", lambda: ran.append(1))
    job.run()
    assert (job.code, job.cron, ran) == ("flows.escalate", "*/10 * * * *", [1])


@pytest.mark.parametrize("line", ["", "* * * *", "0 */10 * * * *"])
def test_a_cron_line_has_five_fields(line):
    with pytest.raises(ValueError, match="five fields"):
        Periodic("flows.escalate", line, lambda: None)
