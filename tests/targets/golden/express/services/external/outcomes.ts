import { placeOrderApproved } from '../business/place-order-approved.js';
import { placeOrderDeclined } from '../business/place-order-declined.js';
import type { Outcomes } from './caller.js';

/** What follows from the calls of each operation. */
export const outcomes: Outcomes = {
  'placeOrder.approved': placeOrderApproved,
  'placeOrder.declined': placeOrderDeclined,
};
