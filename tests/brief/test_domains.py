from __future__ import annotations

import pytest

from backwright.plan.model import Bool, Date, Exact, Integer, Text, Timestamp
from tests.brief.understood import understand

BANK = "Customers have accounts. Customers can transfer money between accounts. A manager approves transfers."


def test_a_bank_with_approval() -> None:
    bank = understand(BANK)
    assert bank.roles == ["customer", "manager", "admin"]
    assert bank.entity("Account").owner == "customer"
    balance = bank.entity("Account").field("balance").type
    assert isinstance(balance, Exact)
    assert balance.money
    assert balance.minimum == 0
    assert bank.refers("Transfer", "fromAccount") == bank.refers("Transfer", "toAccount") == "Account"
    amount = bank.entity("Transfer").field("amount").type
    assert isinstance(amount, Exact)
    assert amount.above == 0
    assert bank.states("Transfer") == ["requested", "approved", "rejected"]
    assert bank.movers("Transfer", "approve") == ["manager", "admin"]
    assert bank.reading.origins["entities.Transfer.lifecycle.transitions.approve"] == "s3"
    assert bank.reading.origins["entities.Account.owner"] == "s1"


def test_nobody_moves_the_money_of_others() -> None:
    bank = understand(BANK)
    assert bank.allow("Transfer", "create") == "customer == me && fromAccount.customer == me"
    assert bank.allow("Transfer", "update") == ""
    assert bank.allow("Account", "update") == ""
    approve = next(move for move in bank.entity("Transfer").lifecycle.transitions if move.name == "approve")  # type: ignore[union-attr]
    assert len(approve.steps) == 3


def test_a_bank_without_approval_moves_money_at_once() -> None:
    bank = understand("Customers have accounts. Customers can transfer money between accounts.")
    (operation,) = bank.plan.operations
    assert (operation.name, operation.path, operation.idempotent) == ("transferMoney", "/transfers", True)
    assert bank.allow("Transfer", "create") == ""
    assert "insufficient_funds" in bank.text


def test_a_library() -> None:
    library = understand(
        "Members borrow books. A book has a title, an author and an ISBN. Members can return books. "
        "Librarians manage books."
    )
    assert library.roles == ["member", "librarian", "admin"]
    assert {"title", "author", "isbn"} <= set(library.fields("Book"))
    assert library.entity("Loan").owner == "member"
    assert library.refers("Loan", "book") == "Book"
    assert isinstance(library.entity("Loan").field("dueDate").type, Date)
    assert library.states("Loan") == ["active", "returned"]
    assert "librarian" in library.allow("Book", "delete")
    assert library.allow("Loan", "read") == "member == me || me.role in ['librarian', 'admin']"


def test_a_library_in_one_sentence() -> None:
    library = understand("Build a library API where members borrow books and librarians manage books")
    assert {"Book", "Loan"} <= set(library.names)
    assert library.roles == ["member", "librarian", "admin"]


def test_a_clinic() -> None:
    clinic = understand(
        "A clinic backend. Doctors have a specialty. Patients book appointments with doctors. "
        "Receptionists can confirm appointments. Patients can cancel their appointments."
    )
    assert clinic.entity("Appointment").owner == "patient"
    assert clinic.refers("Appointment", "doctor") == "Doctor"
    assert "specialty" in clinic.fields("Doctor")
    assert clinic.states("Appointment") == ["booked", "confirmed", "cancelled"]
    assert clinic.movers("Appointment", "confirm") == ["receptionist", "admin"]
    assert clinic.allow("Doctor", "read") == "me != null"


def test_a_clinic_of_nouns() -> None:
    clinic = understand("Build a clinic API with doctors, patients and appointments")
    assert {"Doctor", "Patient", "Appointment"} <= set(clinic.names)
    assert clinic.refers("Appointment", "doctor") == "Doctor"
    assert clinic.refers("Appointment", "patient") == "Patient"


def test_a_gym() -> None:
    gym = understand(
        "Build a gym management system where members can book classes and trainers manage classes. "
        "A class has a name, a start time and a capacity."
    )
    assert gym.roles == ["member", "trainer", "admin"]
    assert gym.refers("Booking", "class") == "Class"
    assert isinstance(gym.entity("Class").field("startTime").type, Timestamp)
    capacity = gym.entity("Class").field("capacity").type
    assert isinstance(capacity, Integer)
    assert "trainer" in gym.allow("Class", "create")


