export interface PaymentsAuthorizeInput {
  readonly amount: string;
  readonly reference: string;
}

export type PaymentsAuthorizeOutcome = 'approved' | 'declined';

/** Calls repeat, after a failure or a crash, with the same key: what they ask for must happen once. */
export interface PaymentsPort {
  authorize(input: PaymentsAuthorizeInput, key: string, signal: AbortSignal): Promise<PaymentsAuthorizeOutcome>;
}
