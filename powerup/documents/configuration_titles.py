"""What the members of a tenant's configuration are called, for its published schema and for people."""

from collections.abc import Mapping

from powerup.texts import Text, text

TITLES: Mapping[str, Text] = {
    "settings": text("Settings"),
    "settings.days_in_advance": text("Days in advance that an order is made"),
    "settings.days_in_advance_unit": text("Unit of the days in advance"),
    "settings.catch_up": text("After a stand-still"),
    "settings.reason_required": text("An early end needs a reason"),
    "settings.change_cap": text("Most work orders at once of new and changed contracts"),
    "settings.batch_size": text("Work orders per call to the host"),
    "settings.number_prefix": text("Work order numbers begin with"),
    "settings.mode": text("Work orders are made"),
    "settings.order_before_start": text("Order before the contract starts"),
    "settings.previous_open": text("Wait while the previous one is open"),
    "settings.reminder_days": text("Reminders, days before the last notice date"),
    "settings.calls_per_minute": text("Most calls to the host per minute"),
    "settings.host_clock": text("Zone of the moments at which the host says that work orders came in"),
    "settings.reference_field": text("Field of a work order that has the customer's reference"),
    "settings.price_decimals": text("Decimals of prices of materials"),
    "settings.cost_per_hour": text("Cost of an hour of work, in euros"),
    "calendar": text("Calendar"),
    "calendar.country": text("Country"),
    "calendar.region": text("Region"),
    "calendar.working_days": text("Working days"),
    "calendar.working_hours": text("Working hours"),
    "calendar.good_friday": text("Good Friday is a day off"),
    "calendar.liberation_day": text("5 May is a day off"),
    "calendar.closed_days": text("Closed day"),
    "calendar.closed_days.name": text("Name"),
    "calendar.closed_days.every_year": text("Every year"),
    "calendar.customer_closed_days": text("Closed at customer"),
    "calendar.customer_closed_days.customer": text("Customer"),
    "calendar.customer_closed_days.name": text("Name"),
    "calendar.customer_closed_days.every_year": text("Every year"),
    "terms": text("Contract terms"),
    "terms.code": text("Code"),
    "terms.name": text("Name"),
    "terms.description": text("Description"),
    "terms.duration": text("Duration"),
    "terms.renewal": text("Renewal"),
    "terms.renewal_period": text("Renewal period"),
    "terms.notice_before_end": text("Notice before the first end"),
    "terms.notice_after_renewal": text("Notice after a renewal"),
    "terms.invoice_period": text("Invoice period"),
    "terms.consumer": text("Meant for private customers"),
    "reasons": text("Reason for an early end"),
    "reasons.code": text("Code"),
    "reasons.name": text("Name"),
    "sla_policies": text("SLA policy"),
    "sla_policies.code": text("Code"),
    "sla_policies.name": text("Name"),
    "sla_policies.clock": text("Clock"),
    "sla_policies.response_statuses": text("Statuses that count as a response"),
    "sla_policies.resolved_statuses": text("Statuses that count as resolved"),
    "sla_policies.stopping_work_statuses": text("Work statuses that stop the clock"),
    "sla_policies.priorities": text("Times per priority"),
    "indexes": text("Index for prices"),
    "indexes.code": text("Code"),
    "indexes.reference_year": text("Reference year"),
    "indexes.values": text("Values by month"),
    "indexes.links": text("Indexes that go on as this one"),
    "indexes.ended": text("Ended with the month"),
    "mappings": text("Mapping of a file"),
    "mappings.name": text("Name"),
    "mappings.columns": text("Columns by heading"),
    "mappings.values": text("Values by heading"),
    "mappings.constants": text("Constants by column"),
    "contract_templates": text("Contract template"),
    "contract_templates.code": text("Code"),
    "contract_templates.name": text("Name"),
    "contract_templates.description": text("Description"),
    "contract_templates.contract": text("What contracts begin with"),
    "capacity": text("Hours for contract work"),
    "capacity.hours": text("Hours a week in all"),
    "capacity.employees": text("Hours a week by employee"),
    "capacity.employees.employee": text("Employee"),
    "capacity.employees.hours": text("Hours a week"),
    "capacity.regions": text("Hours a week by region"),
    "capacity.regions.region": text("Region (first two figures of the postal code)"),
    "capacity.regions.hours": text("Hours a week"),
}
"""By the path of the member; a list has the name of one of its entries."""

