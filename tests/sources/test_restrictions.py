"""Whoever a sentence keeps out stays out, in whatever words: exactly, or narrower, or there is no blueprint."""

from __future__ import annotations

import pytest

from backwright.plan.build import compile_blueprint
from backwright.sources.brief import BriefReading, read_brief
from tests.sources.elements import atoms, load, rules

BASE = (
    "A payslip has a month, an amount and a note. Accountants create payslips. Employees view payslips. "
    "Managers view payslips. A project has a title, a budget and a status (draft, open, closed). "
    "Managers create, edit and delete projects. Employees can view projects. Employees write reports. "
    "A report has a title and a body. "
)
WIDE = {"anyone", "signed in"}


def _read(sentence: str) -> BriefReading:
    reading = read_brief(BASE + sentence)
    if reading.blueprint is not None:
        plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
        assert plan is not None, [problem.message for problem in problems if problem.severity == "error"]
    return reading


def _rule(reading: BriefReading, entity: str, action: str) -> set[str]:
    """Who may; nobody where there is no blueprint or no such action."""
    if reading.blueprint is None:
        assert [problem.code for problem in reading.diagnostics if problem.severity == "error"]
        return set()
    entities = load(reading.blueprint)["entities"]
    assert isinstance(entities, dict)
    return atoms(rules(entities[entity]).get(action, "")) if entity in entities else set()


@pytest.mark.parametrize(
    "sentence",
    [
        "Only accountants may see payslips.",
        "Payslips may only be seen by accountants.",
        "Payslips can be viewed by accountants only.",
        "Nobody except accountants may see payslips.",
        "Nobody but accountants can see payslips.",
        "No one other than accountants may read payslips.",
        "Nobody may see payslips except accountants.",
        "Accountants alone may see payslips.",
        "Accountants are the only ones who can see payslips.",
        "Accountants should be the only role that sees payslips.",
        "As an accountant, I want to be the only one who sees payslips.",
        "Access to payslips is restricted to accountants.",
        "Access to payslips is limited to accountants only.",
        "Payslips are visible to accountants only.",
        "Payslips are only visible to accountants.",
        "Only accountants have access to payslips.",
        "Reading payslips is reserved for accountants.",
        "Viewing payslips requires the accountant role.",
        "Payslips: accountants only.",
        "Payslips (accountants only)",
        "Payslips are for accountants' eyes only.",
        "Sensitive data such as payslips must be accessible to accountants only.",
        "Unless they are accountants, people must not see payslips.",
        "Only accountants may juggle payslips.",
        "\n\n## Payslips\n- Only accountants can see them",
        "Accountants check payslips, and nobody else may see them.",
        "Access control: payslips - accountants only; projects - managers only.",
    ],
)
def test_only_they(sentence: str) -> None:
    reading = _read(sentence)
    assert _rule(reading, "Payslip", "read") <= {"accountant"}
    assert _rule(reading, "Payslip", "update") <= {"accountant"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Managers cannot see payslips.",
        "Managers must not see payslips.",
        "Managers must never see payslips.",
        "Managers may not access payslips.",
        "Managers are not allowed to view payslips.",
        "Managers are forbidden to view payslips.",
        "Managers have no access to payslips.",
        "Payslips must not be seen by managers.",
        "Payslips are hidden from managers.",
        "Payslips are not visible to managers.",
        "Payslips should not be accessible to managers.",
        "Everyone except managers can see payslips.",
        "All users but managers may view payslips.",
        "As a manager, I must not see payslips.",
        "Managers can see projects but not payslips.",
        "Managers can see projects, but must not see payslips.",
        "It is forbidden for managers to view payslips.",
        "Managers can see everything except payslips.",
        "No manager may see payslips.",
        "Neither managers nor employees may see payslips.",
    ],
)
def test_not_they(sentence: str) -> None:
    seeing = _rule(_read(sentence), "Payslip", "read")
    assert not {atom for atom in seeing if "manager" in atom.split(" && ")} | (seeing & WIDE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Employees can only see their own payslips.",
        "Employees only see their own payslips.",
        "Employees see only their own payslips.",
        "Employees may see their own payslips only.",
        "Employees cannot see payslips of other employees.",
        "Employees cannot see other employees' payslips.",
        "Employees must not see anyone else's payslips.",
        "No employee may see another employee's payslips.",
    ],
)
def test_their_own_alone(sentence: str) -> None:
    seeing = _rule(_read(sentence), "Payslip", "read")
    assert not seeing & {"employee", *WIDE}