def test_a_parking_lot() -> None:
    parking = understand(
        "Build an API for a parking lot. The parking lot has floors. Each floor has many spots. "
        "A spot has a number and a size (compact, regular, large). Drivers can reserve spots. "
        "A vehicle has a license plate and a colour."
    )
    assert parking.refers("Spot", "floor") == "Floor"
    assert parking.values("Spot", "size") == ["compact", "regular", "large"]
    assert parking.refers("Reservation", "spot") == "Spot"
    assert parking.entity("Reservation").owner == "driver"
    assert parking.entity("Vehicle").field("licensePlate").unique


def test_bullets_of_an_unknown_domain() -> None:
    apiary = understand(
        "# Beekeeping\n"
        "- Apiaries have a name and a location\n"
        "- Each apiary has many hives\n"
        "- A hive has a number, a colony strength and an installation date\n"
        "- Beekeepers can record inspections of hives\n"
        "- An inspection has a date, notes and a mite count\n"
        "- Inspectors can approve inspections\n"
        "- Only admins may delete apiaries\n"
        "- Hive status can be active, dormant or dead\n"
    )
    assert apiary.refers("Hive", "apiary") == "Apiary"
    assert isinstance(apiary.entity("Hive").field("installationDate").type, Date)
    assert {"date", "notes", "miteCount", "hive", "beekeeper"} <= set(apiary.fields("Inspection"))
    assert apiary.states("Inspection") == ["requested", "approved", "rejected"]
    assert apiary.states("Hive") == ["active", "dormant", "dead"]
    assert apiary.allow("Apiary", "delete") == "me.role == 'admin'"
    assert apiary.roles[0] == "beekeeper"


def test_attributes_tell_their_types() -> None:
    plan = understand(
        "A project has a name, a start date, a price, a number of seats, an optional description and a unique code. "
        "A project is either open or closed."
    )
    kinds = {field.name: field.type for field in plan.entity("Project").fields}
    assert isinstance(kinds["name"], Text)
    assert isinstance(kinds["startDate"], Date)
    assert isinstance(kinds["price"], Exact)
    assert isinstance(kinds["numberOfSeats"], Integer)
    assert plan.entity("Project").field("description").optional
    assert plan.entity("Project").field("code").unique


def test_a_user_management_system_is_the_identity_alone() -> None:
    users = understand("Build a REST API for a user management system")
    assert users.names == ["User"]
    assert users.roles == ["user", "admin"]


def test_authentication_alone() -> None:
    users = understand("Implement secure authentication and authorization")
    assert users.names == ["User"]
    assert users.status("Implement") == "used"


def test_a_todo_list() -> None:
    todo = understand("Build a todo list API")
    assert todo.names == ["User", "Todo"]
    assert todo.entity("Todo").owner == "user"
    assert isinstance(todo.entity("Todo").field("done").type, Bool)
    assert "user == me" in todo.allow("Todo", "delete")


def test_a_todo_list_without_registration_is_open() -> None:
    todo = understand("Build a todo list API without registration")
    assert todo.names == ["Todo"]
    assert todo.plan.identity is None
    assert todo.allow("Todo", "create") == "true"


def test_a_blog() -> None:
    blog = understand("Design a blog backend with posts and comments")
    assert {"Post", "Comment"} <= set(blog.names)
    assert blog.refers("Comment", "post") == "Post"
    assert blog.entity("Post").owner == "author"
    assert blog.allow("Post", "read") == "true"
    assert blog.allow("Post", "update") == "author == me || me.role == 'admin'"


def test_a_field_of_work_that_stands_alone() -> None:
    assert {"Post", "Comment"} <= set(understand("Build a blog API").names)
    assert {"Project", "Task"} <= set(understand("Build a project management API").names)
    assert "Recipe" in understand("Build a recipe API").names


def test_user_stories() -> None:
    plan = understand(
        "As a user, I want to create, update and delete workout plans.\n"
        "As an admin, I want to ban users so that nobody is harassed."
    )
    assert plan.entity("WorkoutPlan").owner == "user"
    for action in ("create", "update", "delete"):
        assert "user == me" in plan.allow("WorkoutPlan", action)
    assert plan.states("User") == ["active", "banned"]


