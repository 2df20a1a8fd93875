"""What commands promise to print is what the views have: features list it, so that a start makes
no views."""

from dataclasses import fields

import pytest

from node.features.directory.feature import PAGE_KEYS
from node.features.directory.types import DirectoryPage
from node.features.groups.feature import GROUP_KEYS
from node.features.groups.types import GroupView
from node.features.meetings.feature import MEETING_KEYS
from node.features.meetings.types import MeetingView
from node.features.members.feature import MEMBER_KEYS
from node.features.members.views import MemberView
from node.features.networks.feature import NETWORK_KEYS
from node.features.networks.types import NetworkView
from node.features.pacts.feature import PACT_KEYS
from node.features.pacts.types import PactView
from node.features.status.feature import STATUS_KEYS
from node.features.status.types import StatusView

PROMISED = {
    DirectoryPage: PAGE_KEYS,
    GroupView: GROUP_KEYS,
    MeetingView: MEETING_KEYS,
    MemberView: MEMBER_KEYS,
    NetworkView: NETWORK_KEYS,
    PactView: PACT_KEYS,
    StatusView: STATUS_KEYS,
}


@pytest.mark.parametrize("view", PROMISED, ids=lambda one: one.__name__)
def test_documents_have_the_keys_of_their_view(view: type) -> None:
    assert tuple(one.name for one in fields(view)) == PROMISED[view]
