"""Sentences as people write them, and what becomes of each."""

from __future__ import annotations

import pytest

from backwright.plan.model import Integer, Text
from backwright.sources.brief import read_brief
from tests.brief.understood import understand


@pytest.mark.parametrize(
    "sentence",
    [
        "Clerks can mark orders as delivered.",
        "Orders can be marked as delivered by clerks.",
        "Clerks set the status of an order to delivered.",
    ],
)
def test_to_mark_as_is_to_move(sentence: str) -> None:
    orders = understand(f"An order has a number. Customers place orders. {sentence}")
    assert "clerk" in orders.movers("Order", "deliver")
    assert orders.status(sentence) == "used"


def test_nobody_else_marks_what_only_one_may() -> None:
    shop = understand("Shoppers order bouquets. Florists manage bouquets. Only florists may mark orders as delivered.")
    assert shop.movers("Order", "deliver") == ["florist"]
    assert shop.roles[0] == "shopper"


def test_whoever_looks_after_things_is_not_what_registration_gives() -> None:
    zoo = understand("Drivers park cars. Wardens manage fines. A fine has an amount.")
    assert zoo.roles == ["driver", "warden", "admin"]


def test_things_inside_things() -> None:
    bank = understand("Customers have accounts with a currency and a limit.")
    assert {"currency", "limit"} <= set(bank.fields("Account"))
    assert bank.entity("Account").owner == "customer"


def test_there_are_things_with_something() -> None:
    store = understand("There are warehouses with shelves. Every shelf has a code and belongs to a warehouse.")
    assert store.fields("Shelf")[:2] == ["warehouse", "code"] or {"warehouse", "code"} <= set(store.fields("Shelf"))
    assert store.names == ["User", "Warehouse", "Shelf"]


def test_their_own_is_what_was_spoken_of() -> None:
    leave = understand("Employees submit leave requests. HR sees all leave requests. Employees see only their own.")
    assert leave.allow("LeaveRequest", "read") == "employee == me || me.role in ['hr', 'admin']"


def test_their_manager_is_any_manager_and_that_is_said() -> None:
    leave = understand("Employees submit leave requests. Their manager approves them.")
    assert leave.movers("LeaveRequest", "approve") == ["manager", "admin"]
    assert any("manager" in assumption.text for assumption in leave.reading.assumptions)


def test_assigned_to_them_names_them() -> None:
    clinic = understand("Patients book appointments. Doctors can see the appointments assigned to them.")
    assert clinic.refers("Appointment", "doctor") == "User"
    assert "doctor == me" in clinic.allow("Appointment", "read")
    assert "me.role == 'doctor'" not in clinic.allow("Appointment", "read")


def test_whoever_publishes_or_starts_a_thing_makes_it() -> None:
    campaigns = understand("Organisers start campaigns with a goal amount and a deadline. Donors donate to campaigns.")
    assert campaigns.entity("Campaign").owner == "organiser"
    assert {"goalAmount", "deadline"} <= set(campaigns.fields("Campaign"))


def test_the_cook_who_wrote_it() -> None:
    recipes = understand("Cooks publish recipes. A recipe has a title. Only the cook who wrote a recipe can edit it.")
    assert recipes.allow("Recipe", "update") == "cook == me"


@pytest.mark.parametrize(
    ("brief", "names"),
    [
        ("Support tickets have a subject. Customers open tickets. Agents resolve tickets.", ["User", "SupportTicket"]),
        ("A property has a price. Staff edit properties. Sold properties are hidden from buyers.", ["Property"]),
        ("A player plays for one team. A team has a name. A player has a number.", ["Player", "Team"]),
        ("Items have a name and lie on a shelf. A shelf has a code.", ["Item", "Shelf"]),
        (
            "A library has books. The dashboard should look modern. Each stadium hosts many matches.",
            ["Stadium", "Match"],
        ),
        ("Create an app where instructors publish courses and students enroll", ["Course", "Enrollment"]),
        ("Students register for courses. A course has a title.", ["Course", "Registration"]),
        ("Only wardens issue fines. Drivers pay fines.", ["Fine"]),
    ],
)
def test_one_thing_has_one_name(brief: str, names: list[str]) -> None:
    reading = understand(brief)
    assert set(names) <= set(reading.names)
    odd = ("Sold", "Plays", "Lie", "Enroll ", "StudentsEnroll", "Dashboard")
    assert not [name for name in reading.names if name.startswith(odd) or "Plays" in name]
    assert not {"dashboard", "stadium"} & set(reading.roles)


def test_a_list_that_somebody_keeps_is_not_what_it_lists() -> None:
    shop = understand("E-commerce backend with shopping carts. Customers add products to their cart.")
    assert shop.refers("CartItem", "product") == "Product"
    assert shop.entity("CartItem").owner == "customer"
    assert "customer" not in shop.allow("Product", "create")


def test_songs_in_a_playlist_are_made_by_artists() -> None:
    music = understand("Artists upload songs. Listeners create playlists. Listeners add songs to their playlists.")
    assert {"song", "playlist"} <= set(music.fields("PlaylistItem"))
    assert "listener" not in music.allow("Song", "create")


def test_tickets_for_events_are_no_goods() -> None:
    events = understand("Organisers create events. Visitors buy tickets for events.")
    assert events.refers("Ticket", "event") == "Event"
    assert events.entity("Ticket").owner == "visitor"
    assert "Order" not in events.names


