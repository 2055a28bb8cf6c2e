"""The shape of what readings answer, as it is published (webhooks page, section 4; the API page)."""

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart, AnswerTargetSchema, LatestDateSchema
from powerup.documents.schema import Truth, Whole


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
    contract_template = fields.String(allow_none=True)
    next_visits = fields.List(fields.Nested(CardVisitSchema), required=True)
    work_orders = fields.List(fields.Nested(CardOrderSchema), required=True)
    sla = fields.Nested(CardSlaSchema, required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)
    actions = fields.List(fields.Nested(CardActionSchema), required=True)


class CardsSchema(AnswerPart):
    """The contracts that concern the target; actions are buttons of the target itself."""

    cards = fields.List(fields.Nested(CardSchema), required=True)
    actions = fields.List(fields.Nested(CardActionSchema))


class FailedVisitSchema(AnswerPart):
    """A visit that could not be ordered; words are the host's, or say what it has not."""

    id = fields.String(required=True)
    contract = fields.String(required=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True, allow_none=True)
    planned_date = fields.Date(required=True)
    words = fields.String(required=True)


class VisitSchema(AnswerPart):
    """A visit, whatever its state; workorder_no is what its order has or would get, row_id the host's of one that is
    there."""

    id = fields.String(required=True)
    contract = fields.String(required=True)
    plan = fields.String(required=True)
    object = fields.String(required=True, allow_none=True)
    nominal_date = fields.Date(required=True)
    planned_date = fields.Date(required=True)
    moved_from = fields.Date(required=True, allow_none=True)
    generation_date = fields.Date(required=True)
    deadline = fields.Date(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)
    row_id = Whole(required=True, allow_none=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True, allow_none=True)
    object_name = fields.String(required=True, allow_none=True)
    latest_date = fields.Date(required=True, allow_none=True)


class SlaRowSchema(AnswerPart):
    """What was promised for a work order, and how it stands; state and time_left_minutes are of the promise that is
    the more urgent. Minutes are those that the clock of the policy still runs, negative by how long it ran over."""

    row_id = Whole(required=True)
    workorder_no = fields.String(required=True)
    contract = fields.String(required=True)
    sla_policy = fields.String(required=True)
    priority = fields.String(required=True, allow_none=True)
    came_in_at = fields.AwareDateTime(format="iso", required=True)
    state = fields.String(required=True, allow_none=True)
    time_left_minutes = Whole(required=True, allow_none=True)
    response_deadline = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    response_state = fields.String(required=True, allow_none=True)
    response_met_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    response_time_left_minutes = Whole(required=True, allow_none=True)
    resolution_deadline = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    resolution_state = fields.String(required=True, allow_none=True)
    resolution_met_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    resolution_time_left_minutes = Whole(required=True, allow_none=True)


class ClosedOfWhySchema(AnswerPart):
    """The closed range of a customer or a contract that decides about a visit's day."""

    by = fields.String(required=True)
    name = fields.String(required=True)


