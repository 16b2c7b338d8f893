from dataclasses import replace

import pytest

from services.business.problem import Problem
from services.data.includes import Include, including
from services.data.pages import page_of, row_of
from services.data.resource import List, Resource, Sort, reading

JSON = """(select row_to_json(item) from (select
  things.parent_id as "parentId",
  things.owner_id as "ownerId"
) as item)"""
THINGS = Resource(
    name="things",
    read=f"select {JSON} from things where things.id = $1",
    list=List(
        select=f"select {JSON}, {{key}}, things.id from things",
        id="things.id",
        filters={},
        sorts={"createdAt": Sort("things.id", "uuid")},
    ),
    is_public=True,
)
PEOPLE = replace(THINGS, name="people", is_public=False, read="select '$1' from people where people.id = $1")
INCLUDES = (Include("parent", THINGS, "things.parent_id"), Include("owner", PEOPLE, "things.owner_id"))
ID = "0198c0de-0000-7000-8000-000000000001"


def test_each_row_stands_behind_its_id_whatever_the_included_row_has_in_it() -> None:
    own = THINGS.read.replace("$1", "_wanted.id")
    parent = f'(select ({own}) from (values (things.parent_id)) as _wanted (id)) as "parent"'
    other = "select '$1' from people where people.id = _wanted.id"
    owner = f'(select ({other}) from (values (things.owner_id)) as _wanted (id)) as "owner"'
    assert (
        including(THINGS, INCLUDES, ["owner", "parent"]).read
        == f"""select (select row_to_json(item) from (select
  things.parent_id as "parentId",
  {parent},
  things.owner_id as "ownerId",
  {owner}
) as item) from things where things.id = $1"""
    )


def test_without_includes_the_statements_are_those_of_the_collection() -> None:
    assert including(THINGS, INCLUDES, []) is THINGS
    assert row_of(THINGS, "", ()) is THINGS


def test_without_includes_a_row_has_no_parameters() -> None:
    with pytest.raises(Problem):
        row_of(THINGS, "include=parent", ())


def test_a_statement_with_one_row_is_kept_by_its_name_and_one_with_several_is_not() -> None:
    assert reading(including(THINGS, INCLUDES, ["parent"]), ID).name == "things.read +parent"
    assert reading(including(THINGS, INCLUDES, ["parent", "owner"]), ID).name == ""
    assert page_of(THINGS, "include=owner", INCLUDES).statement.name == "things.list +owner -createdAt first"


def test_an_answer_is_public_where_everybody_sees_all_that_is_included_alike() -> None:
    assert page_of(THINGS, "include=parent", INCLUDES).is_public
    assert not page_of(THINGS, "include=parent,owner", INCLUDES).is_public


@pytest.mark.parametrize(
    "value", ["", "owner,", "owner,owner", "%20owner", "__class__", "owner&include=parent"]
)
def test_unknown_empty_and_repeated_names_are_refused(value: str) -> None:
    for ask in (page_of, row_of):
        with pytest.raises(Problem) as found:
            ask(THINGS, f"include={value}", INCLUDES)
        assert [fault["parameter"] for fault in found.value.faults] == ["include"]
