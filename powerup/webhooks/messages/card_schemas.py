"""What cards.requested is answered with (webhooks page, section 4)."""

from marshmallow import fields, validate

from powerup.documents.schema import Truth, Whole
from powerup.webhooks.kit.answers import AnswerPart


class CardActionSchema(AnswerPart):
    """A button, and why it is grey; choices are what the tenant's own lists offer, hints what members come to when they
    are left empty (in place of the manifest's), needed the members that this tenant requires though the schema does
    not, input what the form begins with."""

    id = fields.String(required=True)
    enabled = Truth(required=True)
    reason = fields.String(required=True, allow_none=True)
    choices = fields.Dict(keys=fields.String())
    hints = fields.Dict(keys=fields.String(), values=fields.String())
    needed = fields.List(fields.String())
    input = fields.Dict(keys=fields.String())


class CardVisitSchema(AnswerPart):
    """A visit that may come; workorder_no is what its order has or would get, null where none will come."""

    id = fields.String(required=True)
    plan = fields.String(required=True, allow_none=True)
    object = fields.String(required=True, allow_none=True)
    planned_date = fields.Date(required=True)
    moved_from = fields.Date(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    actions = fields.List(fields.Nested(CardActionSchema), required=True)


class CardOrderSchema(AnswerPart):
    """A work order; row_id is the host's, null as long as it is not known."""

    workorder_no = fields.String(required=True)
    row_id = Whole(required=True, allow_none=True)
    planned_date = fields.Date(required=True)
    moved_from = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)


class CardPromiseSchema(AnswerPart):
    """What an SLA still promises of a work order; due is null while its clock stands still, minutes_left is negative
    by how long it ran over."""

    workorder_no = fields.String(required=True)
    measures = fields.String(required=True, validate=validate.OneOf(["response", "resolution"]))
    due = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    minutes_left = Whole(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["running", "stopped", "warned", "breached"]))


class CardSlaSchema(AnswerPart):
    """The most urgent promises of a corrective contract (beside a work order: of that one), and how many more."""

    rows = fields.List(fields.Nested(CardPromiseSchema), required=True)
    more = Whole(required=True)


class CardSchema(AnswerPart):
    """One contract; status_reason and status_by are why and who ended it early or paused it."""

    id = fields.String(required=True)
    version = Whole(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)
    status_date = fields.Date(required=True, allow_none=True)
    status_reason = fields.String(required=True, allow_none=True)
    status_by = fields.String(required=True, allow_none=True)
    summary = fields.String()
    next_visits = fields.List(fields.Nested(CardVisitSchema), required=True)
    work_orders = fields.List(fields.Nested(CardOrderSchema), required=True)
    sla = fields.Nested(CardSlaSchema, required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)
    actions = fields.List(fields.Nested(CardActionSchema), required=True)


class CardsSchema(AnswerPart):
    """The contracts that concern the target; actions are buttons of the target itself."""

    cards = fields.List(fields.Nested(CardSchema), required=True)
    actions = fields.List(fields.Nested(CardActionSchema))