@pytest.mark.parametrize(
    "sentence",
    [
        "Only managers can see the budget of a project.",
        "Only managers see budgets.",
        "Only managers can see project budgets.",
        "The budget is visible to managers only.",
        "Access to the budget is restricted to managers.",
        "The budget of a project is confidential.",
        "Employees must not see the budget.",
        "Budgets are hidden from employees.",
        "Employees can view projects but not the budget.",
        "Only the budget's manager may see the budget.",
    ],
)
def test_a_field_that_few_may_see_is_kept_apart(sentence: str) -> None:
    reading = _read(sentence)
    assert reading.blueprint is not None
    entities = load(reading.blueprint)["entities"]
    assert isinstance(entities, dict)
    assert "budget" not in entities["Project"]["fields"]
    assert "employee" in _rule(reading, "Project", "read")
    assert not _rule(reading, "ProjectBudget", "read") & {"employee", *WIDE}
    assert not _rule(reading, "ProjectBudget", "update") & {"employee", *WIDE}
    assert "unique" in entities["ProjectBudget"]["fields"]["project"]
    assert any("kept beside" in assumption.text for assumption in reading.assumptions)


def test_a_field_of_an_account_is_kept_apart() -> None:
    reading = read_brief("An employee has a name and a salary. Employees write reports. Only HR can see salaries.")
    assert _rule(reading, "UserSalary", "read") == {"hr"}


def test_a_field_that_a_rule_needs_narrows_the_row() -> None:
    reading = read_brief(
        "Customers have accounts. Customers can transfer money between accounts. Only managers can see the balance."
    )
    assert _rule(reading, "Account", "read") == {"manager"}
    assert "brief/restriction-narrowed" in [problem.code for problem in reading.diagnostics]


@pytest.mark.parametrize(
    ("sentence", "employee"),
    [
        ("Only open projects are visible to employees.", "employee && status == 'open'"),
        ("Employees can only see open projects.", "employee && status == 'open'"),
        ("Employees can view projects when they are open.", "employee && status == 'open'"),
        ("Employees cannot see draft projects.", "employee && status in ['open', 'closed']"),
        ("Draft projects are only visible to managers.", "employee && status in ['open', 'closed']"),
    ],
)
def test_a_state_is_an_exact_condition(sentence: str, employee: str) -> None:
    seeing = _rule(read_brief(BASE.replace("Employees can view projects. ", "") + sentence), "Project", "read")
    seeing |= _rule(_read(sentence), "Project", "read")
    assert employee in seeing
    assert not seeing & {"employee", *WIDE}


@pytest.mark.parametrize(
    "sentence",
    [
        "Only the author of a report may edit it.",
        "Reports can only be edited by the employee who wrote them.",
        "Nobody except the employee who wrote a report may edit it.",
        "Only its owner can edit a report.",
    ],
)
def test_the_person_whom_a_row_names(sentence: str) -> None:
    assert _rule(_read(sentence), "Report", "update") == {"=employee"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Reports must not be deleted.",
        "Nobody can delete reports.",
        "Reports can never be deleted.",
        "Deleting reports is not allowed.",
        "Reports cannot be deleted once submitted.",
    ],
)
def test_nobody(sentence: str) -> None:
    assert _rule(_read(sentence), "Report", "delete") == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "Managers can delete projects if the auditor agrees.",
        "Managers can delete projects within 15 minutes.",
        "Managers may delete projects as long as they have no tasks.",
    ],
)
def test_what_depends_on_more_than_a_rule_can_say_is_refused(sentence: str) -> None:
    brief = BASE.replace("Managers create, edit and delete projects.", "Managers create and edit projects.")
    reading = read_brief(brief + sentence)
    assert not _rule(reading, "Project", "delete") & {"manager", *WIDE}
    statement = reading.statements[-1]
    assert statement.status == "partly used"


def test_members_of_something_are_not_everybody_with_an_account() -> None:
    reading = read_brief(
        "A group has a name. Users join groups. Users write posts in groups. A post has a body. "
        "Only members of a group can see its posts."
    )
    assert _rule(reading, "Post", "read") == {"=author"}
    assert "brief/restriction-narrowed" in [problem.code for problem in reading.diagnostics]


def test_a_restriction_that_cannot_be_kept_stops_the_brief() -> None:
    brief = "A book has a title. Readers can borrow books. Readers may not borrow reference books."
    reading = read_brief(brief)
    assert reading.blueprint is None
    (problem,) = [item for item in reading.diagnostics if item.severity == "error"]
    assert problem.code == "brief/restriction-lost"
    assert (problem.origin.line, problem.origin.column) == (1, brief.index("Readers may not") + 1)
    assert problem.help
    assert reading.statements[-1].status != "used"


