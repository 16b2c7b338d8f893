export interface Caller {
  readonly userId: string;
  readonly role: string;
  readonly sessionId: string;
}