def test_coordination_is_distributed() -> None:
    plan = understand("Editors can create, edit and delete articles and tags. Readers comment on articles.")
    for action in ("create", "update", "delete"):
        assert "editor" in plan.allow("Article", action)
        assert "editor" in plan.allow("Tag", action)


def test_employees_ask_and_managers_decide() -> None:
    leave = understand(
        "Employees submit leave requests with a start date, an end date and a reason. "
        "Managers approve or reject leave requests. Employees can cancel their own requests."
    )
    assert leave.roles == ["user", "employee", "manager", "admin"]
    assert {"startDate", "endDate", "reason"} <= set(leave.fields("LeaveRequest"))
    assert leave.states("LeaveRequest") == ["requested", "approved", "rejected", "cancelled"]
    assert leave.movers("LeaveRequest", "approve") == ["manager", "admin"]
    assert "status == 'requested'" in leave.allow("LeaveRequest", "update")


def test_registration_never_gives_a_role_of_the_staff() -> None:
    for brief in ("Librarians manage books.", "Admins manage pages. Moderators delete pages.", BANK):
        assert understand(brief).roles[0] in ("user", "customer")


def test_published_posts_are_for_everyone_and_drafts_for_their_author() -> None:
    blog = understand("Authors write posts. Editors publish posts. Readers comment on posts.")
    assert blog.states("Post") == ["draft", "published"]
    assert blog.allow("Post", "read").startswith("status == 'published' || author == me")


def test_nobody_except() -> None:
    blog = understand("Authors write posts. Nobody can delete posts except admins.")
    assert blog.allow("Post", "delete") == "me.role == 'admin'"
    assert understand("Authors write posts. Nobody can delete posts.").allow("Post", "delete") == ""


def test_a_relation_to_oneself_and_a_circle_are_optional() -> None:
    plan = understand(
        "A department has a manager. A team has a department. A department has a team. A team has a team."
    )
    optional = [field.name for entity in plan.plan.entities for field in entity.fields if field.optional]
    assert optional


def test_many_to_many_with_people() -> None:
    plan = understand("Projects have a name. Projects have members. Members can create tasks.")
    assert plan.refers("ProjectMember", "project") == "Project"
    assert plan.refers("ProjectMember", "member") == "User"


def test_limits() -> None:
    plan = understand(
        "A product idea has a title, a budget and a score. The title must be unique. "
        "The title is at most 50 characters long. The score must be between 1 and 10. The budget must be positive."
    )
    score, title = plan.entity("ProductIdea").field("score").type, plan.entity("ProductIdea").field("title")
    assert isinstance(score, Integer)
    assert (score.minimum, score.maximum) == (1, 10)
    assert title.unique
    assert isinstance(title.type, Text)
    assert title.type.max_length == 50


def test_routes_and_samples() -> None:
    plan = understand(
        "## Endpoints\n- GET /api/books\n- POST /api/books\n- GET /api/books/{id}/chapters\n\n"
        '```json\n{"book": {"title": "x", "pages": 3, "publishedOn": "2026-01-01", "inPrint": true}}\n```\n'
    )
    assert {"title", "pages", "publishedOn", "inPrint"} <= set(plan.fields("Book"))
    assert isinstance(plan.entity("Book").field("publishedOn").type, Date)
    assert isinstance(plan.entity("Book").field("inPrint").type, Bool)
    assert plan.refers("Chapter", "book") == "Book"


def test_fields_under_a_heading() -> None:
    plan = understand(
        "## Task\n- title (string, required)\n- description (text, optional)\n"
        "- status (todo, in_progress, done)\n- due date"
    )
    assert {"title", "description", "dueDate"} <= set(plan.fields("Task"))
    assert plan.states("Task") == ["todo", "in_progress", "done"]


def test_gherkin() -> None:
    plan = understand(
        "Feature: Tickets\n  Scenario: Closing\n    Given agents can close tickets\n"
        "    When a ticket is closed, notify its author\n    Then customers can reopen their tickets\n"
    )
    assert plan.states("Ticket") == ["open", "closed"]
    assert plan.movers("Ticket", "close") == ["agent", "admin"]