class PauseOfWhySchema(AnswerPart):
    """The pause that a visit falls in."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, allow_none=True)
    every_year = Truth(required=True)


class WhySchema(AnswerPart):
    """Why there is a visit on a day, or why there is none: then the members of a visit are null, but contract and
    reason. line says it in a sentence."""

    date = fields.Date(required=True)
    contract = fields.String(required=True)
    plan = fields.String(required=True, allow_none=True)
    object = fields.String(required=True, allow_none=True)
    nominal_date = fields.Date(required=True, allow_none=True)
    planned_date = fields.Date(required=True, allow_none=True)
    moved_from = fields.Date(required=True, allow_none=True)
    generation_date = fields.Date(required=True, allow_none=True)
    deadline = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True, allow_none=True)
    schedule = fields.String(required=True, allow_none=True)
    shift = fields.String(required=True, allow_none=True)
    window_before = Whole(required=True, allow_none=True)
    window_after = Whole(required=True, allow_none=True)
    days_in_advance = Whole(required=True, allow_none=True)
    days_in_advance_unit = fields.String(required=True, allow_none=True)
    moved = Truth(required=True)
    covered_by = fields.String(required=True, allow_none=True)
    latest_date = fields.Date(required=True, allow_none=True)
    basis = fields.String(required=True, allow_none=True)
    pause = fields.Nested(PauseOfWhySchema, required=True, allow_none=True)
    closed = fields.Nested(ClosedOfWhySchema, required=True, allow_none=True)
    before = fields.Date(required=True, allow_none=True)
    after = fields.Date(required=True, allow_none=True)
    line = fields.String(required=True)


class HistoryLineSchema(AnswerPart):
    """One change: when in the tenant's zone, by whom, through which entrance, and what is otherwise than before."""

    id = fields.String(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    source = fields.String(required=True)
    action = fields.String(required=True)
    target = fields.String(required=True)
    input = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    before = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    after = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    changes = fields.List(fields.String(), required=True)


class CycleSchema(AnswerPart):
    """What one cycle did; withheld counts by reason."""

    cycle = Whole(required=True)
    started_at = fields.AwareDateTime(format="iso", required=True)
    today = fields.Date(required=True)
    ordered = Whole(required=True)
    withheld = fields.Dict(keys=fields.String(), values=Whole(), required=True)
    failed = Whole(required=True)
    retracted = Whole(required=True)
    status_changes = Whole(required=True)
    calls = Whole(required=True)
    seconds = fields.Float(required=True)
    ended_early = fields.String(required=True, allow_none=True)
    attention = fields.List(fields.String(), required=True)


class NeedSchema(AnswerPart):
    """What needs a person; visits are the first ten of those that failed, number is how many they are; latest_dates are
    those of one contract that come near without a work order."""

    kind = fields.String(required=True)
    number = Whole(required=True)
    customer = fields.String(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True)
    contracts = fields.List(fields.String(), required=True)
    visits = fields.List(fields.Nested(FailedVisitSchema), required=True)
    latest_dates = fields.List(fields.Nested(LatestDateSchema), required=True)
    message = fields.String(required=True)


class AttentionRaisedSchema(AnswerPart):
    """attention.raised: what needs a person. kind is `visits` (some could not be ordered: the first ten, number counts
    all), `sla` (a work order, which is the target), or `tenant`; contracts are those concerned, the first ten."""

    message = fields.String(required=True)
    kind = fields.String(required=True)
    number = Whole(required=True)
    contracts = fields.List(fields.String(), required=True)
    visits = fields.List(fields.Nested(FailedVisitSchema), required=True)
    target = fields.Nested(AnswerTargetSchema)


class AgreedPauseSchema(AnswerPart):
    """A pause of a contract."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    extend_end = Truth(required=True)
    every_year = Truth(required=True)


class ClosedRangeSchema(AnswerPart):
    """Days on which a contract has no visits."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True)
    name = fields.String(required=True)
    every_year = Truth(required=True)


class ReplacedObjectSchema(AnswerPart):
    """An object of a contract in whose place another one comes, or came, from a day on."""

    old = fields.String(required=True)
    new = fields.String(required=True)
    since = fields.Date(required=True, data_key="from")


class AgreedPlanSchema(AnswerPart):
    """A visit plan: its rule, and what it has otherwise than the contract."""

    name = fields.String(required=True)
    unit = fields.String(required=True)
    every = Whole(required=True)


class AgreedPriceSchema(AnswerPart):
    """A price: amounts in euros without VAT, as texts. earlier has those from before price_date, by their days."""

    amount = fields.String(required=True)
    per = fields.String(required=True)
    price_date = fields.Date(required=True)
    invoice_period = fields.String(required=True, allow_none=True)
    invoiced = fields.String(required=True)
    indexation = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    vat_code = fields.String(required=True, allow_none=True)
    ledger_code = fields.String(required=True, allow_none=True)
    earlier = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class OneContractSchema(AnswerPart):
    """A contract: what was agreed, in the words of its form, how it stands today, and its buttons. A button that is
    not enabled says why."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    customer = fields.String(required=True)
    objects = fields.List(fields.String(), required=True)
    replaced_objects = fields.List(fields.Nested(ReplacedObjectSchema), required=True)
    start = fields.Date(required=True)
    end = fields.Date(required=True, allow_none=True)
    terms = fields.String(required=True, allow_none=True)
    sla_policy = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    contact = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    invoice_customer = fields.String(required=True, allow_none=True)
    contract_template = fields.String(required=True, allow_none=True)
    price = fields.Nested(AgreedPriceSchema, required=True, allow_none=True)
    order_per_object = Truth(required=True)
    days_in_advance = Whole(required=True, allow_none=True)
    days_in_advance_unit = fields.String(required=True, allow_none=True)
    overlap_days = Whole(required=True)
    closed_ranges = fields.List(fields.Nested(ClosedRangeSchema), required=True)
    template = fields.Dict(keys=fields.String(), required=True)
    plans = fields.List(fields.Nested(AgreedPlanSchema), required=True)
    orders_per_year = Whole(required=True, allow_none=True)
    spread = fields.String(required=True, allow_none=True)
    last_day = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    pauses = fields.List(fields.Nested(AgreedPauseSchema), required=True)
    renewals = Whole(required=True)
    restarted_from = fields.String(required=True, allow_none=True)
    restarted_as = fields.String(required=True, allow_none=True)
    goes_on_from = fields.Date(required=True, allow_none=True)
    entered_on = fields.Date(required=True)
    deleted_on = fields.Date(required=True, allow_none=True)
    version = Whole(required=True)
    status = fields.String(required=True)
    status_date = fields.Date(required=True, allow_none=True)
    status_reason = fields.String(required=True, allow_none=True)
    status_by = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True)
    next_visits = fields.List(fields.Nested(CardVisitSchema), required=True)
    work_orders = fields.List(fields.Nested(CardOrderSchema), required=True)
    sla = fields.Nested(CardSlaSchema, required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)
    actions = fields.List(fields.Nested(CardActionSchema), required=True)