def test_fields_in_brackets_and_under_headings_that_are_verbs() -> None:
    books = understand("Simple CRUD API for books (title, author, year)")
    assert {"title", "author", "year"} <= set(books.fields("Book"))
    review = understand("### Review\n\n- score (integer, 1-10)\n- text (optional)\n- tags (list of strings)\n")
    score = review.entity("Review").field("score").type
    assert isinstance(score, Integer)
    assert (score.minimum, score.maximum) == (1, 10)
    assert isinstance(review.entity("Review").field("text").type, Text)
    assert "ReviewTag" in review.names


def test_a_list_of_roles_names_roles_and_a_label_nothing() -> None:
    shop = understand(
        "# Webshop API\n\n## Features\n- User registration and login\n- Product catalogue\n\n## Roles\n- Customer\n"
    )
    assert {"Customer", "Webshop", "Feature"}.isdisjoint(shop.names)
    assert "customer" in shop.roles
    fleet = understand("Entities:\n- Vehicle: make, model\n- Driver: name, phone\n\nRules:\n- Drivers can log trips\n")
    assert [item.status for item in fleet.reading.statements if item.text.endswith(":")] == ["set aside", "set aside"]


def test_areas_that_no_comma_parts() -> None:
    shop = understand(
        "create backend api for ecommerce platform with user management product catalog and order processing"
    )
    assert {"Product", "Order"} <= set(shop.names)
    assert not [name for name in shop.names if name.startswith("User") and name != "User"]


@pytest.mark.parametrize(
    "task",
    [
        "Set up a CI/CD pipeline for backend deployment",
        "Refactor the monolith into microservices",
        "Write unit tests for the user service",
        "Add caching and rate limiting to our API",
        "Make it fast, secure and beautiful!",
        "Optimize our database architecture",
    ],
)
def test_what_is_done_to_software_is_no_backend(task: str) -> None:
    reading = read_brief(task)
    assert reading.blueprint is None
    assert [problem.code for problem in reading.diagnostics] == ["brief/nothing-understood"]


def test_a_shop_that_sells_no_goods() -> None:
    barber = understand("Create an appointment scheduling API for a barber shop")
    assert "Appointment" in barber.names
    assert "Product" not in barber.names


def test_markup_is_no_part_of_a_brief() -> None:
    notes = understand("A note has a title. <script>alert(1)</script> Members write <b>notes</b>.")
    assert notes.names == ["User", "Note"]
    assert notes.roles == ["member", "admin"]


def test_a_length_is_a_bound() -> None:
    book = understand("A book has an ISBN. The ISBN must be 13 characters long.")
    isbn = book.entity("Book").field("isbn").type
    assert isinstance(isbn, Text)
    assert (isbn.min_length, isbn.max_length) == (13, 13)


def test_who_sees_only_what_is_for_their_own_sees_no_more() -> None:
    shop = understand(
        "E-commerce backend. Sellers add products. Buyers place orders. Sellers see only orders for their own products."
    )
    assert "me.role == 'seller'" not in shop.allow("Order", "read")
    assert "brief/restriction-narrowed" in [problem.code for problem in shop.reading.diagnostics]


def test_a_seller_keeps_what_they_add() -> None:
    shop = understand("Build an online marketplace where sellers list products and buyers place orders.")
    for action in ("read", "update", "delete"):
        assert "seller == me" in shop.allow("Product", action)


@pytest.mark.parametrize(
    ("brief", "there", "absent"),
    [
        ("Shop API without payments and without categories", "Order", "Category"),
        ("Product catalog API only, no orders", "Product", "Order"),
        ("An e-commerce store where customers can cancel orders", "Order", "Store"),
    ],
)
def test_what_a_shop_leaves_out(brief: str, there: str, absent: str) -> None:
    shop = understand(brief)
    assert there in shop.names
    assert absent not in shop.names


def test_customers_who_apply_coupons_make_none() -> None:
    shop = understand(
        "E-commerce API with coupons: a coupon has a code and a discount. Customers apply coupons to orders."
    )
    assert "customer" not in shop.allow("Coupon", "create")
    assert {"code", "discount"} <= set(shop.fields("Coupon"))


def test_only_once_keeps_nobody_out() -> None:
    desks = understand(
        "Members reserve desks for a date. A desk can be reserved only once per date. Managers manage desks."
    )
    assert "member == me" in desks.allow("Reservation", "create")
    assert "once" in desks.reading.statements[1].lost


def test_students_take_quizzes_and_make_none() -> None:
    school = understand("Teachers create quizzes with questions. Students take quizzes.")
    assert school.refers("Attempt", "quiz") == "Quiz"
    assert "student" not in school.allow("Quiz", "create")
    assert school.refers("Question", "quiz") == "Quiz"


def test_the_staff_of_a_pack_has_one_name() -> None:
    shop = understand("Customers order chairs. HR staff manage chairs. HR staff view orders.")
    assert shop.roles == ["customer", "hr", "admin"]


def test_what_needs_each_other_can_still_begin() -> None:
    bank = understand("An account belongs to a transfer. Customers can transfer money between accounts.")
    assert {"Account", "Transfer"} <= set(bank.names)


def test_nobody_is_sold_for_having_a_price() -> None:
    shop = understand("Build an online shop with order processing. A user has a list price.")
    assert {"email", "listPrice"} <= set(shop.fields("User"))


def test_money_moves_without_an_owner_that_is_ruled_out() -> None:
    bank = understand("Suppliers have accounts. No supplier needed. Customers can transfer money between accounts.")
    assert "supplier" not in bank.fields("Account")
