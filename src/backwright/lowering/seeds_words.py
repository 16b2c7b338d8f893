"""Words that rows are made of: people, places, things, sentences."""

from __future__ import annotations

__all__ = [
    "ADJECTIVES",
    "CITIES",
    "COLOURS",
    "COMPANIES",
    "COUNTRIES",
    "FIRST",
    "LAST",
    "NOTES",
    "NOUNS",
    "REASONS",
    "SENTENCES",
    "STREETS",
    "TAGS",
    "TASKS",
    "TOPICS",
]

FIRST = tuple(
    """
    Ada Amir Anna Ben Chiara Daniel Deniz Elena Elif Emil Farah Femi Finn Grace Hana Hugo Ida Ines Ivan Jana Jonas Kofi
    Lars Lena Leo Lina Luca Maja Marek Mira Nadia Nils Noor Olga Omar Paula Pia Rosa Sami Sofia Tariq Theo Uma Vera
    Viktor Wanda Yara Zoe
    """.split()
)
LAST = tuple(
    """
    Abbas Ahlberg Baker Bianchi Brandt Castillo Costa Diallo Duarte Eriksen Fischer Fontaine Garcia Haddad Hoffmann Ito
    Janssen Jensen Kaya Keller Kowalski Larsen Lopez Marino Meyer Moreau Nakamura Novak Okafor Olsen Petrov Pereira
    Quint Rossi Sanchez Schmidt Silva Tanaka Usman Vargas Vogel Weber Wilson Yilmaz Zhang
    """.split()
)
ADJECTIVES = tuple(
    """
    Amber Autumn Bright Calm Classic Clear Copper Early Evening Fine Folding Golden Grand Green Honest Indigo
    Ivory Light Little Lunar Maple Modern Morning Nordic North Oak Open Pocket Polar Quiet Royal Silver Simple
    Slate Smart Solid Summer Tidal Urban Velvet White Winter
    """.split()
)
NOUNS = tuple(
    """
    Anchor Arch Basket Beacon Blanket Bridge Canvas Cedar Compass Cove Dawn Delta Ember Field Garden Grove Harbour
    Horizon Island Kettle Lantern Lamp Meadow Mirror Notebook Orchard Pillow Quill Ridge River Satchel Shore Studio
    Summit Table Thread Trail Valley Vase Wave
    """.split()
)
CITIES = (
    ("Berlin", "Germany", "10115"),
    ("Hamburg", "Germany", "20095"),
    ("Lyon", "France", "69002"),
    ("Nantes", "France", "44000"),
    ("Porto", "Portugal", "40501"),
    ("Lisbon", "Portugal", "11001"),
    ("Madrid", "Spain", "28013"),
    ("Turin", "Italy", "10121"),
    ("Vienna", "Austria", "10100"),
    ("Prague", "Czechia", "11000"),
    ("Utrecht", "Netherlands", "35111"),
    ("Ghent", "Belgium", "90001"),
    ("Aarhus", "Denmark", "80001"),
    ("Bergen", "Norway", "50031"),
    ("Malmö", "Sweden", "21120"),
    ("Tampere", "Finland", "33100"),
)
COUNTRIES = tuple(dict.fromkeys(country for _, country, _ in CITIES))
STREETS = (
    "Garden Street",
    "Mill Lane",
    "Station Road",
    "River Walk",
    "Market Square",
    "Church Street",
    "Linden Avenue",
    "Harbour Road",
    "School Lane",
    "Park View",
    "Old Bridge Street",
    "Meadow Way",
)
COMPANIES = (
    "Northwind",
    "Brightwater",
    "Silverline",
    "Oakfield",
    "Bluepeak",
    "Greenlane",
    "Redwood",
    "Clearview",
    "Stonebridge",
    "Riverside",
    "Highland",
    "Eastgate",
)
COLOURS = ("black", "white", "red", "blue", "green", "yellow", "grey", "brown")
TAGS = ("new", "urgent", "follow-up", "internal", "seasonal", "verified", "draft", "review")
TOPICS = (
    "Arts",
    "Business",
    "Education",
    "Environment",
    "Family",
    "Food",
    "Garden",
    "Health",
    "History",
    "Home",
    "Music",
    "Nature",
    "Office",
    "Outdoors",
    "Science",
    "Sports",
    "Technology",
    "Travel",
)
TASKS = (
    "Prepare the weekly summary",
    "Check the open questions",
    "Update the contact list",
    "Review the first draft",
    "Call back about the schedule",
    "Collect feedback from the team",
    "Plan the next meeting",
    "Sort the incoming messages",
    "Fix the broken link on the start page",
    "Write the release notes",
    "Test the new form on a phone",
    "Clean up the shared folder",
    "Agree on the next milestone",
    "Describe the steps for newcomers",
    "Compare the three offers",
    "Archive what is finished",
)
NOTES = (
    "Please ring the bell twice.",
    "Afternoons are best.",
    "Call before you come.",
    "Thank you for the quick help last time.",
    "No rush, any day this week is fine.",
    "Leave a message if nobody answers.",
    "Same as last time, please.",
    "First visit.",
    "Second floor, door on the left.",
    "Let me know if anything is missing.",
    "Was very happy with it so far.",
    "A short confirmation by mail would be nice.",
)
REASONS = (
    "Regular check",
    "Follow-up of last time",
    "Something does not feel right",
    "Asked for advice",
    "Change of plans",
    "Yearly review",
    "Question about the next steps",
    "Urgent, as soon as possible",
)
SENTENCES = (
    "Carefully made and well kept.",
    "A quiet favourite of many years.",
    "Simple, sturdy and ready for daily use.",
    "Looked over twice before it went out.",
    "Works well for small and large groups alike.",
    "Comes with everything needed to begin.",
    "Light enough to carry, strong enough to last.",
    "Popular with those who know what they need.",
    "Made in small numbers by people who care.",
    "Easy to begin with and hard to put down.",
    "Good for a first try and for many years after.",
    "Nothing more than is needed, and nothing less.",
)
