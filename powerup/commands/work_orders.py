"""`powerup work-orders`: work orders of the host that are put under a contract or taken out of it."""

import click

from powerup.commands.act import act_on_work_order


@click.group("work-orders")
def work_orders() -> None:
    """Work orders of the host, put under a corrective contract or taken out of it."""


work_orders.add_command(act_on_work_order)
