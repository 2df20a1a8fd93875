"""The nouns of a node: the one list, in the order in which they may import each other."""

from node.feature import Feature
from node.features.acting.feature import FEATURE as ACTING
from node.features.answers.feature import FEATURE as ANSWERS
from node.features.arrival.feature import FEATURE as ARRIVAL
from node.features.bundles.feature import FEATURE as BUNDLES
from node.features.circles.feature import FEATURE as CIRCLES
from node.features.clock.feature import FEATURE as CLOCK
from node.features.decisions.feature import FEATURE as DECISIONS
from node.features.directory.feature import FEATURE as DIRECTORY
from node.features.dissolving.feature import FEATURE as DISSOLVING
from node.features.draws.feature import FEATURE as DRAWS
from node.features.erasures.feature import FEATURE as ERASURES
from node.features.exchange.feature import FEATURE as EXCHANGE
from node.features.groups.feature import FEATURE as GROUPS
from node.features.imports.feature import FEATURE as IMPORTS
from node.features.joining.feature import FEATURE as JOINING
from node.features.lists.feature import FEATURE as LISTS
from node.features.machine.feature import FEATURE as MACHINE
from node.features.meetings.feature import FEATURE as MEETINGS
from node.features.members.feature import FEATURE as MEMBERS
from node.features.mine.feature import FEATURE as MINE
from node.features.networks.feature import FEATURE as NETWORKS
from node.features.pacts.feature import FEATURE as PACTS
from node.features.participants.feature import FEATURE as PARTICIPANTS
from node.features.peers.feature import FEATURE as PEERS
from node.features.publicly.feature import FEATURE as PUBLICLY
from node.features.recovery.feature import FEATURE as RECOVERY
from node.features.roles.feature import FEATURE as ROLES
from node.features.rules.feature import FEATURE as RULES
from node.features.sign_in.feature import FEATURE as SIGN_IN
from node.features.start.feature import FEATURE as START
from node.features.statements.feature import FEATURE as STATEMENTS
from node.features.status.feature import FEATURE as STATUS
from node.features.ties.feature import FEATURE as TIES
from node.features.ways.feature import FEATURE as WAYS

FEATURES: tuple[Feature, ...] = (
    RULES,
    GROUPS,
    PEERS,
    NETWORKS,
    DECISIONS,
    PACTS,
    MEETINGS,
    DIRECTORY,
    BUNDLES,
    ERASURES,
    EXCHANGE,
    STATEMENTS,
    PUBLICLY,
    LISTS,
    DRAWS,
    RECOVERY,
    CLOCK,
    STATUS,
    TIES,
    START,
    SIGN_IN,
    MEMBERS,
    IMPORTS,
    WAYS,
    ROLES,
    JOINING,
    ACTING,
    ARRIVAL,
    MACHINE,
    CIRCLES,
    DISSOLVING,
    MINE,
    PARTICIPANTS,
    ANSWERS,
)
