"""Every fault that is tried, a module for each kind of thing that fails."""

from tests.chaos.faults import broker, machine, network, queues, services, store

ALL = (*services.FAULTS, *broker.FAULTS, *store.FAULTS, *network.FAULTS, *queues.FAULTS, *machine.FAULTS)
