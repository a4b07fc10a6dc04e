"""What stays on one line."""

from ticketing.core.typeset import unbroken


def test_counts_and_days_stay_on_one_line() -> None:
    assert unbroken("8か国・9人、10月26日") == (
        '<span class="nobr">8か国</span>・<span class="nobr">9人</span>、<span class="nobr">10月26日</span>'
    )


def test_what_an_organizer_types_is_no_markup() -> None:
    assert unbroken("<b>9人</b>") == '&lt;b&gt;<span class="nobr">9人</span>&lt;/b&gt;'