def test_screens_and_technology_are_set_aside() -> None:
    plan = understand("Members borrow books. Use PostgreSQL and Docker. The API must respond within 200 ms.")
    assert plan.status("PostgreSQL") == "set aside"
    assert plan.status("200 ms") == "set aside"


def test_what_is_not_understood_is_said() -> None:
    plan = understand("Members borrow books. Blorp the frumious bandersnatch gleefully.")
    assert plan.status("Blorp") == "not understood"
    assert [item.code for item in plan.reading.diagnostics] == ["brief/not-understood"]


@pytest.mark.parametrize(
    ("brief", "names"),
    [
        ("Build a fitness app: users can log workouts. A workout has a date and a duration.", {"Workout"}),
        ("Students enroll in courses. Teachers create courses.", {"Course", "Enrollment"}),
        ("Users can post messages in channels. A channel has a name.", {"Message", "Channel"}),
        ("Users can vote on polls. A poll has a question.", {"Vote", "Poll"}),
        ("Volunteers sign up for shifts. A shift has a start time and an end time.", {"Shift"}),
        ("Guests can review properties. Hosts list properties.", {"Property", "Review"}),
        ("Build a flight booking API: flights have a number and a departure time; passengers book flights", {"Flight"}),
        ("Recipes have a title and ingredients. Users can rate recipes and bookmark recipes.", {"Rating", "Bookmark"}),
        ("Build a URL shortener", {"ShortLink"}),
        ("Build an expense tracker", {"Expense"}),
        ("Build a chat application with rooms and messages", {"Room", "Message"}),
        ("Sensors send readings. A sensor has a name and a location.", {"Sensor", "Reading"}),
        ("Build an inventory management API with items and warehouses", {"Item", "Warehouse"}),
        ("Build a help desk backend where customers open tickets and agents resolve tickets", {"Ticket"}),
    ],
)
def test_many_domains(brief: str, names: set[str]) -> None:
    assert names <= set(understand(brief).names)


def test_comments_on_something_private_are_private() -> None:
    desk = understand(
        "Customers can open tickets with a subject and a priority. Agents can comment on tickets and resolve them. "
        "Only supervisors can delete tickets."
    )
    assert desk.entity("Ticket").owner == "customer"
    assert desk.allow("Ticket", "delete") == "me.role == 'supervisor'"
    assert desk.states("Ticket") == ["open", "resolved"]
    assert "ticket.customer == me" in desk.allow("Comment", "read")


def test_whoever_decides_does_so_about_what_is_theirs() -> None:
    rental = understand(
        "Landlords can list properties with an address, a monthly rent, number of bedrooms and photos. "
        "Tenants can apply for properties. Landlords can accept or reject applications. Rent must be positive."
    )
    assert {"address", "rent", "numberOfBedrooms"} <= set(rental.fields("Property"))
    assert rental.entity("PropertyPhoto").whole == "Property"
    assert rental.states("Application") == ["submitted", "accepted", "rejected"]
    assert "property.landlord == me" in rental.text
    assert "'landlord'" not in rental.text.split("accept:")[1].split("reject:")[0]
    assert "property.landlord == me" in rental.allow("Application", "read")


def test_a_list_of_attributes_is_no_list_of_acts() -> None:
    plan = understand("Organizers create events with a title, a start date, an end date and a capacity.")
    assert {"title", "startDate", "endDate", "capacity"} <= set(plan.fields("Event"))
    assert not plan.states("Event")


def test_a_label_is_no_one_who_acts() -> None:
    plan = understand("- User authentication: users must be able to sign up and log in\n- Users can create workouts")
    assert plan.roles == ["user", "admin"]
    assert plan.entity("Workout").owner == "user"


def test_only_for_all_leaves_what_is_ones_own() -> None:
    plan = understand("Users can reserve rooms. Only admins can see all reservations.")
    assert plan.allow("Reservation", "read") == "user == me || me.role == 'admin'"


def test_a_lead_goes_on_in_its_items() -> None:
    plan = understand("Librarians can:\n- create books\n- delete books\n\nMembers can:\n- borrow books\n")
    assert "librarian" in plan.allow("Book", "create")
    assert plan.entity("Loan").owner == "member"
    assert all(item.status == "used" for item in plan.reading.statements if "books" in item.text)
