import type { Subscribers } from './dispatcher.js';

/** What this application does about its events. Deliveries repeat: whoever acts on one remembers its id. */
export const subscribers: Subscribers = {
  OrderPlaced: [],
  OrderPaid: [],
  OrderShipped: [],
  OrderDelivered: [],
  OrderCancelled: [],
};
