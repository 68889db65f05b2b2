"""How hypothesis looks for counter-examples: by no clock, so a busy machine fails nothing."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "huechat",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("huechat")
