from services.events.dispatcher import Subscribers

# What this application does about its events. Deliveries repeat: whoever acts on one remembers its id.
SUBSCRIBERS: Subscribers = {
    "OrderPlaced": (),
    "OrderPaid": (),
    "OrderShipped": (),
    "OrderDelivered": (),
    "OrderCancelled": (),
}