EXPLANATIONS: Mapping[str, Text] = {
    "settings.days_in_advance": text(
        "So many days before its planned date a work order is made. Contracts and visit plans may name their own."
    ),
    "settings.days_in_advance_unit": text("Working days pass over weekends, holidays and closed days."),
    "settings.catch_up": text(
        "Which visits are ordered yet when nothing ran for a while and their days have passed. A visit plan may name "
        "its own."
    ),
    "settings.reason_required": text("Whoever ends a contract early has to choose one of the reasons."),
    "settings.change_cap": text(
        "When new and changed contracts together ask for more work orders than this, none of theirs is made until "
        "somebody lets them through. It guards against a mistake in an import or in a rule."
    ),
    "settings.batch_size": text("Of each, so many records go to the host in one call."),
    "settings.number_prefix": text(
        "By it the numbers of these work orders are told from others. Orders that were made keep their number."
    ),
    "settings.mode": text(
        "Cycles order what is due by themselves; here they can be made to say only what they would do."
    ),
    "settings.order_before_start": text(
        "A work order may then be made before the first day of its contract, for a visit soon after it."
    ),
    "settings.previous_open": text(
        "The next work order of a visit plan waits until the one before it is done. A visit plan may say otherwise."
    ),
    "settings.cost_per_hour": text(
        "Wages and everything else that an hour costs you. With it margins are shown: the price of a contract less the "
        "hours that were worked for it. With 0 there are none."
    ),
    "settings.reminder_days": text(
        "On these days before the last notice date it is told that a contract ends or renews."
    ),
    "settings.calls_per_minute": text(
        "0 is as many as needed. Where the host limits calls, orders come a little later."
    ),
    "settings.host_clock": text("Only for SLA times. Ask the host when the times of faults are some hours off."),
    "capacity.hours": text(
        "Of a whole week; what holidays and closed days take off is worked out. Empty: the sum of the hours by "
        "employee, else of those by region."
    ),
    "capacity.employees": text("For the planning by employee."),
    "capacity.regions": text("For the planning by region."),
    "calendar.country": text("Its public holidays are no working days. Two letters, such as NL or BE."),
    "calendar.region": text("For countries whose regions have holidays of their own; empty for none."),
    "calendar.working_days": text("Visits that fall on another day are moved as their visit plan says."),
    "calendar.working_hours": text("For SLA times that count in business hours."),
    "calendar.good_friday": text("In the Netherlands it is no public holiday, and many firms are closed."),
    "calendar.liberation_day": text("In the Netherlands it is a day off every fifth year in most agreements."),
    "terms.code": text("By it contracts name their terms, in files too."),
    "terms.duration": text("From the start of a contract to its first end. Empty: until somebody ends it."),
    "terms.renewal": text("What happens at an end when nobody gives notice."),
    "terms.notice_before_end": text(
        "The last notice date lies so long before the first end. 0 or empty: there is none."
    ),
    "terms.notice_after_renewal": text("Empty: the same as before the first end."),
    "terms.invoice_period": text("For information: how often is invoiced."),
    "terms.consumer": text("It is told where the terms ask more of a private customer than the law allows."),
    "reasons.code": text("It is what is kept at a contract; the name may change later."),
    "reasons.name": text("What people choose from when they end a contract early."),
    "sla_policies.clock": text("Business hours are the working hours of the calendar."),
    "sla_policies.response_statuses": text("Statuses of a work order at the host, by their names there."),
    "sla_policies.resolved_statuses": text("Statuses of a work order at the host, by their names there."),
    "sla_policies.stopping_work_statuses": text("While an order has one of them, its time does not run."),
    "sla_policies.priorities": text("By the code of the priority at the host. What is empty is not promised."),
}
"""What each member does, for people who change it; by its path."""
