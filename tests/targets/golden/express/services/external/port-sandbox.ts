import type { PaymentsPort } from './port-contracts.js';

/** The outcome that is wished for where the call has it, else its first one. */
const among = <O extends string>(wish: string | undefined, first: O, ...others: O[]): Promise<O> =>
  Promise.resolve(others.find((each) => each === wish) ?? first);

/** Asks nobody. */
export const sandboxPayments = (wish?: string): PaymentsPort => ({
  authorize: () => among(wish, 'approved', 'declined'),
});
