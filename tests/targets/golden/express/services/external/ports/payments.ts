import type { PaymentsPort } from '../port-contracts.js';

/** The way to the real system, which `PAYMENTS_ADAPTER=real` takes. */
export const realPayments: PaymentsPort = {
  authorize: () => Promise.reject(new Error('payments.authorize is not connected yet')),
};
