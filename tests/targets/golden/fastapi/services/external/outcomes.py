from services.business.place_order_approved import place_order_approved
from services.business.place_order_declined import place_order_declined
from services.external.caller import Outcomes

# What follows from the calls of each operation.
OUTCOMES: Outcomes = {
    "placeOrder.approved": place_order_approved,
    "placeOrder.declined": place_order_declined,
}
