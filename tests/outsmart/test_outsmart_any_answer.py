"""Whatever a host or something in between sends, callers see a result or an OutsmartError, and can store it."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.outsmart import schemas
from powerup.outsmart.errors import OutsmartError
from powerup.outsmart.exchange import Answer, Call, records_of, result_of
from powerup.outsmart.host_schema import HostSchema, read_records

SCHEMAS: list[HostSchema[Any]] = [
    schemas.RelationSchema(),
    schemas.ObjectSchema(),
    schemas.EmployeeSchema(),
    schemas.ProjectSchema(),
    schemas.WorkTypeSchema(),
    schemas.PaymentMethodSchema(),
    schemas.PrioritySchema(),
    schemas.WorkOrderSchema(),
    schemas.PostedWorkOrderSchema(),
    schemas.TaskSchema(),
]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@given(st.integers(100, 599), st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_answer_is_a_result_or_an_error_of_the_host(status: int, body: bytes) -> None:
    for call in (Call("relations"), Call("DeleteEntity")):
        with contextlib.suppress(OutsmartError):
            result_of(call, Answer(status, body))


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.makes.__name__)
@settings(max_examples=40)
@given(st.data())
def test_any_response_is_read_or_put_aside(schema: HostSchema[Any], data: st.DataObject) -> None:
    names = sorted(str(field.data_key) for field in schema.fields.values())
    records_of_kind = st.fixed_dictionaries({}, optional=dict.fromkeys(names, json_values))
    response = data.draw(st.lists(records_of_kind, max_size=2) | json_values)
    with contextlib.suppress(OutsmartError):
        assert len(read_records(schema, records_of(Call("relations"), response))) <= 2


def test_what_no_database_takes_is_left_out_of_records() -> None:
    [relation] = read_records(schemas.RelationSchema(), [{"debtor_number": "1", "name": "half \ud800 and nothing \0."}])
    assert relation.name == "half ? and nothing ."


def test_the_hosts_words_can_be_stored() -> None:
    body = b'{"code": 1300, "messages": ["half \\ud800 and nothing \\u0000."]}'
    with pytest.raises(OutsmartError) as caught:
        result_of(Call("relations"), Answer(200, body))
    assert caught.value.host_words == "half ? and nothing ."
