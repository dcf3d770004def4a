"""Files and environment that keep a private RabbitMQ node apart from others."""

import os
from dataclasses import dataclass
from pathlib import Path

# A node is told from others by its ports and by an epmd of its own, not by its name, so that its data can be moved.
NODE_NAME = "otm@localhost"
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"


@dataclass(frozen=True)
class NodePorts:
    amqp: int
    management: int
    metrics: int
    distribution: int
    epmd: int


def write_configuration(folder: Path, ports: NodePorts) -> None:
    """The node's configuration, and a HOME for its cookie, in that folder."""
    (folder / "home").mkdir(exist_ok=True)
    (folder / "enabled_plugins").write_text(PLUGINS)
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{ports.amqp}\n"
        f"management.tcp.ip = 127.0.0.1\n"
        f"management.tcp.port = {ports.management}\n"
        f"prometheus.tcp.ip = 127.0.0.1\n"
        f"prometheus.tcp.port = {ports.metrics}\n"
    )


def node_environment(folder: Path, ports: NodePorts) -> dict[str, str]:
    """Returns our environment without other nodes' variables, and with every path otherwise looked for in /etc."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
    return inherited | {
        "HOME": str(folder / "home"),
        # Also for the helper by which RabbitMQ starts an epmd where it misses one, which would outlive us.
        "ERL_FLAGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(ports.epmd),
        "RABBITMQ_NODENAME": NODE_NAME,
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(folder / "conf.d" / "*.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        # When it dies, no dump of its tables in the directory that somebody happened to start it from.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-mnesia core_dir false",
        # Makes the start script become the node (exec) rather than wait beside it: our child is the node itself.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