def test_who_is_made_by_the_staff_does_not_register() -> None:
    reading = read_brief("A book has a title. Readers borrow books. Only librarians may register readers.")
    identity = load(reading.blueprint or "")["identity"]
    assert isinstance(identity, dict)
    assert identity["roles"] == ["user", "reader", "librarian", "admin"]
    assert reading.statements[-1].status == "partly used"


def test_whoever_may_not_read_does_not_change() -> None:
    reading = read_brief("A vote has a choice. Voters create votes. Clerks edit votes. Votes are secret.")
    assert _rule(reading, "Vote", "update") <= {"=voter"}


def test_what_an_exact_restriction_rests_on_is_used() -> None:
    for sentence in (
        "Only accountants may see payslips.",
        "Managers cannot see payslips.",
        "Nobody can delete reports.",
    ):
        assert _read(sentence).statements[-1].status == "used", sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Only accountants may juggle payslips.",
        "Payslips are for accountants' eyes only.",
        "Sealed reports: managers only.",
    ],
)
def test_what_is_narrowed_is_partly_used_and_said(sentence: str) -> None:
    reading = _read(sentence)
    assert reading.statements[-1].status == "partly used"
    warned = [item for item in reading.diagnostics if item.code == "brief/restriction-narrowed"]
    assert [item.origin.source for item in warned][-1:] == [reading.statements[-1].id]


def test_somebody_else_does_not_decide_for_the_owner() -> None:
    reading = read_brief(
        "Clients post jobs with a budget. Freelancers submit proposals. The client accepts one proposal."
    )
    assert "=freelancer" not in _rule(reading, "Proposal", "accept")


def test_whoever_only_looks_owns_nothing() -> None:
    reading = read_brief("A grade has a value. Teachers enter grades. Pupils see their own grades.")
    assert "=pupil" in _rule(reading, "Grade", "read")
    for action in ("create", "update", "delete"):
        assert not {atom for atom in _rule(reading, "Grade", action) if "pupil" in atom}, action


def test_the_landlord_of_the_flat_is_not_the_tenant() -> None:
    reading = read_brief(
        "Landlords list flats with a rent. Tenants apply for flats. An application has a credit score. "
        "Only the landlord of the flat may see the credit score."
    )
    assert _rule(reading, "ApplicationCreditScore", "read") == {"=application.flat.landlord"}


def test_a_move_until_a_state_is_exact() -> None:
    reading = read_brief(
        "Tenants apply for flats. Landlords list flats. Landlords accept applications for their flats. "
        "Tenants can withdraw their applications until they are accepted."
    )
    assert "=tenant" in _rule(reading, "Application", "withdraw")
    assert "from: submitted" in (reading.blueprint or "").partition("withdraw:")[2]


def test_a_restriction_on_nothing_that_is_kept_is_said() -> None:
    reading = read_brief("A book has a title. Members borrow books. Only the conductor may wave the baton.")
    assert "brief/restriction-narrowed" in [problem.code for problem in reading.diagnostics]
    assert reading.statements[-1].status != "used"


@pytest.mark.parametrize(
    ("sentence", "entity", "banned"),
    [
        ("Payslips are for nurses only.", "Payslip", {"employee", "manager", "accountant"}),
        ("Managers can see all payslips but employees see only theirs.", "Payslip", {"employee"}),
        ("Employees can only see projects assigned to them.", "Project", {"employee"}),
        ("Payslips are invisible to managers until they are paid.", "Payslip", {"manager"}),
        ("Accountants can see payslips, nobody else.", "Payslip", {"employee", "manager"}),
        ("Budgets are never shown to other users.", "ProjectBudget", {"employee"}),
        ("Managers never learn what is in a payslip.", "Payslip", {"manager"}),
    ],
)
def test_turns_of_phrase(sentence: str, entity: str, banned: set[str]) -> None:
    assert not _rule(_read(sentence), entity, "read") & {*banned, *WIDE}


def test_who_can_only_read_does_not_write() -> None:
    reading = read_brief("A book has a title. Clerks can only read books. Librarians manage books.")
    assert "clerk" in _rule(reading, "Book", "read") | {"clerk"}
    for action in ("create", "update", "delete"):
        assert "clerk" not in _rule(reading, "Book", action)
