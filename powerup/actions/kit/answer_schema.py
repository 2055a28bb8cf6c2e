"""The shape of an answer and of its parts, as it is published (webhooks page, section 4)."""

from marshmallow import EXCLUDE, Schema, fields

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.request import TargetType
from powerup.contracts.effects import EffectKind
from powerup.documents.schema import Choice, Whole


class AnswerPart(Schema):
    """A part of an answer; readers ignore members they do not know."""

    class Meta:
        unknown = EXCLUDE


class ProblemSchema(AnswerPart):
    """What is wrong with one field."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class AnswerTargetSchema(AnswerPart):
    """A record; version where it has one."""

    type = Choice(TargetType, required=True)
    id = fields.String(required=True)
    version = Whole()


class EffectSchema(AnswerPart):
    """What happens to one visit."""

    effect = Choice(EffectKind, required=True)
    contract = fields.String(required=True, allow_none=True)
    plan = fields.String(required=True, allow_none=True)
    object = fields.String(required=True, allow_none=True)
    nominal_date = fields.Date(required=True, allow_none=True)
    planned_date = fields.Date(required=True, allow_none=True)
    moved_from = fields.Date(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ScheduleRowSchema(AnswerPart):
    """The visits of one plan on one day."""

    plan = fields.String(required=True)
    objects = fields.List(fields.String(), required=True)
    nominal_date = fields.Date(required=True)
    planned_date = fields.Date(required=True)
    weekday = fields.String(required=True)
    holiday = fields.String(required=True, allow_none=True)
    shifted_by = fields.String(required=True, allow_none=True)
    moved_from = fields.Date(required=True, allow_none=True)
    generation_date = fields.Date(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)


class ScheduleSchema(AnswerPart):
    """The schedule that results: the first rows by planned date, how many there are, and up to which day."""

    rows = fields.List(fields.Nested(ScheduleRowSchema), required=True)
    total = Whole(required=True)
    until = fields.Date(required=True)


class ConfirmationSchema(AnswerPart):
    """What confirms exactly the effects that are listed."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(format="iso", required=True)


class RunSchema(AnswerPart):
    """What goes on in the background."""

    id = fields.String(required=True)


class LatestDateSchema(AnswerPart):
    """A latest date that a visit passes: comes_on is its day, null where none comes."""

    plan = fields.String(required=True)
    object = fields.String(required=True, allow_none=True)
    latest_date = fields.Date(required=True)
    basis = fields.String(required=True, allow_none=True)
    comes_on = fields.Date(required=True, allow_none=True)


class PriceChangeSchema(AnswerPart):
    """What a contract costs before and from a day on, in euros without VAT, and why."""

    contract = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)
    since = fields.Date(required=True, data_key="from")
    why = fields.String(required=True)


class PressAnswerSchema(AnswerPart):
    """What a press is answered; members that have nothing to say are absent."""

    status = Choice(AnswerStatus, required=True)
    message = fields.String()
    target = fields.Nested(AnswerTargetSchema)
    effects = fields.List(fields.Nested(EffectSchema))
    counts = fields.Dict(keys=fields.String())
    counted_until = fields.Date(allow_none=True)
    counts_from = fields.Dict(keys=fields.String(), values=fields.Date())
    prices = fields.List(fields.Nested(PriceChangeSchema))
    schedule = fields.Nested(ScheduleSchema)
    refresh = fields.List(fields.Nested(AnswerTargetSchema))
    errors = fields.List(fields.Nested(ProblemSchema))
    warnings = fields.List(fields.String())
    latest_dates = fields.List(fields.Nested(LatestDateSchema))
    confirmation = fields.Nested(ConfirmationSchema)
    run = fields.Nested(RunSchema)
