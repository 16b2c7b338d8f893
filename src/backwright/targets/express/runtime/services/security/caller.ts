export interface Caller {
  readonly userId: string;
  readonly role: string;
  /** Null where an API key acts. */
  readonly sessionId: string | null;
}

/** Somebody who has logged in. */
export interface SessionCaller extends Caller {
  readonly sessionId: string;
}
